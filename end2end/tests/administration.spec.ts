import type { Locator, Page } from "@playwright/test";
import { expect, test } from "../fixtures/test.ts";

// Nobody listens there: a test alert cannot be delivered.
test.use({
  // The forms as a whole: what is scrolled below the bar is too small a target for axe.
  viewport: { width: 1280, height: 1100 },
  records: 40,
  serverSettings: { SLACK_WEBHOOK_URL: "http://127.0.0.1:9/services/very-secret", PEMS_WRITE_SYNC_BATCH_SIZE: "17" },
});

const NEW_PASSWORD = "a long password";
const PAGES = ["", "/servers", "/servers/new", "/users", "/users/new", "/audit", "/alerts"];

/** By the Tab key alone. */
async function reach(page: Page, target: Locator): Promise<void> {
  for (let steps = 0; steps < 80; steps += 1) {
    if (await target.evaluate((element) => element === document.activeElement)) {
      return;
    }
    await page.keyboard.press("Tab");
  }
  throw new Error("it cannot be reached by the keyboard");
}

/** What assistive technology reads with an input. */
async function describedBy(input: Locator): Promise<string> {
  return input.evaluate((element) =>
    (element.getAttribute("aria-describedby") ?? "")
      .split(" ")
      .map((id) => document.getElementById(id)?.textContent ?? "")
      .join(" "),
  );
}

test("every page of the settings is reached by its tab, reads on a phone, and axe finds nothing", async ({
  axe,
  login,
  open,
  page,
}) => {
  await login("admin");
  await open("/o/RIO/records");
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Settings" }).click();
  const tabs = page.getByRole("navigation", { name: "Settings" });
  for (const [tab, heading] of [
    ["API servers", "API servers"],
    ["Users", "Users"],
    ["Audit log", "Audit log"],
    ["Alerts", "Alerts"],
    ["Organisation", "Write sync"],
  ] as const) {
    await tabs.getByRole("link", { name: tab }).click();
    await expect(page.getByRole("heading", { name: heading, exact: true })).toBeVisible();
    await expect(tabs.getByRole("link", { name: tab })).toHaveAttribute("aria-current", "true");
  }
  await page.goBack();
  await expect(page.getByRole("heading", { name: "Alerts", exact: true })).toBeVisible();
  for (const path of PAGES) {
    await open(`/o/RIO/settings${path}`);
    await axe();
  }
  await page.setViewportSize({ width: 360, height: 740 });
  for (const path of PAGES) {
    await open(`/o/RIO/settings${path}`);
    const overhang = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(overhang, `${path} is as wide as the phone`).toBeLessThanOrEqual(0);
  }
});

test("an API server is tested before it can be saved, and its password is never shown again", async ({
  axe,
  login,
  open,
  page,
  problems,
  simulator,
}) => {
  problems.expect(/409|422|502/);
  await login("admin");
  await open("/o/HOL/settings/servers");
  await page.getByRole("link", { name: "Add an API server" }).click();
  const save = page.getByRole("button", { name: "Save" });
  const works = page.getByText("PEMS answers and lets us in.");
  await expect(save).toBeDisabled();
  await page.getByLabel("Name", { exact: true }).fill("PEMS Holland");
  await page.getByLabel("Address").fill(simulator.baseUrl);
  await page.getByLabel("Tenant").fill("DEMO");
  await page.getByLabel("User name").fill("vanguard");
  await page.getByLabel("Password").fill("not the password");
  await page.getByRole("button", { name: "Test connection" }).click();
  await expect(page.getByRole("alert")).toContainText("401");
  await expect(save).toBeDisabled();
  await expect(page.getByLabel("Name", { exact: true }), "nothing typed is lost").toHaveValue("PEMS Holland");
  await axe();

  await page.getByLabel("Password").fill("vanguard");
  await page.getByRole("button", { name: "Test connection" }).click();
  await expect(works).toBeVisible();
  await expect(save).toBeEnabled();
  await axe();
  await page.getByLabel("Tenant").fill("DEMOX");
  await expect(save, "something else was not tested").toBeDisabled();
  await expect(works).toHaveCount(0);
  await page.getByLabel("Tenant").fill("DEMO");
  await page.getByLabel("Tenant").press("Enter");
  await expect(works, "Enter tests").toBeVisible();
  await save.click();
  const row = page.getByRole("row").filter({ hasText: "PEMS Holland" });
  await expect(row).toContainText("Active");
  await axe();

  await row.getByRole("link", { name: "Edit: PEMS Holland" }).click();
  await expect(page.getByLabel("Password")).toHaveValue("");
  await page.getByLabel("Name", { exact: true }).fill("PEMS of Holland");
  await page.getByRole("button", { name: "Test connection" }).click();
  await expect(works).toBeVisible();
  await save.click();
  await expect(page.getByRole("row").filter({ hasText: "PEMS of Holland" })).toContainText("Active");
});

