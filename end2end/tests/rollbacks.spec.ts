import type { Locator, Page } from "@playwright/test";
import type { Api } from "../fixtures/api.ts";
import { expect, test } from "../fixtures/test.ts";

/** A committed change that PEMS has confirmed; answers with the version before it. */
async function changed(api: Api, pfaId: string, changes: Record<string, unknown>): Promise<number> {
  const { version } = await api.record("RIO", pfaId);
  await api.draft("manager", "RIO", { [pfaId]: changes });
  await api.commit("manager", "RIO");
  await expect.poll(async () => (await api.record("RIO", pfaId)).version).toBe(version + 1);
  await expect.poll(async () => (await api.record("RIO", pfaId)).syncState).toBe("synced");
  return version;
}

const newRollback = (pfaId: string, version: number): string => `/o/RIO/rollbacks/new?record=${pfaId}&version=${version}`;

/** Goes on by Tab until the control has the focus. */
async function tabTo(page: Page, control: Locator): Promise<void> {
  for (let step = 0; step < 60; step += 1) {
    if (await control.evaluate((element) => element === document.activeElement)) {
      return;
    }
    await page.keyboard.press("Tab");
  }
  throw new Error(`Tab does not lead to ${control}`);
}

test("a write run is rolled back by two people, from the sync page to the result", async ({
  api,
  axe,
  login,
  open,
  page,
  pick,
  simulator,
}) => {
  const [one, two] = [await pick(), await pick()];
  await api.draft("manager", "RIO", { [one.pfaId]: { model: "Wrong" }, [two.pfaId]: { model: "Wrong" } });
  await api.commit("manager", "RIO");
  for (const { pfaId } of [one, two]) {
    await expect.poll(async () => (await api.record("RIO", pfaId)).syncState).toBe("synced");
  }
  await simulator.edit("RIO", two.pfaId, { model: "Since" }, "pems.silva");
  await api.readEverything("RIO");
  await login("manager");
  await open("/o/RIO/sync");
  const run = page.getByRole("region", { name: "Recent runs" }).getByRole("row").filter({ hasText: "2 of 2 in PEMS" });
  await run.first().getByRole("link", { name: /^Roll back the run of manager/ }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Roll back a write run" })).toBeVisible();

  const rows = page.getByRole("group", { name: "Preview" }).getByRole("row");
  const mine = rows.filter({ hasText: one.pfaId });
  await expect(mine).toContainText("Wrong");
  await expect(mine).toContainText(String(one["model"]));
  const theirs = rows.filter({ hasText: two.pfaId });
  const overwrite = theirs.getByRole("checkbox", { name: `Overwrite Model of ${two.pfaId}` });
  await expect(overwrite, "what was changed since is left alone").not.toBeChecked();
  const summary = page.getByText(/would be restored/);
  await expect(theirs, "nobody's work is taken back unseen").toContainText("by pems.silva");
  await expect(summary).toHaveText(
    "1 field of 1 record would be restored. 1 field that somebody else changed since would be left alone.",
  );
  await axe();
  await overwrite.check();
  await expect(summary).toHaveText("2 fields of 2 records would be restored.");
  await expect(overwrite, "the focus stays where it is").toBeFocused();
  await overwrite.uncheck();
  await expect(summary).toContainText("left alone");

  await page.getByLabel("Reason").fill("The wrong list was pasted");
  await page.getByRole("button", { name: "Ask for approval" }).click();
  await expect(page.getByText("You asked for this rollback.")).toBeVisible();
  await expect(page.getByText("An administrator has to approve it. You will be told.")).toBeVisible();
  await expect(page.getByRole("button", { name: "Approve and restore" })).toHaveCount(0);
  await axe();
  const address = new URL(page.url()).pathname;

  // Live pages ask on while the session changes.
  await page.goto("about:blank");
  await login("admin");
  await open("/o/RIO/rollbacks");
  const listed = page.getByRole("row").filter({ hasText: "The wrong list was pasted" });
  await expect(listed).toContainText("To approve");
  await axe();
  await open(address);
  await expect(page.getByRole("group", { name: "Preview" })).toContainText("Yes, left alone");
  await axe();
  await page.getByRole("button", { name: "Approve and restore" }).click();
  await expect(page.getByText("1 of 1 record restored"), "live").toBeVisible();
  await expect(page.getByText("Completed")).toBeVisible();
  await axe();
  expect(await simulator.record("RIO", one.pfaId)).toMatchObject({ model: one["model"] });
  expect(await simulator.record("RIO", two.pfaId)).toMatchObject({ model: "Since" });

  await page.getByRole("link", { name: "Roll back this rollback …" }).click();
  await expect(page.getByRole("group", { name: "Preview" })).toContainText("Wrong");
});

test("by keyboard alone, a record is brought back to a version over what was changed since", async ({
  api,
  login,
  open,
  page,
  pick,
  simulator,
}) => {
  const { pfaId, model, contract } = await pick();
  const version = await changed(api, pfaId, { model: "Wrong" });
  await simulator.edit("RIO", pfaId, { contract: "C-SINCE" }, "pems.silva");
  await api.readEverything("RIO");
  await login("manager");
  await open("/o/RIO/rollbacks/new");
  await tabTo(page, page.getByLabel("Record", { exact: true }));
  await page.keyboard.type(pfaId);
  await page.keyboard.press("Tab");
  await page.keyboard.type(`${version}`);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: `Roll back ${pfaId} to version ${version}` })).toBeVisible();
  await expect(page.locator("html")).toHaveAttribute("data-hydrated", "true");
  await tabTo(page, page.getByRole("checkbox", { name: `Overwrite Contract of ${pfaId}` }));
  await page.keyboard.press("Space");
  await expect(page.getByText("2 fields of 1 record would be restored.")).toBeVisible();
  await page.keyboard.press("Tab");
  await page.keyboard.type("Agreed with the customer");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await expect(page.getByText("You asked for this rollback.")).toBeVisible();
  const address = new URL(page.url()).pathname;

  // Live pages ask on while the session changes.
  await page.goto("about:blank");
  await login("admin");
  await open(address);
  await tabTo(page, page.getByRole("button", { name: "Approve and restore" }));
  await page.keyboard.press("Enter");
  await expect(page.getByText("1 of 1 record restored")).toBeVisible();
  expect(await simulator.record("RIO", pfaId)).toMatchObject({ model, contract });
});

