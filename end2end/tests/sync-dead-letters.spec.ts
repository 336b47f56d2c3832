import type { Locator, Page } from "@playwright/test";
import type { Api, RecordRow } from "../fixtures/api.ts";
import type { Simulator } from "../fixtures/simulator.ts";
import { expect, test } from "../fixtures/test.ts";

const LETTERS = "/o/RIO/sync/dead-letters";

test.afterEach(async ({ api, simulator }) => {
  await simulator.clearFaults();
  await api.discardDeadLetters("RIO");
});

/** Changes that PEMS has refused; it would take them now. */
async function refused(
  api: Api,
  simulator: Simulator,
  pick: () => Promise<RecordRow>,
  count: number,
  changes: Record<string, unknown>,
): Promise<string[]> {
  const ids: string[] = [];
  for (let n = 0; n < count; n += 1) {
    ids.push((await pick()).pfaId);
  }
  await simulator.fault({ effect: { kind: "status", code: 400 }, operations: ["update", "batch"] });
  await api.draft("manager", "RIO", Object.fromEntries(ids.map((id) => [id, changes])));
  await api.commit("manager", "RIO");
  for (const id of ids) {
    await expect.poll(async () => (await api.record("RIO", id)).syncState, { timeout: 30_000 }).toBe("sync_error");
  }
  await simulator.clearFaults();
  return ids;
}

const row = (page: Page, pfaId: string): Locator =>
  page.getByRole("group", { name: "Failed changes" }).getByRole("row").filter({ hasText: pfaId });

test("a failed change is retried as it is, or discarded after a question", async ({ api, axe, login, open, page, pick, simulator }) => {
  const [one, other] = (await refused(api, simulator, pick, 2, { model: "Again" })) as [string, string];
  await login("manager");
  await open("/o/RIO/sync");
  await expect(page.getByRole("status").filter({ hasText: "Degraded" })).toContainText("2 changes failed");
  await page.getByRole("link", { name: "Retry, edit or discard" }).click();
  await expect(page).toHaveURL(/\/sync\/dead-letters$/);
  await expect(row(page, one)).toContainText("Refused by PEMS");
  await axe();

  await row(page, one).getByRole("button", { name: `Retry ${one}` }).click();
  await expect(row(page, one)).toHaveCount(0);
  await expect.poll(() => simulator.record("RIO", one)).toMatchObject({ model: "Again" });

  await row(page, other).getByRole("link", { name: `Discard ${other} …` }).click();
  const dialog = page.getByRole("dialog", { name: "Discard this change?" });
  await expect(dialog.getByRole("button", { name: "Discard" })).toBeEnabled();
  await axe();
  await dialog.getByRole("button", { name: "Discard" }).click();
  await expect(dialog).toHaveCount(0);
  await expect(page.getByText("No failed changes")).toBeVisible();
  await axe();
  expect(await simulator.record("RIO", other)).not.toMatchObject({ model: "Again" });
  await page.getByRole("navigation", { name: "Status" }).getByRole("link", { name: "Discarded" }).click();
  await expect(row(page, other)).toContainText("Discarded by manager");
});

test("all of a cause are retried, and the question names the cause and the count", async ({ api, axe, login, open, page, pick, simulator }) => {
  const ids = await refused(api, simulator, pick, 3, { model: "By cause" });
  await login("manager");
  await open(LETTERS);
  await page.getByRole("region", { name: "Failures by cause" }).getByRole("link", { name: "Refused by PEMS" }).click();
  await expect(page).toHaveURL(/cause=invalid/);
  await page.getByRole("link", { name: "Retry all 3 …" }).click();
  const dialog = page.getByRole("dialog", { name: "Retry these changes?" });
  await expect(dialog).toContainText("3 failed changes with cause “Refused by PEMS”");
  await axe();
  await page.reload();
  await expect(page.locator("html")).toHaveAttribute("data-hydrated", "true");
  await dialog.getByRole("button", { name: "Retry 3" }).click();
  await expect(page.getByText("3 changes on the way to PEMS again.")).toBeVisible();
  for (const id of ids) {
    await expect.poll(() => simulator.record("RIO", id)).toMatchObject({ model: "By cause" });
  }
  await expect(page.getByText("Nothing matches")).toBeVisible();
});

