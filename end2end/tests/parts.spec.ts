import { expect, test } from "../fixtures/test.ts";

// The app comes in parts: the records' with every page, each other area's when it is visited.

test("the other parts come by themselves, so that a visit needs no connection", async ({ login, open, page, problems }) => {
  problems.expect(/Failed to load resource/);
  await login("viewer");
  const parts = ["sync", "conflicts"].map((part) =>
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