test("a record that moved before the approval is shown beside what was seen, and asked about again", async ({
  api,
  axe,
  login,
  open,
  page,
  pick,
  problems,
  simulator,
}) => {
  problems.expect(/409/);
  const { pfaId, model } = await pick();
  const version = await changed(api, pfaId, { model: "Wrong", contract: "C-WRONG" });
  const rollback = await api.askForRollback("manager", "RIO", { pfaId, toVersion: version }, "A mistake");
  await login("admin");
  await open(`/o/RIO/rollbacks/${rollback}`);
  await simulator.edit("RIO", pfaId, { contract: "C-MEANWHILE" }, "pems.silva");
  await api.readEverything("RIO");
  await page.getByRole("button", { name: "Approve and restore" }).click();
  await expect(page.getByRole("alert")).toContainText("The records moved since the preview was made");
  await expect(page.getByText("Records moved after this rollback was asked for.")).toBeVisible();
  const row = page.getByRole("row").filter({ hasText: "Contract" });
  await expect(row).toContainText("C-MEANWHILE");
  await expect(row).toContainText("was C-WRONG in the preview before");
  await expect(row).toContainText("Yes, left alone");
  await axe();
  await page.getByRole("button", { name: "Approve and restore" }).click();
  await expect(page.getByText("1 of 1 record restored")).toBeVisible();
  expect(await simulator.record("RIO", pfaId)).toMatchObject({ model, contract: "C-MEANWHILE" });
});

test("a conflict during a rollback leads to the conflict", async ({ api, axe, login, open, page, pick, simulator }) => {
  const { pfaId } = await pick();
  const version = await changed(api, pfaId, { model: "Wrong" });
  const rollback = await api.askForRollback("manager", "RIO", { pfaId, toVersion: version }, "A mistake");
  await simulator.edit("RIO", pfaId, { model: "Meanwhile" }, "pems.silva");
  await login("admin");
  await open(`/o/RIO/rollbacks/${rollback}`);
  await page.getByRole("button", { name: "Approve and restore" }).click();
  await expect(page.getByText("0 of 1 record restored. 1 record waits for a decision")).toBeVisible();
  await axe();
  await page.getByRole("link", { name: "Decide the conflict" }).click();
  await expect(page.getByRole("dialog").getByRole("heading", { name: pfaId })).toBeVisible();
  await page.getByRole("button", { name: "Use PEMS for all" }).click();
  await expect(page.getByText("Your decision was saved")).toBeVisible();
});