test("what is wrong stands at the field, which gets the focus, and nothing typed is lost", async ({
  axe,
  login,
  open,
  page,
  problems,
}) => {
  problems.expect(/409|422|502/);
  await login("admin");
  await open("/o/RIO/settings/servers/new");
  await page.getByLabel("Name", { exact: true }).fill("Open air");
  await page.getByLabel("Address").fill("http://pems.example.com");
  await page.getByLabel("Tenant").fill("DEMO");
  await page.getByLabel("User name").fill("with:colon");
  await page.getByLabel("Password").fill("x");
  await page.getByRole("button", { name: "Test connection" }).click();
  const address = page.getByLabel("Address");
  await expect(address).toHaveAttribute("aria-invalid", "true");
  await expect(address).toBeFocused();
  expect(await describedBy(address)).toContain("The address won't do");
  expect(await describedBy(page.getByLabel("User name"))).toContain("A user name cannot contain a colon.");
  await expect(page.getByLabel("Tenant")).not.toHaveAttribute("aria-invalid", "true");
  await expect(address).toHaveValue("http://pems.example.com");
  await expect(page.getByLabel("Password")).toHaveValue("x");
  await axe();
});

test("the API server of the environment is read-only; it is paused and resumed after a question, by keyboard", async ({
  axe,
  login,
  open,
  page,
}) => {
  await login("admin");
  await open("/o/RIO/settings/servers");
  const row = page.getByRole("row").filter({ hasText: "Default" });
  await expect(row).toContainText("from the server’s environment");
  await expect(row).toContainText("Active");

  const pause = page.getByRole("link", { name: "Pause … Default" });
  await reach(page, pause);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog", { name: "Pause this API server?" })).toBeVisible();
  await expect(page).toHaveURL(/pause=/);
  await axe();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expect(pause).toBeFocused();
  await page.keyboard.press("Enter");
  await reach(page, page.getByRole("dialog").getByRole("button", { name: "Pause" }));
  await page.keyboard.press("Enter");
  await expect(row).toContainText("Paused");
  await expect(row).toContainText("by an administrator");
  await expect(page.getByRole("status").getByText("The API server is paused.")).toBeVisible();
  await axe();
  await page.getByRole("link", { name: "Resume … Default" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Resume" }).click();
  await expect(row).toContainText("Active");

  await row.getByRole("link", { name: "Details: Default" }).click();
  await expect(page.getByText("PEMS_WRITE_*")).toBeVisible();
  await expect(page.getByRole("textbox")).toHaveCount(0);
  await axe();
});

test("while write sync is off, what is committed waits", async ({ api, axe, login, open, page, pick, simulator }) => {
  const { pfaId, model } = await pick();
  await login("admin");
  await open("/o/RIO/settings");
  const section = page.getByRole("region", { name: "Write sync" });
  await expect(section.getByText("On", { exact: true })).toBeVisible();
  await reach(page, section.getByRole("link", { name: "Switch off … Write sync" }));
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog")).toContainText("waits until somebody switches it on again");
  await axe();
  await reach(page, page.getByRole("dialog").getByRole("button", { name: "Switch off" }));
  await page.keyboard.press("Enter");
  await expect(section.getByText("Off", { exact: true })).toBeVisible();
  await expect(page.getByRole("dialog")).toHaveCount(0);

  await api.draft("manager", "RIO", { [pfaId]: { model: "Waited" } });
  await api.commit("manager", "RIO");
  await page.waitForTimeout(1_500);
  expect(await simulator.record("RIO", pfaId)).toMatchObject({ model });
  await section.getByRole("link", { name: "Switch on … Write sync" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Switch on" }).click();
  await expect(section.getByText("On", { exact: true })).toBeVisible();
  await expect.poll(() => simulator.record("RIO", pfaId)).toMatchObject({ model: "Waited" });
});

test("what is set for all organisations is shown, and cannot be changed here", async ({ login, open, page }) => {
  await login("admin");
  await open("/o/RIO/settings");
  const section = page.getByRole("region", { name: "Set for all organisations" });
  await expect(section.getByText("17 PEMS_WRITE_SYNC_BATCH_SIZE")).toBeVisible();
  await expect(section.getByText("0 0 1 1 * PEMS_READ_SYNC_SCHEDULE")).toBeVisible();
  await expect(section.getByRole("textbox")).toHaveCount(0);
});

test("a user is added, changed, deactivated and activated", async ({ axe, login, open, page, problems, stack }) => {
  problems.expect(/409|422|502/);
  const logIn = async (password: string): Promise<number> => {
    const answer = await fetch(`${stack.url}/api/auth/login`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ username: "carol", password }),
    });
    return answer.status;
  };
  await login("admin");
  await open("/o/RIO/settings/users");
  await page.getByRole("link", { name: "Add a user" }).click();
  await page.getByLabel("User name").fill("No spaces");
  await page.getByLabel("E-mail").fill("carol@example");
  await page.getByLabel("Role").selectOption("Portfolio manager");
  await page.getByLabel("Password").fill("short");
  await page.getByRole("button", { name: "Add the user" }).click();
  await expect(page.getByLabel("User name")).toBeFocused();
  expect(await describedBy(page.getByLabel("User name"))).toContain("begins with a letter or digit");
  expect(await describedBy(page.getByLabel("E-mail"))).toContain("This is no e-mail address.");
  expect(await describedBy(page.getByLabel("Password"))).toContain("at least 12 characters");
  await expect(page.getByLabel("Role")).toHaveValue("PortfolioManager");
  await axe();
  await page.getByLabel("User name").fill("carol");
  await page.getByLabel("E-mail").fill("carol@example.com");
  await page.getByLabel("Password").fill(NEW_PASSWORD);
  await page.getByRole("button", { name: "Add the user" }).click();
  const row = page.getByRole("row").filter({ hasText: "carol" });
  await expect(row).toContainText("Portfolio manager");
  await expect(row).toContainText("Active");
  await expect(row.getByRole("cell", { name: "RIO", exact: true })).toBeVisible();
  expect(await logIn(NEW_PASSWORD)).toBe(200);

  await row.getByRole("link", { name: "Edit: carol" }).click();
  await page.getByLabel("E-mail").fill("carol@example.org");
  await page.getByLabel("Role").selectOption("Viewer");
  await page.getByRole("checkbox", { name: /HOL/ }).check();
  await axe();
  await page.getByRole("button", { name: "Save" }).click();
  await expect(row).toContainText("carol@example.org");
  await expect(row).toContainText("Viewer");
  await expect(row.getByRole("cell", { name: "HOL, RIO" })).toBeVisible();
  expect(await logIn(NEW_PASSWORD), "the password stayed").toBe(200);

  await row.getByRole("link", { name: "Deactivate … carol" }).click();
  await expect(page.getByRole("dialog")).toContainText("can no longer log in");
  await axe();
  await page.getByRole("dialog").getByRole("button", { name: "Deactivate" }).click();
  await expect(row).toContainText("Deactivated");
  await expect(page.getByRole("status").getByText("The user can no longer log in.")).toBeVisible();
  expect(await logIn(NEW_PASSWORD)).toBe(401);
  await row.getByRole("link", { name: "Activate … carol" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Activate" }).click();
  await expect(row.getByText("Active", { exact: true })).toBeVisible();
  expect(await logIn(NEW_PASSWORD)).toBe(200);

  // Nobody takes his own office away.
  const me = page.getByRole("row").filter({ hasText: "(you)" });
  await expect(me.getByRole("link", { name: /Deactivate/ })).toHaveCount(0);
});

test("what each role may do stands in a table", async ({ login, open, page }) => {
  await login("admin");
  await open("/o/RIO/settings/users");
  const roles = page.getByRole("table").filter({ hasText: "Permission" });
  const cells = (permission: string): Promise<string[]> =>
    roles.getByRole("row").filter({ hasText: permission }).getByRole("cell").allTextContents();
  expect(await cells("SaveDraft")).toEqual(["no", "yes", "yes", "yes"]);
  expect(await cells("ManageUsers")).toEqual(["no", "no", "no", "yes"]);
  await expect(roles.getByRole("row")).toHaveCount(13);
});

test("the audit log is filtered by its address, shows before and after, and leads to the record", async ({
  api,
  axe,
  login,
  open,
  page,
  pick,
  stack,
}) => {
  const { pfaId } = await pick();
  await api.draft("manager", "RIO", { [pfaId]: { model: "Written down" } });
  await api.commit("manager", "RIO");
  await expect.poll(async () => (await api.record("RIO", pfaId)).syncState).toBe("synced");
  await login("admin");
  await open("/o/RIO/settings/audit");
  const log = page.getByRole("table");
  await expect(log.getByRole("row").nth(1)).toContainText(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/);
  await page.getByLabel("Record", { exact: true }).fill(pfaId);
  await page.getByLabel("Event", { exact: true }).selectOption("Draft committed");
  await page.getByLabel("User", { exact: true }).selectOption("manager");
  const today = new Date().toISOString().slice(0, 10);
  await page.getByLabel("From (UTC day)").fill(today);
  await page.getByLabel("Record", { exact: true }).press("Enter");
  await expect(page).toHaveURL(new RegExp(`event=draft.committed.*record=${pfaId}.*from=${today}`));
  await expect(log.getByRole("row")).toHaveCount(2);
  const row = log.getByRole("row").nth(1);
  await expect(row).toContainText("manager");
  await expect(row).toContainText("Model");
  await expect(row).toContainText("Written down");
  await axe();
  await page.reload();
  await expect(page.getByLabel("Event", { exact: true })).toHaveValue("draft.committed");
  await expect(page.getByLabel("Record", { exact: true })).toHaveValue(pfaId);
  await expect(log.getByRole("row")).toHaveCount(2);

  // The files hold exactly what the filter lets through.
  for (const [name, lines] of [["Export as CSV", 2], ["Export as JSONL", 1]] as const) {
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name }).click()]);
    const { readFile } = await import("node:fs/promises");
    const text = await readFile(await download.path(), "utf8");
    expect(text.trim().split("\n")).toHaveLength(lines);
    expect(text).toContain(pfaId);
  }

  await row.getByRole("link", { name: pfaId }).click();
  await expect.poll(() => decodeURIComponent(page.url())).toContain(`/o/RIO/records?focus=${pfaId}`);
  await page.goBack();
  await page.getByLabel("To (UTC day)").fill("2020-01-01");
  await page.getByRole("button", { name: "Show" }).click();
  await expect(page.getByRole("heading", { name: "No entries" })).toBeVisible();
  await axe();
  await page.getByRole("link", { name: "Clear" }).click();
  await expect(page).toHaveURL(/settings\/audit$/);

  await page.getByRole("button", { name: "Verify the chain" }).click();
  await expect(page.getByText(/The log is as it was written: [\d,]+ entries/)).toBeVisible();
  await axe();
  // Somebody with the database's own rights, past every guard of ours.
  await stack.database.query(
    `BEGIN; ALTER TABLE audit_log DISABLE TRIGGER USER;
     UPDATE audit_log SET outcome = 'forged' WHERE sequence = 1 AND organisation_id = (SELECT id FROM organisations WHERE code = 'HOL');
     ALTER TABLE audit_log ENABLE TRIGGER USER; COMMIT`,
  );
  await open("/o/HOL/settings/audit?verify=1");
  await expect(page.getByRole("alert")).toContainText("row 1 was changed after it was written");
  await axe();
});

