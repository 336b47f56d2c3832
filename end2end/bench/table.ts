/** Prints what the benchmarks found, as the table that the note quotes. */
import type { Reporter, TestCase, TestResult } from "@playwright/test/reporter";
import { FIGURE, type Figure } from "./figures.ts";

export default class Table implements Reporter {
  private readonly figures: Figure[] = [];

  onTestEnd(test: TestCase, result: TestResult): void {
    if (result.status !== "passed") {
      console.error(`${test.title}: ${result.status}\n${result.error?.stack ?? ""}`);
    }
    for (const { type, description } of result.annotations) {
      if (type === FIGURE && description !== undefined) {
        this.figures.push(JSON.parse(description) as Figure);
      }
    }
  }

  onEnd(): void {
    console.log("| in the browser | measured | at most | met |\n|---|---|---|---|");
    for (const { what, measured, target, unit } of this.figures) {
      const met = measured <= target ? "yes" : "NO";
      console.log(`| ${what} | ${rounded(measured)} ${unit} | ${target} ${unit} | ${met} |`);
    }
  }
}

function rounded(value: number): string {
  return value < 100 ? value.toFixed(1) : value.toFixed(0);
}
