import { expect, test } from "../fixtures/test.ts";

test("the login page opens and shows its form", async ({ open, page }) => {
  await open("/login");
  await expect(page.getByLabel("Username")).toBeVisible();
  await expect(page.getByLabel("Password")).toBeVisible();
  await expect(page.getByRole("button", { name: /sign in|log in/i })).toBeEnabled();
});
