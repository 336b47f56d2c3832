import { expect, test } from "../fixtures/test.ts";

// The net under all other tests: were it torn, none of them would notice a broken page.

test("a console error, an exception and a panic are noticed on every page", async ({ login, open, page, problems }) => {
  await login("viewer");
  await open("/o/RIO/sync");
  expect(problems.unexpected()).toEqual([]);
  await page.evaluate(() => console.error("first: a console error"));
  await page.evaluate(() => setTimeout(() => { throw new Error("second: an exception"); }));
  await page.evaluate(() => void Promise.reject(new Error("third: a rejection")));
  await page.evaluate(() => console.warn("A hydration mismatch"));
  // What a panic of the wasm looks like: the module traps.
  await page.evaluate(() => setTimeout(() => { throw new WebAssembly.RuntimeError("unreachable"); }));
  const seen = ["first", "second", "third", "hydration mismatch", "unreachable"];
  await expect.poll(() => seen.filter((what) => !problems.unexpected().some((problem) => problem.includes(what)))).toEqual([]);
  problems.expect(/first|second|third|hydration mismatch|unreachable/);
});

test("a test with an unexpected console error fails", async ({ login, open, page }) => {
  test.fail();
  await login("viewer");
  await open("/o/RIO/sync");
  const heard = page.waitForEvent("console");
  await page.evaluate(() => console.error("nobody expected this"));
  await heard;
});