test("one goes through the audit log page by page, back to the newest", async ({ api, login, open, page, stack }) => {
  const rows = await stack.database.query(
    "SELECT count(*) FROM audit_log WHERE organisation_id = (SELECT id FROM organisations WHERE code = 'RIO')",
  );
  await login("admin");
  // An even number of switches: it is on again at the end.
  const id = await api.organizationId("RIO");
  for (let switches = 0; switches < 2 * Math.ceil((106 - Number(rows[0])) / 2); switches += 1) {
    const answer = await page.request.put(`${stack.url}/api/admin/organizations/${id}/settings`, {
      data: { writeSyncEnabled: switches % 2 === 1 },
      headers: { "sec-fetch-site": "same-origin" },
    });
    expect(answer.ok()).toBe(true);
  }
  await open("/o/RIO/settings/audit");
  await expect(page.getByRole("table").getByRole("row")).toHaveCount(101);
  await page.getByRole("link", { name: "Older" }).click();
  await expect(page).toHaveURL(/after=/);
  await expect(page.getByRole("table").getByRole("row").last()).toContainText("#1");
  await page.getByRole("link", { name: "Newest" }).click();
  await expect(page).toHaveURL(/settings\/audit$/);
  await expect(page.getByRole("table").getByRole("row")).toHaveCount(101);
});

