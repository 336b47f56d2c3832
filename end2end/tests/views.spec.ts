import { expect, test } from "../fixtures/test.ts";

const dialog = (page: import("@playwright/test").Page) => page.getByRole("dialog");

test("columns are chosen, ordered by keyboard alone, and kept", async ({ axe, login, open, page, recordsPage }) => {
  await login("manager2");
  await open("/o/RIO/records");
  const headings = recordsPage.grid.getByRole("columnheader");
  const all = await headings.count();
  await page.getByRole("link", { name: "Columns" }).click();
  await axe();
  const boxes = dialog(page).getByRole("checkbox");
  for (let index = (await boxes.count()) - 1; index >= 0; index -= 1) {
    await boxes.nth(index).uncheck();
  }
  await expect(dialog(page).getByRole("button", { name: "Use these columns" }), "a grid without columns shows nothing").toBeDisabled();
  for (const name of ["Forecast end", "Model"]) {
    await dialog(page).getByRole("checkbox", { name, exact: true }).check();
  }
  const up = dialog(page).getByRole("button", { name: "Move Model up" });
  await up.focus();
  const steps = 12;
  for (let step = 0; step < steps; step += 1) {
    await page.keyboard.press("Enter");
    await expect(up, "the focus stays on the button").toBeFocused();
  }
  await dialog(page).getByRole("button", { name: "Use these columns" }).press("Enter");
  await expect(dialog(page)).toHaveCount(0);
  await expect(headings).toHaveText(["", /^Record/, "Model", "Forecast end"]);
  await expect(page).toHaveURL(/\/records(\?focus=[^&]*)?$/);
  await page.reload();
  await expect(headings, "kept").toHaveText(["", /^Record/, "Model", "Forecast end"]);
  await recordsPage.grid.getByRole("row").nth(1).locator("[data-column='2']").click();
  await expect(recordsPage.active, "the cursor goes over the columns that are there").toHaveAttribute("data-column", "2");

  await page.getByRole("link", { name: "Columns" }).click();
  await dialog(page).getByRole("button", { name: "All, as at first" }).click();
  await expect(headings).toHaveCount(all);
});

test("a view is saved with filters, order and columns, shared by its link, and deleted", async ({ axe, login, open, page, recordsPage }) => {
  await login("manager");
  await open("/o/RIO/records?source=Rental&sort=-forecastEnd&columns=model,forecastEnd");
  const headings = recordsPage.grid.getByRole("columnheader");
  await expect(headings).toHaveCount(4);
  await page.getByRole("link", { name: "Views" }).click();
  await expect(dialog(page)).toContainText("No views yet.");
  await dialog(page).getByLabel("Save what is shown now as").fill("Rentals by end");
  await dialog(page).getByLabel(/For everybody in/).check();
  await dialog(page).getByRole("button", { name: "Save" }).click();
  const saved = dialog(page).getByRole("link", { name: "Rentals by end" });
  await expect(saved).toBeVisible();
  await axe();
  const link = await saved.getAttribute("href");

  await login("viewer");
  await open("/o/RIO/records");
  await page.getByRole("link", { name: "Views" }).click();
  await expect(dialog(page)).toContainText("shared by manager");
  await expect(dialog(page).getByRole("button", { name: /^Delete/ }), "not his").toHaveCount(0);
  await saved.click();
  await expect(dialog(page)).toHaveCount(0);
  await expect(headings).toHaveText(["", /^Record/, "Model", /^Forecast end/]);
  await expect(page.getByRole("list", { name: "Filters in use" })).toContainText("Source: Rental");
  await open(`/o/RIO/records${link}`);
  await expect(headings, "the link alone does it").toHaveCount(4);

  await login("manager");
  await open("/o/RIO/records?dialog=views");
  await dialog(page).getByRole("button", { name: "Delete the view Rentals by end" }).click();
  await expect(dialog(page)).toContainText("No views yet.");
});

test("records are grouped with totals, and a group leads to its records", async ({ api, axe, login, open, page }) => {
  const records = await api.records("RIO", { source: "Rental" });
  const counts = new Map<string, number>();
  for (const record of records) {
    counts.set(String(record["category"]), (counts.get(String(record["category"])) ?? 0) + 1);
  }
  const [category, count] = [...counts].sort((a, b) => b[1] - a[1])[0]!;
  await login("manager");
  await open("/o/RIO/records?source=Rental");
  await page.getByLabel("Group by").selectOption("Category");
  await expect(page).toHaveURL(/source=Rental&group=category/);
  const table = page.getByRole("group", { name: "Records by Category" });
  const row = table.getByRole("row").filter({ has: page.getByRole("rowheader", { name: category, exact: true }) });
  await expect(row.getByRole("cell").first()).toHaveText(String(count));
  await expect(table.getByRole("row", { name: /^Total/ }).getByRole("cell").first()).toHaveText(String(records.length));
  await expect(table.getByRole("columnheader", { name: "Forecast" })).toBeVisible();
  await axe();
  await row.getByRole("link").click();
  await expect(page.getByText(`${count} of `)).toBeVisible();
  await expect(page.getByRole("grid", { name: "Records" })).toBeVisible();
  await page.goBack();
  await expect(table, "Back restores the groups").toBeVisible();
  await page.reload();
  await expect(table).toBeVisible();

  await login("viewer");
  await open("/o/RIO/records?group=category");
  await expect(table).toBeVisible();
  await expect(table.getByRole("columnheader", { name: "Forecast" }), "amounts need ViewFinancials").toHaveCount(0);
});
