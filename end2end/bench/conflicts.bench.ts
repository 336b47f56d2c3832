import { expect, test } from "../fixtures/test.ts";
import { median, record } from "./figures.ts";

const RUNS = 15;

test("a conflict appears, and its dialog opens", async ({ api, login, open, page, pick, simulator }, testInfo) => {
  await login("manager");
  await open("/o/RIO/conflicts");
  const appearing: number[] = [];
  const opening: number[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    const { pfaId } = await pick();
    await api.draft("manager", "RIO", { [pfaId]: { model: `Ours ${run}` } });
    await simulator.edit("RIO", pfaId, { model: `Theirs ${run}` });
    const link = page.getByRole("row").filter({ hasText: pfaId }).getByRole("link", { name: pfaId });
    // From the commit on: PEMS's change is read after it, when the worker sends ours and is refused.
    const start = performance.now();
    await api.commit("manager", "RIO");
    await link.waitFor();
    appearing.push(performance.now() - start);

    opening.push(
      await link.evaluate(async (element: HTMLElement) => {
        const clicked = performance.now();
        element.click();
        const isThere = () => document.querySelector("dialog[open] [role=radiogroup]") !== null;
        while (!isThere()) {
          await new Promise(requestAnimationFrame);
        }
        return performance.now() - clicked;
      }),
    );
    await page.getByRole("button", { name: "Use PEMS for all" }).click();
    await page.keyboard.press("Escape");
    await expect(page.getByRole("dialog")).toHaveCount(0);
  }
  record(testInfo, "a conflict on screen, from the commit on (median)", median(appearing), 2_000);
  record(testInfo, "the conflict dialog opens (median)", median(opening), 200);
});