test("alerts: the channels, what became of each alert, and a test that says why it failed", async ({
  axe,
  login,
  open,
  page,
  problems,
  stack,
}) => {
  problems.expect(/409|422|502/);
  await stack.database.query(
    `INSERT INTO alert_delivery (organisation_id, incident, channel, title, body, link, began_at, state, tries, ended_at, last_error)
     SELECT id, 'seen in a browser', 'slack', 'PEMS does not answer', 'Ask whoever runs it.', '/o/RIO/sync', now(), 'failed', 11, now(), 'refused: no_service'
     FROM organisations WHERE code = 'RIO'`,
  );
  await login("admin");
  await open("/o/RIO/settings/alerts");
  await expect(page.getByText("Set up", { exact: true })).toBeVisible();
  await expect(page.getByText("Not set up", { exact: true })).toBeVisible();
  const row = page.getByRole("row").filter({ hasText: "PEMS does not answer" });
  await expect(row).toContainText("Given up");
  await expect(row).toContainText("11 tries");
  await expect(row).toContainText("refused: no_service");
  await page.getByRole("button", { name: "Send a test" }).click();
  await expect(page.getByRole("alert")).toContainText("The test did not go out. Slack: not delivered");
  await axe();
  expect(await page.content()).not.toContain("very-secret");
  await row.getByRole("link", { name: "PEMS does not answer" }).click();
  await expect(page).toHaveURL(/\/o\/RIO\/sync$/);
});

