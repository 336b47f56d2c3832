import { expect, test } from "../fixtures/test.ts";

test("a search is in the address, and survives reload, Back and Forward", async ({ login, open, page, recordsPage }) => {
  await login("manager");
  await open("/o/RIO/records");
  await page.keyboard.press("/");
  const search = page.getByRole("searchbox", { name: "Search records" });
  await expect(search).toBeFocused();
  await page.keyboard.type("RIO-00001");
  await expect(page).toHaveURL(/[?&]search=RIO-00001(&|$)/);
  await expect(page.getByText("10 of 180")).toBeVisible();
  await expect(recordsPage.row("RIO-000019")).toBeVisible();
  await expect(recordsPage.row("RIO-000001")).toHaveCount(0);

  await page.reload();
  await expect(search).toHaveValue("RIO-00001");
  await expect(page.getByText("10 of 180")).toBeVisible();
  await page.goBack();
  await expect(page.getByText("180 records")).toBeVisible();
  await expect(search).toHaveValue("");
  await page.goForward();
  await expect(page.getByText("10 of 180")).toBeVisible();
  await expect(search).toHaveValue("RIO-00001");
});

test("whoever goes back before scripts have taken the page over gets the page of that address", async ({ login, open, page }) => {
  await login("manager");
  await open("/o/RIO/records");
  const search = page.getByRole("searchbox", { name: "Search records" });
  await search.fill("RIO-00001");
  await expect(page).toHaveURL(/[?&]search=RIO-00001(&|$)/);
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  await page.route("**/vanguard_bg.wasm", async (route) => {
    await released;
    await route.continue();
  });
  await page.reload({ waitUntil: "commit" });
  await expect(search).toHaveValue("RIO-00001");
  await page.goBack({ waitUntil: "commit" });
  release();
  await expect(page.getByText("180 records")).toBeVisible();
  await expect(page.locator("html")).toHaveAttribute("data-hydrated", "true");
  await expect(search).toHaveValue("");
});

test("a filter is in the address, has a chip, and is taken off by it", async ({ api, login, open, page, recordsPage }) => {
  const purchases = await api.records("RIO", { source: "Purchase" });
  await login("manager");
  await open("/o/RIO/records");
  await page.getByText("Filters", { exact: true }).click();
  await page.getByLabel("Source", { exact: true }).selectOption("Purchase");
  await expect(page).toHaveURL(/[?&]source=Purchase(&|$)/);
  await expect(page.getByText(`${purchases.length} of 180`)).toBeVisible();

  await page.reload();
  await expect(page.getByText(`${purchases.length} of 180`)).toBeVisible();
  const first = purchases[0]?.pfaId ?? "";
  await expect(await recordsPage.cell(first, "Source")).toHaveText("Purchase");
  await page.getByRole("link", { name: "Remove filter Source: Purchase" }).click();
  await expect(page.getByText("180 records")).toBeVisible();
  await expect(page).not.toHaveURL(/source=/);
});

test("a click on a heading sorts, up then down, and the order survives reload", async ({ api, login, open, page, recordsPage }) => {
  const ends = (await api.records("RIO", { sort: "-monthlyRate" })).map((record) => record.pfaId);
  await login("manager");
  await open("/o/RIO/records");
  const heading = recordsPage.heading("Monthly rate");
  await heading.getByRole("link").click();
  await expect(heading).toHaveAttribute("aria-sort", "ascending");
  await heading.getByRole("link").click();
  await expect(heading).toHaveAttribute("aria-sort", "descending");
  await expect(page).toHaveURL(/[?&]sort=-monthlyRate(&|$)/);
  const keys = recordsPage.grid.getByRole("rowheader");
  await expect(keys.first()).toHaveText(ends[0] ?? "");
  await page.reload();
  await expect(heading).toHaveAttribute("aria-sort", "descending");
  expect((await keys.allTextContents()).slice(0, 10)).toEqual(ends.slice(0, 10));
});

