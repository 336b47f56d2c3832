import { expect, test } from "../fixtures/test.ts";

const SYNC = "/o/RIO/sync";

test.afterEach(async ({ api, simulator }) => {
  await simulator.clearFaults();
  await simulator.up();
  await api.resumeServers("RIO");
});

test("reading from PEMS shows its progress and its end, without reload", async ({ axe, login, open, page, simulator }) => {
  const held = await simulator.fault({ effect: { kind: "hold" }, operations: ["list"], organization: "RIO" });
  await login("manager");
  await open(SYNC);
  await page.getByRole("button", { name: "Read from PEMS" }).click();
  const progress = page.getByRole("region", { name: "Read from PEMS" });
  await expect(progress.getByRole("progressbar", { name: "Reading from PEMS" })).toBeVisible();
  const runs = page.getByRole("region", { name: "Recent runs" }).getByRole("row");
  await expect(runs.nth(1)).toContainText("Running");
  await expect(runs.nth(1)).toContainText("manager (asked for)");
  await axe();

  await simulator.release(held);
  await expect(progress).toHaveCount(0);
  await expect(page.getByText(/^Last read from PEMS/)).toBeVisible();
  await expect(runs.nth(1)).toContainText("Completed");
});

test("a commit is followed live to its end", async ({ api, login, open, page, pick, simulator }) => {
  const { pfaId } = await pick();
  const held = await simulator.fault({ effect: { kind: "hold" }, operations: ["update", "batch"], pfaId });
  await login("manager");
  await open(SYNC);
  await expect(page.getByText("Live", { exact: true })).toBeVisible();
  await api.draft("manager", "RIO", { [pfaId]: { model: "Followed" } });
  await api.commit("manager", "RIO");
  await expect(page.getByRole("progressbar", { name: "Writing to PEMS, manager (commit)" })).toBeVisible();

  await simulator.release(held);
  await expect(page.getByRole("progressbar")).toHaveCount(0);
  await expect(page.getByRole("region", { name: "Recent runs" }).getByRole("row").nth(1)).toContainText("1 of 1 in PEMS");
  const day = page.getByRole("figure").filter({ hasText: "Changes in the last 24 hours" });
  await day.getByText("Changes in the last 24 hours as a table").click();
  await expect(day.getByRole("cell").filter({ hasText: /^[1-9]/ }).first()).toBeVisible();
});

test("the rate budget in use is shown, and falls when nothing is asked any more", async ({ api, axe, login, open, page }) => {
  test.slow();
  await login("manager");
  await open(SYNC);
  const figure = page.locator(".figure").filter({ hasText: "Rate budget in use" });
  await api.readEverything("RIO");
  await expect(figure).toContainText(/[1-9]\d* of 100 in 10 s/);
  await axe();
  await expect(figure, "looked at again without any event").toContainText("0 of 100 in 10 s", { timeout: 25_000 });
});

test("last and next run of both directions are told, and each run has an address", async ({ api, login, open, page }) => {
  await api.readEverything("RIO");
  await login("viewer");
  await open(SYNC);
  const table = page.getByRole("region", { name: "Last and next run" });
  const read = table.getByRole("row").filter({ hasText: "Read from PEMS" });
  await expect(read).toContainText(/\d+ read/);
  await expect(read.getByRole("time")).toHaveCount(2);
  await expect(table.getByRole("row").filter({ hasText: "Write to PEMS" }).getByRole("cell").last()).toContainText(/in |now|moment/);
  await read.getByRole("link").click();
  await expect(page).toHaveURL(/\/o\/RIO\/sync\/history\/[0-9a-f-]{36}$/);
  await expect(page.getByRole("heading", { level: 1, name: "Read from PEMS" })).toBeVisible();
});

test("a paused API server is said in one word and why, on every page, until it is resumed", async ({
  api,
  axe,
  login,
  open,
  page,
  simulator,
}) => {
  await login("manager");
  await open(SYNC);
  const health = page.locator(".sync-health");
  await expect(health).toContainText("Healthy");
  await simulator.fault({ effect: { kind: "unauthorized" }, organization: "RIO" });
  await page.getByRole("button", { name: "Read from PEMS" }).click();
  await expect(health).toContainText("Paused");
  await expect(health).toContainText("PEMS refused our user name or password. An administrator has to correct it.");
  const link = page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: /^Sync/ });
  await expect(link).toContainText("Paused");
  await axe();

  await open("/o/RIO/records");
  await expect(link).toContainText("Paused");
  await simulator.clearFaults();
  await api.resumeServers("RIO");
  await expect(link).not.toContainText("Paused");
  // A good read ends what the failed one left behind.
  await api.readEverything("RIO");
  await link.click();
  await expect(health).toContainText("Healthy");
});

test("live updates can be paused on the page itself: nothing is fetched until they are resumed", async ({
  api,
  axe,
  login,
  open,
  page,
  pick,
}) => {
  test.slow();
  const { pfaId } = await pick();
  await login("manager");
  // Once connected, the page catches up with what it may have missed.
  const caughtUp = ["sync/jobs", "sync/status", "sync/budget"].map((what) =>
    page.waitForResponse((response) => response.url().includes(`/fn/${what}`)),
  );
  await open(SYNC);
  await Promise.all(caughtUp);
  await expect(page.getByText(/^Live: this page follows the server. Updated/)).toBeVisible();
  const runs = page.getByRole("region", { name: "Recent runs" }).getByRole("row");
  const newest = () => runs.nth(1).getByRole("link").first().getAttribute("href");
  const before = await newest();
  const pause = page.getByRole("main").getByRole("button", { name: "Pause" });
  await pause.focus();
  await page.keyboard.press("Enter");
  await expect(page.getByText("Paused: nothing is fetched until you resume.")).toBeVisible();
  await axe();
  const asked: string[] = [];
  page.on("request", (request) => asked.push(request.url()));
  await api.draft("manager", "RIO", { [pfaId]: { model: "Unseen" } });
  await api.commit("manager", "RIO");
  await expect.poll(async () => (await api.record("RIO", pfaId)).syncState).toBe("synced");
  // Longer than the rate budget is left alone for.
  await page.waitForTimeout(6_000);
  expect(await newest()).toBe(before);
  expect(asked).toEqual([]);
  await page.getByRole("main").getByRole("button", { name: "Resume" }).click();
  await expect(runs.nth(1)).toContainText("1 of 1 in PEMS");
});

test("a viewer sees how things stand and starts nothing", async ({ axe, login, open, page }) => {
  await login("viewer");
  await open(SYNC);
  await expect(page.getByText("Starting a run needs the permission Sync or RefreshData.")).toBeVisible();
  await expect(page.getByRole("button", { name: /Sync now|Read/ })).toHaveCount(0);
  await axe();
});
