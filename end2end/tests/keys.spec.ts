import { expect, test } from "../fixtures/test.ts";

test("g and a letter leads to each page; while one types, it is only letters", async ({ login, open, page }) => {
  await login("manager");
  await open("/o/RIO/sync");
  for (const [letter, heading] of [
    ["d", "Command deck"],
    ["t", "Timeline"],
    ["c", "Conflicts"],
    ["b", "Rollbacks"],
    ["n", "Notifications"],
    ["s", "Sync"],
    ["r", "Records"],
  ] as const) {
    await page.locator("main").focus();
    await page.keyboard.press("g");
    await page.keyboard.press(letter);
    await expect(page.getByRole("heading", { level: 1, name: heading })).toBeVisible();
  }
  await page.keyboard.press("/");
  await page.keyboard.type("gs");
  await expect(page.getByRole("searchbox", { name: "Search records" })).toHaveValue("gs");
  await expect(page.getByRole("heading", { level: 1, name: "Records" })).toBeVisible();
});

test("? leads to a page that tells the keys, and so does the user's menu", async ({ axe, login, open, page }) => {
  await login("viewer");
  await open("/o/RIO/conflicts?show=all");
  await page.locator("main").focus();
  await page.keyboard.press("?");
  await expect(page).toHaveURL(/\/o\/RIO\/keys$/);
  await expect(page.getByRole("heading", { level: 1, name: "Keys" })).toBeVisible();
  await expect(page.getByRole("main")).toContainText("Command deck");
  await axe();
  await page.goBack();
  await expect(page).toHaveURL(/\/conflicts\?show=all$/);
  await page.getByRole("button", { name: /^User menu/ }).click();
  await page.getByRole("link", { name: "Keys" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Keys" })).toBeVisible();
});

test("j, k and x go through a list and tick", async ({ api, login, open, page, pick, simulator }) => {
  for (let n = 0; n < 3; n += 1) {
    const { pfaId } = await pick();
    await api.conflict("manager", "RIO", pfaId, { model: "Ours" }, () => simulator.edit("RIO", pfaId, { model: "Theirs" }));
  }
  await login("manager");
  await open("/o/RIO/conflicts");
  const links = page.getByRole("rowgroup").nth(1).getByRole("link");
  await expect(links).toHaveCount(3);
  await page.locator("main").focus();
  await page.keyboard.press("j");
  await expect(links.nth(0)).toBeFocused();
  await page.keyboard.press("j");
  await expect(links.nth(1)).toBeFocused();
  await page.keyboard.press("x");
  await expect(page.getByRole("rowgroup").nth(1).getByRole("checkbox").nth(1)).toBeChecked();
  await expect(page.getByRole("region", { name: "Selection" })).toContainText("1 selected");
  await page.keyboard.press("k");
  await expect(links.nth(0)).toBeFocused();
  await api.giveAllToPems("RIO");
});