test("who asked does not approve; a refusal says why", async ({ api, axe, login, open, page, pick }) => {
  const { pfaId } = await pick();
  const version = await changed(api, pfaId, { model: "Right" });
  const rollback = await api.askForRollback("admin", "RIO", { pfaId, toVersion: version }, "I thought so");
  await login("admin");
  await open(`/o/RIO/rollbacks/${rollback}`);
  await expect(page.getByText("another administrator has to approve it")).toBeVisible();
  await expect(page.getByRole("button", { name: "Approve and restore" })).toHaveCount(0);
  await expect(page.getByRole("button", { name: "Cancel this request" })).toBeVisible();
  // Live pages ask on while the session changes.
  await page.goto("about:blank");
  await login("admin2");
  await open(`/o/RIO/rollbacks/${rollback}`);
  await page.getByLabel("Reason for refusing").fill("The model is right");
  await page.getByRole("button", { name: "Refuse" }).click();
  await expect(page.getByText("admin2 refused it")).toContainText("The model is right");
  await axe();
  await open("/o/RIO/rollbacks?show=declined");
  await expect(page.getByRole("row").filter({ hasText: "I thought so" })).toContainText("Refused");
});

test("whoever may not ask reads, and is told whom to ask", async ({ api, axe, login, open, page, pick }) => {
  const { pfaId } = await pick();
  const version = await changed(api, pfaId, { monthlyRate: "7654.00" });
  const rollback = await api.askForRollback("manager", "RIO", { pfaId, toVersion: version }, "A mistake");
  await login("viewer");
  await open(newRollback(pfaId, version));
  await expect(page.getByText("Asking for a rollback needs the permission Sync.")).toBeVisible();
  await axe();
  await open(`/o/RIO/rollbacks/${rollback}`);
  await expect(page.getByRole("group", { name: "Preview" })).toContainText("Monthly rate");
  await expect(page.getByText("7,654.00")).toHaveCount(0);
  await expect(page.getByRole("button", { name: /Approve|Refuse|Cancel/ })).toHaveCount(0);
  await axe();
});

test("what is not there gets a page that says so, and an empty list says what rollbacks are", async ({
  axe,
  login,
  open,
  page,
  problems,
}) => {
  problems.expect(/404/);
  await login("manager");
  for (const id of ["00000000-0000-4000-8000-000000000000", "nonsense"]) {
    await open(`/o/RIO/rollbacks/${id}`);
    await expect(page.getByRole("heading", { name: "There is no such rollback" })).toBeVisible();
    await axe();
  }
  await open("/o/RIO/rollbacks/new?record=NONE&version=1");
  await expect(page.getByRole("heading", { name: "There is no such record" })).toBeVisible();
  await open("/o/RIO/rollbacks/new?job=nonsense");
  await expect(page.getByRole("alert")).toContainText("This address names neither");
  await axe();
  await open("/o/HOL/rollbacks?show=all");
  await expect(page.getByRole("heading", { name: "No rollbacks yet" })).toBeVisible();
  await axe();
});

test.describe("without scripts", () => {
  test.use({ javaScriptEnabled: false });

  test("a rollback is asked for, cancelled, asked for again and approved by plain forms", async ({
    api,
    login,
    page,
    pick,
    simulator,
  }) => {
    const { pfaId, model, contract } = await pick();
    const version = await changed(api, pfaId, { model: "Wrong" });
    await simulator.edit("RIO", pfaId, { contract: "C-SINCE" }, "pems.silva");
    await api.readEverything("RIO");
    await login("manager");
    await page.goto(newRollback(pfaId, version));
    await page.getByLabel("Reason").fill("First thought");
    await page.getByRole("button", { name: "Ask for approval" }).click();
    await expect(page.getByText("You asked for this rollback.")).toBeVisible();
    await page.getByRole("button", { name: "Cancel this request" }).click();
    await expect(page.getByText("The request is cancelled.")).toBeVisible();

    await page.goto(newRollback(pfaId, version));
    await page.getByRole("checkbox", { name: `Overwrite Contract of ${pfaId}` }).check();
    await page.getByLabel("Reason").fill("Second thought");
    await page.getByRole("button", { name: "Ask for approval" }).click();
    await expect(page.getByText("Yes, overwritten all the same")).toBeVisible();
    const address = new URL(page.url()).pathname;
    // Live pages ask on while the session changes.
    await page.goto("about:blank");
    await login("admin");
    await page.goto(address);
    await page.getByRole("button", { name: "Approve and restore" }).click();
    await expect(page.getByText("The rollback is approved")).toBeVisible();
    await expect.poll(() => simulator.record("RIO", pfaId)).toMatchObject({ model, contract });
  });
});