test("nothing that matches is said, with a way back", async ({ axe, login, open, page }) => {
  await login("manager");
  await open("/o/RIO/records?search=no+such+thing");
  await expect(page.getByRole("heading", { name: "No record matches" })).toBeVisible();
  await axe();
  await page.getByRole("link", { name: "Clear search and filters" }).click();
  await expect(page.getByText("180 records")).toBeVisible();
});

test("an invalid value says why at its cell and is not saved; Esc brings the old one back", async ({
  api,
  axe,
  login,
  open,
  page,
  pick,
  recordsPage,
}) => {
  const { pfaId, forecastEnd } = await pick();
  await login("manager");
  await open(`/o/RIO/records?search=${pfaId}`);
  const cell = await recordsPage.cell(pfaId, "Forecast end");
  const before = String(forecastEnd).slice(0, 10);
  await recordsPage.goTo(pfaId, "Forecast end");
  await page.keyboard.type("1999-12-31");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("alert")).toContainText("is before Forecast start");
  await expect(recordsPage.editor).toHaveAttribute("aria-invalid", "true");
  await axe();

  // Whoever goes elsewhere finds it at the cell, with the reason.
  await recordsPage.row(pfaId).getByRole("rowheader").click({ position: { x: 2, y: 2 } });
  await expect(cell).toContainText("1999-12-31");
  await expect(cell).toContainText("Error");
  await expect(cell).toHaveAttribute("aria-invalid", "true");
  await expect(recordsPage.drafts).toContainText("1 value not saved");
  await axe();
  expect((await api.record("RIO", pfaId))["forecastEnd"]).toBe(forecastEnd);

  await recordsPage.goTo(pfaId, "Forecast end");
  await page.keyboard.press("F2");
  await expect(recordsPage.editor).toHaveValue("1999-12-31");
  await page.keyboard.press("Escape");
  await expect(cell).toHaveText(before);
  await expect(cell).toBeFocused();
  await expect(recordsPage.drafts).toContainText("No drafts");
});

