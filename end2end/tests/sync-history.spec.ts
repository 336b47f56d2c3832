import { expect, test } from "../fixtures/test.ts";

const HISTORY = "/o/RIO/sync/history";

test("runs are filtered by kind and trigger, and the address keeps it", async ({ api, axe, login, open, page, pick }) => {
  const { pfaId } = await pick();
  await api.readEverything("RIO");
  await api.draft("manager", "RIO", { [pfaId]: { model: "In history" } });
  await api.commit("manager", "RIO");
  await expect.poll(async () => (await api.record("RIO", pfaId)).syncState).toBe("synced");
  await login("viewer");
  await open(HISTORY);
  const rows = page.getByRole("group", { name: "Sync runs" }).getByRole("row");
  await expect(rows.nth(1)).toContainText("manager (commit)");
  await axe();
  await page.getByLabel("Kind").selectOption("Read from PEMS");
  await page.getByRole("button", { name: "Show" }).press("Enter");
  await expect(page).toHaveURL(/kind=read/);
  await expect(rows.filter({ hasText: "commit" })).toHaveCount(0);
  await expect(rows.filter({ hasText: "asked for" }).first()).toBeVisible();
  await page.reload();
  await expect(page.locator("html")).toHaveAttribute("data-hydrated", "true");
  await expect(page.getByLabel("Kind")).toHaveValue("read");
  await page.goBack();
  await expect(rows.filter({ hasText: "commit" }).first()).toBeVisible();
  await page.getByLabel("Started by").selectOption("conflict decided");
  await page.getByLabel("State").selectOption("Failed");
  await page.getByRole("button", { name: "Show" }).click();
  await expect(page.getByText("Nothing matches")).toBeVisible();
  await axe();
  await page.getByRole("link", { name: "Clear" }).click();
  await expect(page).toHaveURL(/\/sync\/history$/);
});

test("a date is jumped to: the list begins with that day", async ({ login, open, page, stack }) => {
  await stack.database.query(`
    INSERT INTO sync_jobs (organisation_id, kind, trigger, state, started_at, finished_at)
    SELECT id, 'read', 'schedule', 'completed', timestamptz '2020-02-29 23:30Z' - n * interval '1 day',
           timestamptz '2020-02-29 23:31Z' - n * interval '1 day'
    FROM organisations, generate_series(0, 120) n WHERE code = 'RIO'`);
  await login("viewer");
  await open(HISTORY);
  await page.getByLabel("Jump to date (UTC)").fill("2020-02-28");
  await page.getByLabel("Jump to date (UTC)").press("Enter");
  await expect(page).toHaveURL(/date=2020-02-28/);
  const times = page.getByRole("group", { name: "Sync runs" }).getByRole("time");
  await expect(times.first()).toHaveAttribute("datetime", "2020-02-28T23:30:00Z");
  await expect(page.getByText("1 to 100 of 120")).toBeVisible();
  await page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name: "Older" }).click();
  await expect(page).toHaveURL(/date=2020-02-28&page=2/);
  await expect(page.getByText("101 to 120 of 120")).toBeVisible();
  await page.goBack();
  await expect(page.getByText("1 to 100 of 120")).toBeVisible();
});

test("a run lists its changes, each with its write and its record, and can be rolled back", async ({ api, axe, login, open, page, pick, simulator }) => {
  const [one, two] = [await pick(), await pick()];
  await simulator.lock("RIO", two.pfaId);
  await api.draft("manager", "RIO", { [one.pfaId]: { model: "In a run" }, [two.pfaId]: { model: "Locked" } });
  await api.commit("manager", "RIO");
  await login("manager");
  await open(HISTORY);
  await page.getByRole("group", { name: "Sync runs" }).getByRole("row").nth(1).getByRole("link").first().click();
  await expect(page.getByRole("heading", { level: 1, name: "Write to PEMS" })).toBeVisible();
  await expect(page.getByRole("progressbar", { name: "Writing to PEMS" })).toBeVisible();
  const changes = page.getByRole("group", { name: "Changes of the run" }).getByRole("row");
  await expect(changes.filter({ hasText: one.pfaId })).toContainText("Completed");
  await expect(changes.filter({ hasText: two.pfaId })).toContainText(/lock/i);
  await axe();
  await simulator.unlock("RIO", two.pfaId);
  await expect(changes.filter({ hasText: two.pfaId }), "followed live").toContainText("Completed", { timeout: 30_000 });
  await expect(page.getByRole("region", { name: "The run" })).toContainText("2 of 2 in PEMS");
  await expect(page.getByRole("link", { name: /^Roll back the run of manager/ })).toHaveAttribute("href", /\/rollbacks\/new\?job=/);
  await expect(changes.filter({ hasText: one.pfaId }).locator(".record-link")).toHaveAttribute("href", `/o/RIO/records?focus=${one.pfaId}`);
  await changes.filter({ hasText: one.pfaId }).getByRole("link", { name: `Write of ${one.pfaId}` }).click();
  await expect(page.getByRole("heading", { level: 1, name: `Write of ${one.pfaId}` })).toBeVisible();
  await page.getByRole("link", { name: "The run that it is part of" }).click();
  await expect(page).toHaveURL(/\/sync\/history\/[0-9a-f-]{36}$/);
});

test("what a read run set aside is told, with what is wrong", async ({ api, axe, login, open, page, stack }) => {
  await api.readEverything("RIO");
  await stack.database.query(`
    INSERT INTO silver_quarantine (organisation_id, job_id, page, position, pfa_id, reason, raw)
    SELECT organisation_id, id, 1, 0, 'RIO-BROKEN', 'forecastEnd is no date.', '{}' FROM sync_jobs
    WHERE kind = 'read' ORDER BY started_at DESC LIMIT 1`);
  const [newest] = await stack.database.query("SELECT id FROM sync_jobs WHERE kind = 'read' ORDER BY started_at DESC LIMIT 1");
  await login("manager");
  await open(`${HISTORY}/${newest}`);
  const rejected = page.getByRole("group", { name: "Records that were set aside" }).getByRole("row");
  await expect(rejected.filter({ hasText: "RIO-BROKEN" })).toContainText("forecastEnd is no date.");
  await axe();
});
