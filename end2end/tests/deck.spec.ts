import { expect, test } from "../fixtures/test.ts";

test("the deck says what needs me, how the sync fares, and what everything costs with my drafts", async ({
  api,
  axe,
  login,
  open,
  page,
  pick,
  simulator,
}) => {
  const [one, two] = [await pick({ source: "Rental" }), await pick({ source: "Rental" })];
  await simulator.edit("RIO", two.pfaId, { forecastStart: "2032-01-01T00:00:00Z", forecastEnd: "2032-01-31T00:00:00Z", monthlyRate: 3044 });
  await api.readEverything("RIO");
  // What other tests left open.
  await api.giveAllToPems("RIO");
  await login("manager");
  await open("/");
  await expect(page, "the first organisation").toHaveURL(/\/o\/HOL$/);
  await open("/o/RIO");
  await expect(page.getByRole("heading", { level: 1, name: "Command deck" })).toBeVisible();
  await expect(page.getByRole("region", { name: "Sync" })).toContainText("Healthy");
  const needs = page.getByRole("region", { name: "Needs you now" });
  const costs = page.getByRole("region", { name: "Costs" });
  await expect(costs.getByText("Forecast with your drafts")).toHaveCount(0);
  await axe();

  await api.conflict("manager", "RIO", one.pfaId, { model: "Ours" }, () => simulator.edit("RIO", one.pfaId, { model: "Theirs" }));
  await expect(needs.getByRole("link", { name: /1 conflict to decide about your own changes/ }), "live").toBeVisible();
  await api.draft("manager", "RIO", { [two.pfaId]: { forecastEnd: "2032-03-01" } });
  await expect(needs.getByRole("link", { name: /1 draft to commit/ })).toBeVisible();
  await expect(costs.getByText("Forecast with your drafts")).toBeVisible();
  await expect(costs).toContainText("by your drafts");
  await costs.getByText("Costs over time as a table").click();
  const months = costs.getByRole("group", { name: "Costs over time" });
  await expect(months.getByRole("columnheader", { name: "With your drafts" })).toBeVisible();
  await axe();

  await needs.getByRole("link", { name: /1 draft to commit/ }).click();
  await expect(page.getByRole("dialog", { name: "Review drafts" })).toContainText(two.pfaId);
  await page.getByRole("dialog").getByRole("button", { name: /^Discard/ }).first().click();
  await page.goto("/o/RIO");
  await expect(needs.getByRole("link", { name: /draft/ })).toHaveCount(0);
  await api.giveAllToPems("RIO");
  await expect(page.getByText("Nothing waits for you")).toBeVisible();
});

test("whoever may not see amounts is told so, and sees none", async ({ axe, login, open, page }) => {
  await login("viewer");
  await open("/o/RIO");
  await expect(page.getByText("Amounts need the permission ViewFinancials.")).toBeVisible();
  await expect(page.getByRole("table")).toHaveCount(0);
  await axe();
});
