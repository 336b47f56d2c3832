import { expect, test } from "../fixtures/test.ts";
import { TimelinePage } from "../fixtures/timeline-page.ts";

// Three fifths of them are RIO's: 2,400.
test.use({ records: 4_000, mirrored: ["RIO"] });

test("of 2,400 rows only a window is in the document, and the last one is reached", async ({ login, open, page }) => {
  const timeline = new TimelinePage(page);
  await login("manager");
  await open("/o/RIO/timeline");
  await expect(page.getByText("2,400 records")).toBeVisible();
  await expect(timeline.grid).toHaveAttribute("aria-rowcount", "2401");
  const rows = timeline.grid.locator("tr[data-row]");
  expect(await rows.count()).toBeLessThan(80);
  await timeline.view.evaluate((view) => view.scrollTo({ top: view.scrollHeight }));
  await expect(timeline.row("RIO-002400")).toBeInViewport();
  await expect(timeline.row("RIO-002400")).toHaveAttribute("aria-rowindex", "2401");
  await expect(timeline.bars("RIO-002400")).toHaveAccessibleName(/Plan \d{4}/);
  expect(await rows.count()).toBeLessThan(80);

  await timeline.view.evaluate((view) => view.scrollTo({ top: 1_000 * 32 }));
  await expect(timeline.row("RIO-001001")).toBeInViewport();
  await expect(page).toHaveURL(/[?&]from=1000(&|$)/);
  await page.reload();
  await expect(timeline.row("RIO-001001")).toBeInViewport();
});

test("the keyboard is not lost while rows come and go", async ({ login, open, page }) => {
  const timeline = new TimelinePage(page);
  await login("manager");
  await open("/o/RIO/timeline");
  await timeline.focusRow("RIO-000001");
  await page.keyboard.press("Control+End");
  await expect(timeline.bars("RIO-002400")).toBeFocused();
  for (let step = 0; step < 5; step += 1) {
    await page.keyboard.press("PageUp");
    await expect(timeline.grid.locator("td:focus")).toHaveCount(1);
  }
  await page.keyboard.press("Control+Home");
  await expect(timeline.bars("RIO-000001")).toBeFocused();
});