test("Esc cancels an edit, Tab takes it over and goes on, Ctrl+Z takes it back", async ({
  api,
  login,
  open,
  page,
  pick,
  recordsPage,
}) => {
  const { pfaId, manufacturer } = await pick();
  await login("editor");
  await open(`/o/RIO/records?search=${pfaId}`);
  const cell = await recordsPage.cell(pfaId, "Manufacturer");
  await recordsPage.goTo(pfaId, "Manufacturer");
  await page.keyboard.type("Nobody");
  await page.keyboard.press("Escape");
  await expect(recordsPage.editor).toHaveCount(0);
  await expect(cell).toHaveText(String(manufacturer));
  await expect(cell).toBeFocused();

  await page.keyboard.press("Enter");
  await expect(recordsPage.editor).toHaveValue(String(manufacturer));
  await page.keyboard.type("Somebody");
  await page.keyboard.press("Tab");
  await expect(await recordsPage.cell(pfaId, "Model")).toBeFocused();
  await recordsPage.isSaved(pfaId, "Manufacturer");
  // Reload: the draft is the server's by now.
  await page.reload();
  await expect(cell).toContainText("Somebody");
  await expect(cell).toContainText("Draft");
  await recordsPage.goTo(pfaId, "Manufacturer");
  await page.keyboard.type("Somebody else");
  await page.keyboard.press("Enter");
  await expect(cell).toContainText("Somebody else");
  await page.keyboard.press("Control+z");
  await expect(cell).toContainText(/Somebody(?! else)/);
  await page.keyboard.press("Control+y");
  await expect(cell).toContainText("Somebody else");
  await recordsPage.isSaved(pfaId, "Manufacturer");

  await page.getByRole("link", { name: "Discard all…" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Discard" }).click();
  await expect(cell).toHaveText(String(manufacturer));
  await expect(recordsPage.drafts).toContainText("No drafts");
  expect((await api.record("RIO", pfaId))["manufacturer"]).toBe(manufacturer);
});

test("drafts are reviewed before they are committed, with what PEMS has changed meanwhile", async ({
  api,
  axe,
  login,
  open,
  page,
  pick,
  recordsPage,
  simulator,
}) => {
  const { pfaId, model } = await pick();
  await login("editor");
  await open(`/o/RIO/records?search=${pfaId}`);
  await recordsPage.type(pfaId, "Model", "Reviewed 9");
  await recordsPage.isSaved(pfaId, "Model");
  await simulator.edit("RIO", pfaId, { contract: "C-PEMS-9" });
  await api.readEverything("RIO");
  await expect(recordsPage.drafts).toContainText("PEMS has changed 1 record since you began");
  await expect((await recordsPage.cell(pfaId, "Contract")).getByText("PEMS changed")).toBeAttached();

  const review = page.getByRole("link", { name: "Review" });
  await review.click();
  const dialog = page.getByRole("dialog", { name: "Review drafts" });
  await expect(dialog.getByText(`Model${String(model)} → becomes Reviewed 9`)).toBeVisible();
  await expect(dialog).toContainText("C-PEMS-9");
  await axe();
  await expect(page).toHaveURL(/dialog=review/);
  await page.reload();
  await expect(dialog).toContainText("Reviewed 9");
  await dialog.getByRole("link", { name: "Close" }).click();
  await expect(dialog).toHaveCount(0);
  await expect(page).not.toHaveURL(/dialog=/);

  await review.click();
  await expect(dialog).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(dialog).toHaveCount(0);
  await expect(review, "the focus is back where it was").toBeFocused();
  await review.click();
  await dialog.getByRole("button", { name: `Discard the draft of ${pfaId}` }).click();
  await expect(dialog).toContainText("You have no drafts.");
});

test("an editor commits nothing without the permission Sync, and is told so", async ({ axe, login, open, page, recordsPage }) => {
  await login("editor");
  // Few rows: axe looks at every cell.
  await open("/o/RIO/records?search=RIO-00000");
  await expect(recordsPage.commitButton).toBeDisabled();
  await expect(recordsPage.commitButton).toHaveAccessibleDescription(/needs the permission Sync/);
  await expect(page.getByText("hidden", { exact: true }).first()).toBeAttached();
  await axe();
});

test("a viewer may not edit, and sees no amounts", async ({ login, open, page, pick, recordsPage }) => {
  const { pfaId } = await pick();
  await login("viewer");
  await open(`/o/RIO/records?search=${pfaId}`);
  const rate = await recordsPage.cell(pfaId, "Monthly rate");
  await expect(rate).toContainText("—");
  await expect(rate.getByTitle("Amounts need the permission ViewFinancials.")).toBeVisible();
  const model = await recordsPage.cell(pfaId, "Model");
  await expect(model).toHaveAttribute("aria-readonly", "true");
  await recordsPage.goTo(pfaId, "Model");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("status").filter({ hasText: "needs the permission SaveDraft" })).toBeVisible();
  await page.keyboard.type("X");
  await expect(recordsPage.editor).toHaveCount(0);
  await expect(recordsPage.commitButton).toBeDisabled();
});

test("rows are ticked one by one and by Shift, and the selection says what can be done", async ({ axe, login, open, page, recordsPage }) => {
  await login("manager");
  await open("/o/RIO/records?search=RIO-00000");
  await recordsPage.grid.getByRole("checkbox", { name: "Select RIO-000002" }).click();
  await recordsPage.grid.getByRole("checkbox", { name: "Select RIO-000006" }).click({ modifiers: ["Shift"] });
  const bar = page.getByRole("region", { name: "Selection" });
  await expect(bar).toContainText("5 selected");
  await axe();
  await bar.getByRole("button", { name: "Select all 9 that match" }).click();
  await expect(bar).toContainText("9 selected");
  await bar.getByRole("button", { name: "Clear selection" }).click();
  await expect(bar).toHaveCount(0);
});
