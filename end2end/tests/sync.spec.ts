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
  const queue = page.getByRole("region", { name: "On the way to PEMS", exact: true });
  await expect(queue).toContainText("Nothing waits");
  await api.draft("manager", "RIO", { [pfaId]: { model: "Followed" } });
  await api.commit("manager", "RIO");

  const row = queue.getByRole("row").filter({ hasText: pfaId });
  await expect(row).toContainText("Sending");
  await expect(row).toContainText("Followed");
  await expect(page.getByRole("progressbar", { name: "Writing to PEMS, manager (commit)" })).toBeVisible();

  await simulator.release(held);
  await expect(queue).toContainText("Nothing waits");
  await expect(page.getByRole("progressbar")).toHaveCount(0);
  await expect(page.getByRole("region", { name: "Recent runs" }).getByRole("row").nth(1)).toContainText("1 of 1 in PEMS");
  const day = page.getByRole("figure").filter({ hasText: "Changes in the last 24 hours" });
  await day.getByText("Changes in the last 24 hours as a table").click();
  await expect(day.getByRole("cell").filter({ hasText: /^[1-9]/ }).first()).toBeVisible();
});

test("a change that waits for its next try says why, and Sync now sends it", async ({
  api,
  axe,
  login,
  open,
  page,
  pick,
  simulator,
}) => {
  const { pfaId } = await pick();
  await simulator.lock("RIO", pfaId);
  await login("manager");
  await open(SYNC);
  await api.draft("manager", "RIO", { [pfaId]: { model: "Waited for" } });
  await api.commit("manager", "RIO");
  const row = page.getByRole("region", { name: "On the way to PEMS", exact: true }).getByRole("row").filter({ hasText: pfaId });
  await expect(row).toContainText("1 / 3");
  await expect(row).toContainText(/lock/i);
  await row.getByRole("link", { name: "Attempts" }).click();
  const dialog = page.getByRole("dialog", { name: "Attempts" });
  await expect(dialog.getByRole("row").filter({ hasText: "Locked in PEMS" }).first()).toBeVisible();
  await axe();
  await page.keyboard.press("Escape");
  await expect(dialog).toHaveCount(0);
  await expect(row.getByRole("link", { name: "Attempts" })).toBeFocused();

  await simulator.unlock("RIO", pfaId);
  await page.getByRole("button", { name: "Sync now" }).click();
  await expect(row).toHaveCount(0);
  expect(await simulator.record("RIO", pfaId)).toMatchObject({ model: "Waited for" });
});

test("a change that PEMS refuses waits for a decision: tried again, or discarded", async ({
  api,
  axe,
  login,
  open,
  page,
  pick,
  simulator,
}) => {
  const [one, other] = [await pick(), await pick()];
  await simulator.fault({ effect: { kind: "status", code: 400 }, operations: ["update", "batch"] });
  await login("manager");
  await open(SYNC);
  await api.draft("manager", "RIO", { [one.pfaId]: { model: "Again" }, [other.pfaId]: { model: "Never" } });
  await api.commit("manager", "RIO");
  await expect(page.getByRole("heading", { name: "Failed: 2 to decide" })).toBeVisible();
  await expect(page.getByRole("status").filter({ hasText: "Degraded" })).toContainText("2 changes failed");
  await axe();

  await simulator.clearFaults();
  const failed = page.getByRole("group", { name: "Failed changes" }).getByRole("row");
  await failed.filter({ hasText: one.pfaId }).getByRole("button", { name: "Retry" }).click();
  await expect(page.getByRole("heading", { name: "Failed: 1 to decide" })).toBeVisible();
  await expect.poll(() => simulator.record("RIO", one.pfaId)).toMatchObject({ model: "Again" });

  await failed.filter({ hasText: other.pfaId }).getByRole("link", { name: "Discard" }).click();
  const dialog = page.getByRole("dialog", { name: "Discard this change?" });
  await axe();
  await dialog.getByRole("button", { name: "Discard" }).click();
  await expect(dialog).toHaveCount(0);
  await expect(page.getByRole("heading", { name: /^Failed/ })).toHaveCount(0);
  await expect(page.getByRole("status").filter({ hasText: "Healthy" })).toBeVisible();
  expect(await simulator.record("RIO", other.pfaId)).not.toMatchObject({ model: "Never" });
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

test("live updates can be paused: nothing is fetched until they are resumed", async ({ api, login, open, page, pick }) => {
  const { pfaId } = await pick();
  await login("manager");
  // Once connected, the page catches up with what it may have missed.
  const caughtUp = ["sync/jobs", "sync/status", "queue/open", "queue/failures"].map((what) =>
    page.waitForResponse((response) => response.url().includes(`/fn/${what}`)),
  );
  await open(SYNC);
  await Promise.all(caughtUp);
  const runs = page.getByRole("region", { name: "Recent runs" }).getByRole("row");
  const newest = await runs.nth(1).textContent();
  await page.getByRole("button", { name: "Pause live updates" }).click();
  await expect(page.getByText("Paused", { exact: true })).toBeVisible();
  const asked: string[] = [];
  page.on("request", (request) => asked.push(request.url()));
  await api.draft("manager", "RIO", { [pfaId]: { model: "Unseen" } });
  await api.commit("manager", "RIO");
  await expect.poll(async () => (await api.record("RIO", pfaId)).syncState).toBe("synced");
  expect(await runs.nth(1).textContent()).toBe(newest);
  expect(asked).toEqual([]);
  await page.getByRole("button", { name: "Resume live updates" }).click();
  await expect(runs.nth(1)).toContainText("1 of 1 in PEMS");
});

test("a viewer sees how things stand and starts nothing", async ({ axe, login, open, page }) => {
  await login("viewer");
  await open(SYNC);
  await expect(page.getByText("Starting a run needs the permission Sync or RefreshData.")).toBeVisible();
  await expect(page.getByRole("button", { name: /Sync now|Read/ })).toHaveCount(0);
  await axe();
});
