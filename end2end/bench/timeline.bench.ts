import { expect, test } from "../fixtures/test.ts";
import { TimelinePage } from "../fixtures/timeline-page.ts";
import { median, percentile, record } from "./figures.ts";

// Three fifths of them are RIO's: 2,000.
test.use({ records: 3_334, mirrored: ["RIO"] });

test("the timeline scrolls", async ({ login, open, page }, testInfo) => {
  const timeline = new TimelinePage(page);
  await login("manager");
  await open("/o/RIO/timeline/month");
  await expect(timeline.row("RIO-000001")).toBeVisible();
  const scroll = (down: number, right: number): Promise<number[]> =>
    timeline.view.evaluate(
      async (view, { down, right }) => {
        const times: number[] = [];
        let before = await new Promise<number>(requestAnimationFrame);
        for (let frame = 0; frame < 300; frame += 1) {
          view.scrollBy(right, down);
          const now = await new Promise<number>(requestAnimationFrame);
          times.push(now - before);
          before = now;
        }
        return times;
      },
      { down, right },
    );
  const down = await scroll(120, 0);
  record(testInfo, "a frame while the timeline scrolls through 2,000 records (median)", median(down), 17);
  record(testInfo, "the same, p95", percentile(down, 0.95), 34);
  await timeline.view.evaluate((view) => view.scrollTo(0, 0));
  const right = await scroll(0, 24);
  record(testInfo, "a frame while the timeline scrolls through the years (median)", median(right), 17);
  record(testInfo, "the same, p95", percentile(right, 0.95), 34);
});

test("a forecast follows the mouse", async ({ login, open, page, pick }, testInfo) => {
  const timeline = new TimelinePage(page);
  await login("manager");
  const { pfaId } = await pick();
  await open(`/o/RIO/timeline/week?focus=${pfaId}`);
  await timeline.drag(pfaId, "middle", 40, { release: false });
  const frames = await timeline.view.evaluate(async (view) => {
    const ghost = document.querySelector(".timeline-ghost");
    if (ghost === null) {
      throw new Error("nothing is dragged");
    }
    const { x, y } = ghost.getBoundingClientRect();
    const times: number[] = [];
    for (let step = 0; step < 60; step += 1) {
      const start = performance.now();
      view.dispatchEvent(new PointerEvent("pointermove", { bubbles: true, clientX: x + step * 8, clientY: y }));
      await new Promise(requestAnimationFrame);
      times.push(performance.now() - start);
    }
    return times;
  });
  await page.keyboard.press("Escape");
  record(testInfo, "a dragged forecast is where the mouse is (p95)", percentile(frames, 0.95), 34);
});
