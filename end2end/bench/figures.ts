/** What a benchmark found, handed to the reporter that prints the table. */
import type { TestInfo } from "@playwright/test";

export interface Figure {
  what: string;
  measured: number;
  /** At most. */
  target: number;
  unit: string;
}

export const FIGURE = "figure";

/** The value in the middle of several runs. */
export function median(values: number[]): number {
  return percentile(values, 0.5);
}

/** The value that `share` of the values do not exceed. */
export function percentile(values: number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  const value = sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)];
  if (value === undefined) {
    throw new Error("nothing was measured");
  }
  return value;
}

export function record(testInfo: TestInfo, what: string, measured: number, target: number, unit = "ms"): void {
  const figure: Figure = { what, measured, target, unit };
  testInfo.annotations.push({ type: FIGURE, description: JSON.stringify(figure) });
}
