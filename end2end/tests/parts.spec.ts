import { expect, test } from "../fixtures/test.ts";

// The app comes in parts: what surrounds every page with each of them, an area's when it is visited.

test("a page's answer names its part, which is fetched once", async ({ login, open, page }) => {
  await login("viewer");
  const fetched: string[] = [];
  page.on("request", (request) => fetched.push(...(request.url().match(/split_sync\.\w+\.wasm$/) ?? [])));
  const named = async (path: string): Promise<string> => {
    const answer = page.waitForResponse((response) => response.url().endsWith(path));
    await open(path);
    return (await answer).headers()["link"] ?? "";
  };
  expect(await named("/o/RIO/sync")).toMatch(/<\/assets\/\w+\/pkg\/split_sync\.\w+\.wasm>; rel=preload; as=fetch; crossorigin/);
  expect(fetched).toHaveLength(1);
  expect(await named("/o/RIO/conflicts")).toMatch(/<\/assets\/\w+\/pkg\/split_conflicts\.\w+\.wasm>/);
  expect(await named("/o/RIO/records")).not.toContain("split_record_dialogs");
  expect(await named("/o/RIO/records?dialog=review"), "what is rendered must be taken over").toContain("split_record_dialogs");
});

test("the other parts come by themselves, so that a visit needs no connection", async ({ login, open, page, problems }) => {
  problems.expect(/Failed to load resource/);
  await login("viewer");
  const parts = ["deck", "records", "record_dialogs", "timeline", "sync", "conflicts", "history", "rollbacks", "settings", "notifications", "help"].map((part) =>
    page.waitForResponse((response) => response.url().includes(`/pkg/split_${part}.`)),
  );
  await open("/o/RIO/records");
  for (const part of await Promise.all(parts)) {
    expect(part.headers()["content-type"]).toBe("application/wasm");
    expect(part.headers()["content-encoding"]).toBe("br");
    await part.finished();
  }
  await page.route("**/pkg/**", (route) => route.abort("connectionrefused"));
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Sync" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Sync" })).toBeVisible();
});

test("a part that cannot be fetched takes its page down only, and can be tried again", async ({
  axe,
  login,
  open,
  page,
  problems,
}) => {
  problems.expect(/Failed to (fetch|load resource)/);
  await login("viewer");
  await page.route("**/pkg/split_sync.*", (route) => route.abort("connectionrefused"));
  await open("/o/RIO/records");
  const main = page.getByRole("navigation", { name: "Main" });
  await main.getByRole("link", { name: "Sync" }).click();
  const apology = page.getByRole("heading", { name: "This page could not be fetched" });
  await expect(apology).toBeVisible();
  await axe();
  await main.getByRole("link", { name: "Records" }).click();
  await expect(page.getByRole("grid", { name: "Records" })).toBeVisible();
  await main.getByRole("link", { name: "Sync" }).click();
  await expect(apology).toBeVisible();
  await page.unroute("**/pkg/split_sync.*");
  await page.getByRole("link", { name: "Try again" }).click();
  await expect(page).toHaveURL(/\/o\/RIO\/sync$/);
  await expect(page.getByRole("heading", { level: 1, name: "Sync" })).toBeVisible();
});
