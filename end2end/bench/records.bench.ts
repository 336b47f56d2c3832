import { expect, test } from "../fixtures/test.ts";
import { median, percentile, record } from "./figures.ts";

// Five in six belong to RIO.
test.use({ records: 12_000 });

test("a cold load becomes interactive", async ({ browser, context, login, stack }, testInfo) => {
  await login("manager");
  const state = await context.storageState();
  const loads: number[] = [];
  for (let run = 0; run < 7; run += 1) {
    const cold = await browser.newContext({ storageState: state });
    const page = await cold.newPage();
    await page.goto(`${stack.url}/o/RIO/records`, { waitUntil: "commit" });
    await page.locator("html[data-hydrated=true]").waitFor();
    loads.push(await page.evaluate(() => performance.now()));
    await cold.close();
  }
  record(testInfo, "the records page, loaded cold, is interactive (median)", median(loads), 1_500);
});

test("the grid scrolls", async ({ login, open, recordsPage }, testInfo) => {
  await login("manager");
  await open("/o/RIO/records");
  await expect(recordsPage.grid.getByRole("rowheader").first()).toBeVisible();
  const frames = await recordsPage.grid.evaluate(async (grid: HTMLElement) => {
    let scroller: HTMLElement | null = grid;
    while (scroller !== null && scroller.scrollHeight <= scroller.clientHeight) {
      scroller = scroller.parentElement;
    }
    if (scroller === null) {
      throw new Error("nothing scrolls");
    }
    const times: number[] = [];
    let before = await new Promise<number>(requestAnimationFrame);
    for (let frame = 0; frame < 300; frame += 1) {
      scroller.scrollTop += 120;
      const now = await new Promise<number>(requestAnimationFrame);
      times.push(now - before);
      before = now;
    }
    return times;
  });
  record(testInfo, "a frame while the grid scrolls through 10,000 records (median)", median(frames), 17);
  record(testInfo, "the same, p95", percentile(frames, 0.95), 34);
});

test("a value that is typed is taken over", async ({ login, open, page, pick, recordsPage }, testInfo) => {
  await login("manager");
  const { pfaId } = await pick();
  await open(`/o/RIO/records?focus=${pfaId}`);
  const edits: number[] = [];
  for (let run = 0; run < 15; run += 1) {
    await recordsPage.goTo(pfaId, "Model");
    await page.keyboard.type(`Model ${run}`);
    edits.push(
      await page.evaluate(async (text) => {
        const editor = document.activeElement;
        const start = performance.now();
        editor?.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }));
        const isShown = () => [...document.querySelectorAll("[role=grid] td")].some((cell) => cell.textContent?.includes(text));
        while (!isShown()) {
          await new Promise(requestAnimationFrame);
        }
        return performance.now() - start;
      }, `Model ${run}`),
    );
  }
  record(testInfo, "an edited cell shows its value (median)", median(edits), 34);
});
