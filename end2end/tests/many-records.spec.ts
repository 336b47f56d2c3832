import { expect, test } from "../fixtures/test.ts";

// Three fifths of them are RIO's: 10,000.
test.use({ records: 16_666, mirrored: ["RIO"] });

test("of 10,000 rows only a window is in the document, wherever one jumps", async ({ login, open, page, recordsPage }) => {
  await login("manager");
  await open("/o/RIO/records");
  await expect(page.getByText("10,000 records")).toBeVisible();
  await expect(recordsPage.grid).toHaveAttribute("aria-rowcount", "10001");
  const rows = recordsPage.grid.locator("tr[data-row]");
  const drawn = async (): Promise<number> => rows.count();
  expect(await drawn()).toBeLessThan(80);

  await recordsPage.row("RIO-000001").getByRole("rowheader").click({ position: { x: 2, y: 2 } });
  await page.keyboard.press("Control+End");
  await expect(recordsPage.row("RIO-010000")).toBeInViewport();
  await expect(recordsPage.row("RIO-010000").locator(":focus")).toBeVisible();
  await expect(recordsPage.row("RIO-010000")).toHaveAttribute("aria-rowindex", "10001");
  expect(await drawn()).toBeLessThan(80);

  await page.locator(".grid-scroll").evaluate((view) => (view.scrollTop = 5_000 * 32));
  await expect(recordsPage.row("RIO-005001")).toBeInViewport();
  expect(await drawn()).toBeLessThan(80);
  // The place is in the address once the scrolling rests.
  await expect(page).toHaveURL(/[?&]from=5000(&|$)/);
  await page.reload();
  await expect(recordsPage.row("RIO-005001")).toBeInViewport();

  await page.locator(".grid-scroll").focus();
  await page.keyboard.press("Control+Home");
  await expect(recordsPage.row("RIO-000001")).toBeInViewport();
});

test("the keyboard is not lost while rows come and go", async ({ login, open, page, recordsPage }) => {
  await login("manager");
  await open("/o/RIO/records");
  await recordsPage.row("RIO-000001").getByRole("rowheader").click({ position: { x: 2, y: 2 } });
  await page.keyboard.press("Control+End");
  await page.keyboard.press("Home");
  await page.keyboard.press("ArrowRight");
  // Upwards rows come in above those that are there; two pages are fetched on the way.
  for (let step = 0; step < 5; step += 1) {
    await page.keyboard.press("PageUp");
    await expect(recordsPage.active).toBeFocused();
  }
  for (let step = 0; step < 60; step += 1) {
    await page.keyboard.press("ArrowUp");
  }
  await expect(recordsPage.active).toBeFocused();
  const above = Number((await recordsPage.active.textContent())?.slice(4));
  for (let step = 0; step < 40; step += 1) {
    await page.keyboard.press("ArrowDown");
  }
  await expect(recordsPage.active).toBeFocused();
  await expect(recordsPage.active, "no key was lost").toHaveText(`RIO-${String(above + 40).padStart(6, "0")}`);
});

test("a deep link to any record shows it and makes it the active one", async ({ login, open, page, recordsPage }) => {
  await login("manager");
  for (const pfaId of ["RIO-000001", "RIO-007654", "RIO-010000"]) {
    await open(`/o/RIO/records?focus=${pfaId}`);
    await expect(recordsPage.row(pfaId)).toBeInViewport();
    await expect(recordsPage.active).toHaveText(pfaId);
  }
  await open("/o/RIO/records?focus=RIO-999999");
  await expect(page.getByText("RIO-999999 is not in this list.")).toBeVisible();
});

test("a link within the page leads to a record far away, and Back to where one was", async ({
  api,
  login,
  open,
  page,
  recordsPage,
}) => {
  await api.draft("manager", "RIO", { "RIO-009876": { model: "Far 1" } });
  await login("manager");
  await open("/o/RIO/records");
  await page.getByRole("link", { name: "Review" }).click();
  await page.getByRole("dialog").getByRole("link", { name: "RIO-009876" }).click();
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expect(recordsPage.row("RIO-009876")).toBeInViewport();
  await expect(recordsPage.active).toHaveText("RIO-009876");
  await expect(recordsPage.active).toBeFocused();
  await expect(page).toHaveURL(/from=\d+&focus=RIO-009876$/);
  await page.reload();
  await expect(recordsPage.row("RIO-009876")).toBeInViewport();
  await expect(recordsPage.active, "the cursor survives reload too").toHaveText("RIO-009876");
});

test("all 10,000 that match can be selected", async ({ login, open, page, recordsPage }) => {
  await login("manager");
  await open("/o/RIO/records");
  await recordsPage.grid.getByRole("checkbox", { name: "Select all 10,000 that match" }).click();
  await expect(page.getByRole("region", { name: "Selection" })).toContainText("10,000 selected");
});
