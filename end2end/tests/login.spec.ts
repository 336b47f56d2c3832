import { PASSWORD, expect, test } from "../fixtures/test.ts";

test("whoever is not logged in is asked to, and led on to where he wanted to go", async ({ axe, open, page }) => {
  await open("/o/RIO/conflicts?show=all");
  await expect(page.getByRole("heading", { name: "Log in" })).toBeVisible();
  await expect(page.getByLabel("Username")).toBeFocused();
  await axe();
  await page.keyboard.type("Viewer");
  await page.keyboard.press("Tab");
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/o\/RIO\/conflicts\?show=all$/);
  await expect(page.getByRole("heading", { level: 1, name: "Conflicts" })).toBeVisible();
});

test("a wrong password is said at once, and the name stays", async ({ axe, open, page, problems }) => {
  problems.expect(/401/);
  await open("/login");
  await page.getByLabel("Username").fill("admin2");
  await page.getByLabel("Password").fill("wrong");
  await page.getByRole("button", { name: "Log in" }).click();
  await expect(page.getByRole("alert")).toContainText("User name or password is wrong.");
  await expect(page.getByLabel("Username")).toHaveValue("admin2");
  await axe();
});

test("a link to another site is not followed after the login", async ({ open, page, stack }) => {
  await open("/login?next=" + encodeURIComponent("//example.org/"));
  await page.getByLabel("Username").fill("viewer");
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Log in" }).click();
  await expect(page).toHaveURL(new RegExp(`^${stack.url}/o/(RIO|HOL)$`));
});

test("logging out ends the session on the server too", async ({ context, open, page, problems, stack }) => {
  // What the page was just fetching when its session ended.
  problems.expect(/401/);
  await open("/login");
  await page.getByLabel("Username").fill("viewer");
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Log in" }).click();
  await expect(page).toHaveURL(/\/o\/[A-Z]+$/);
  const cookies = await context.cookies();
  await page.getByRole("button", { name: /User menu/ }).click();
  await expect(page.getByText("viewer@example.com")).toBeVisible();
  await page.getByRole("button", { name: "Log out" }).click();
  await expect(page.getByText("You are logged out.")).toBeVisible();
  await context.addCookies(cookies);
  expect((await context.request.get(`${stack.url}/api/auth/me`)).status()).toBe(401);
});

test("the theme that was chosen holds on every page and after reload", async ({ login, open, page }) => {
  await login("viewer");
  await open("/o/RIO/sync");
  await page.getByRole("button", { name: /^Theme: system/ }).click();
  await page.getByRole("button", { name: /^Theme: light/ }).click();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await page.reload();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await open("/o/RIO/records");
  await expect(page.locator("html")).toHaveCSS("color-scheme", "dark");
  await expect(page.getByRole("button", { name: /^Theme: dark/ })).toBeVisible();
});