test("those that still break a rule stay, each with the reason", async ({ api, axe, login, open, page, pick, simulator }) => {
  const [stays, goes] = (await refused(api, simulator, pick, 2, { source: "Purchase", purchasePrice: "100.00" })) as [string, string];
  // Once it is actualised, its source is fixed.
  await simulator.edit("RIO", stays, { isActualized: true });
  await api.readEverything("RIO");
  await login("manager");
  await open(LETTERS);
  await page.getByRole("link", { name: "Retry all 2 …" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText("Which cannot, and why").click();
  await expect(dialog.getByRole("listitem").filter({ hasText: stays })).toContainText("Source is fixed");
  await dialog.getByRole("button", { name: "Retry 1" }).click();
  await expect(dialog).toHaveCount(0);
  await expect(row(page, goes)).toHaveCount(0);
  await expect(row(page, stays)).toBeVisible();
  await expect.poll(() => simulator.record("RIO", goes)).toMatchObject({ source: "Purchase" });

  await row(page, stays).getByRole("button", { name: `Retry ${stays}` }).click();
  const outcome = page.getByRole("status").filter({ hasText: "left as they were" });
  await expect(outcome.getByRole("listitem").filter({ hasText: stays })).toContainText("Source is fixed");
  await axe();
});

test("the values of a failed change are edited, checked as they are typed, and sent once", async ({ api, axe, login, open, page, pick, simulator }) => {
  const [pfaId] = (await refused(api, simulator, pick, 1, { model: "Wrong", contract: "C-KEPT" })) as [string];
  await login("manager");
  await open(LETTERS);
  await row(page, pfaId).getByRole("link", { name: `Edit and retry ${pfaId}` }).click();
  await expect(page.getByRole("heading", { name: "Edit and retry" })).toBeVisible();
  const values = page.getByRole("group", { name: "Values of the failed change" });
  await expect(values.getByRole("textbox", { name: "Model" })).toHaveValue("Wrong");
  await values.getByRole("textbox", { name: "Model" }).fill("Right");

  // Another field, by its address; what was typed stays.
  await page.getByLabel("Another field").selectOption("Forecast end");
  await page.getByRole("button", { name: "Add" }).click();
  await expect(page).toHaveURL(/add=forecastEnd/);
  await expect(values.getByRole("textbox", { name: "Model" })).toHaveValue("Right");
  const end = values.getByLabel("Forecast end");
  await end.fill("1999-01-01");
  await expect(values.getByText(/is before Forecast start/)).toBeVisible();
  await expect(page.getByRole("button", { name: "Send these values" })).toBeDisabled();
  await axe();
  await end.fill("2031-12-31");
  await page.getByLabel("Reason, sent to PEMS (optional)").fill("A typing error");
  const before = (await simulator.writes({ pfaId })).length;
  await page.getByLabel("Reason, sent to PEMS (optional)").press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: `Write of ${pfaId}` })).toBeVisible();
  await expect(page.getByRole("region", { name: "The write" })).toContainText("Completed");
  await expect(page.getByRole("region", { name: "Other writes of this change" })).toContainText("Failed");
  await axe();
  const writes = (await simulator.writes({ pfaId })).slice(before);
  expect(writes).toHaveLength(1);
  expect(writes[0]).toMatchObject({ modifiedBy: "manager", changeReason: "A typing error" });
  expect(await simulator.record("RIO", pfaId)).toMatchObject({ model: "Right", contract: "C-KEPT" });

  await page.goto(`${LETTERS}?status=reprocessed`);
  await expect(row(page, pfaId)).toContainText("Retried by manager");
});

test("PEMS moved on while one was typing: nothing is sent, and the new value is shown", async ({ api, login, open, page, pick, problems, simulator }) => {
  problems.expect(/status of 409/);
  const [pfaId] = (await refused(api, simulator, pick, 1, { model: "Mine" })) as [string];
  await login("manager");
  await open(LETTERS);
  await row(page, pfaId).getByRole("link", { name: pfaId, exact: true }).click();
  const values = page.getByRole("group", { name: "Values of the failed change" });
  await values.getByRole("textbox", { name: "Model" }).fill("Mine, mended");
  await page.getByRole("button", { name: "Pause live updates" }).click();
  await simulator.edit("RIO", pfaId, { model: "Theirs" });
  await api.readEverything("RIO");
  await page.getByRole("button", { name: "Send these values" }).click();
  await expect(page.getByRole("alert")).toContainText("PEMS has changed this record since you looked.");
  await page.getByRole("button", { name: "Resume live updates" }).click();
  await expect(values.getByRole("cell", { name: "Theirs" })).toBeVisible();
  await expect(values.getByRole("textbox", { name: "Model" }), "what was typed stays").toHaveValue("Mine, mended");
  expect(await simulator.record("RIO", pfaId)).toMatchObject({ model: "Theirs" });
});

test.describe("without scripts", () => {
  test.use({ javaScriptEnabled: false });

  test("a failed change is edited and sent by a plain form", async ({ api, login, page, pick, simulator }) => {
    const [pfaId] = (await refused(api, simulator, pick, 1, { model: "Wrong" })) as [string];
    await login("manager");
    await page.goto(LETTERS);
    await row(page, pfaId).getByRole("link", { name: pfaId, exact: true }).click();
    await page.getByRole("textbox", { name: "Model" }).fill("Plainly right");
    await page.getByRole("button", { name: "Send these values" }).click();
    await expect(page.getByText("The change is on its way to PEMS with the values that you gave it.")).toBeVisible();
    await expect.poll(() => simulator.record("RIO", pfaId)).toMatchObject({ model: "Plainly right" });
  });

  test("what is refused is said by the page that comes back", async ({ api, login, page, pick, simulator }) => {
    const [pfaId] = (await refused(api, simulator, pick, 1, { source: "Purchase", purchasePrice: "100.00" })) as [string];
    await simulator.edit("RIO", pfaId, { isActualized: true });
    await api.readEverything("RIO");
    await login("manager");
    await page.goto(LETTERS);
    await row(page, pfaId).getByRole("button", { name: `Retry ${pfaId}` }).click();
    await expect(page.getByRole("alert")).toContainText(`${pfaId}: Source is fixed`);
    await expect(row(page, pfaId)).toBeVisible();
  });
});