test("whoever may not is told whom to ask, on every page", async ({ axe, login, open, page }) => {
  await login("manager");
  for (const path of PAGES) {
    await open(`/o/RIO/settings${path}`);
    await expect(page.getByRole("heading", { name: "Settings are for administrators" })).toBeVisible();
    await expect(page.getByRole("main").getByRole("button")).toHaveCount(0);
  }
  await axe();
});

test("what does not exist is not found", async ({ login, page, problems }) => {
  problems.expect(/404/);
  await login("admin");
  const nobody = "00000000-0000-4000-8000-000000000000";
  for (const path of [`servers/${nobody}`, `users/${nobody}`, "servers/nonsense", "nothing"]) {
    const answer = await page.goto(`/o/RIO/settings/${path}`);
    expect(answer?.status(), path).toBe(404);
    await expect(page.getByRole("heading", { name: /^There is no such/ })).toBeVisible();
  }
});

test.describe("without scripts", () => {
  test.use({ javaScriptEnabled: false });

  test("write sync is switched off and on by plain forms", async ({ login, page }) => {
    await login("admin");
    await page.goto("/o/RIO/settings");
    await page.getByRole("link", { name: "Switch off … Write sync" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Switch off" }).click();
    await expect(page).toHaveURL(/notice=write-sync-off/);
    await expect(page.getByText("Nothing is sent to PEMS any more.")).toBeVisible();
    await page.getByRole("link", { name: "Switch on … Write sync" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Switch on" }).click();
    await expect(page.getByText("Changes are sent to PEMS again.")).toBeVisible();
  });

  test("a user is added and changed by plain forms, and nothing typed is lost but the password", async ({ login, page }) => {
    await login("admin");
    await page.goto("/o/RIO/settings/users/new");
    await page.getByLabel("User name").fill("dave");
    await page.getByLabel("E-mail").fill("dave@example");
    await page.getByLabel("Role").selectOption("Editor");
    await page.getByLabel("Password").fill(NEW_PASSWORD);
    await page.getByRole("checkbox", { name: /HOL/ }).check();
    await page.getByRole("button", { name: "Add the user" }).click();
    expect(await describedBy(page.getByLabel("E-mail"))).toContain("This is no e-mail address.");
    await expect(page.getByLabel("User name")).toHaveValue("dave");
    await expect(page.getByLabel("E-mail")).toHaveValue("dave@example");
    await expect(page.getByLabel("Role")).toHaveValue("Editor");
    await expect(page.getByRole("checkbox", { name: /HOL/ })).toBeChecked();
    await expect(page.getByLabel("Password")).toHaveValue("");
    expect(page.url()).not.toContain(encodeURIComponent(NEW_PASSWORD));
    await page.getByLabel("E-mail").fill("dave@example.com");
    await page.getByLabel("Password").fill(NEW_PASSWORD);
    await page.getByRole("button", { name: "Add the user" }).click();
    await expect(page.getByText("The user was added, and can log in now.")).toBeVisible();
    const row = page.getByRole("row").filter({ hasText: "dave" });
    await expect(row).toContainText("Editor");

    await row.getByRole("link", { name: "Edit: dave" }).click();
    await page.getByLabel("Role").selectOption("Viewer");
    await page.getByRole("button", { name: "Save" }).click();
    await expect(row).toContainText("Viewer");
    await row.getByRole("link", { name: "Deactivate … dave" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Deactivate" }).click();
    await expect(row).toContainText("Deactivated");
  });

  test("an API server that PEMS refuses is not saved; one that works is", async ({ login, page, simulator }) => {
    await login("admin");
    await page.goto("/o/HOL/settings/servers/new");
    await page.getByLabel("Name", { exact: true }).fill("By a plain form");
    await page.getByLabel("Address").fill(simulator.baseUrl);
    await page.getByLabel("Tenant").fill("DEMO");
    await page.getByLabel("User name").fill("vanguard");
    await page.getByLabel("Password").fill("not the password");
    await page.getByRole("button", { name: "Save" }).click();
    await expect(page.getByRole("alert")).toContainText("401");
    await expect(page.getByLabel("Name", { exact: true })).toHaveValue("By a plain form");
    await page.getByLabel("Password").fill("vanguard");
    await page.getByRole("button", { name: "Test connection" }).click();
    await expect(page.getByText("Nothing is saved yet")).toBeVisible();
    await expect(page.getByLabel("Address")).toHaveValue(simulator.baseUrl);
    await page.getByLabel("Password").fill("vanguard");
    await page.getByRole("button", { name: "Save" }).click();
    await expect(page.getByText("The API server was added.")).toBeVisible();
    await expect(page.getByRole("row").filter({ hasText: "By a plain form" })).toContainText("Active");
  });

  test("the audit log is filtered and verified by plain forms", async ({ login, page }) => {
    await login("admin");
    await page.goto("/o/RIO/settings/audit");
    await page.getByLabel("Event", { exact: true }).selectOption("Login succeeded");
    await page.getByRole("button", { name: "Show" }).click();
    await expect(page).toHaveURL(/event=login.succeeded/);
    await page.getByRole("button", { name: "Verify the chain" }).click();
    await expect(page.getByText("The log is as it was written")).toBeVisible();
  });
});
