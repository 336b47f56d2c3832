import type { Locator, Page } from "@playwright/test";
import type { Api, RecordRow } from "../fixtures/api.ts";
import { expect, test } from "../fixtures/test.ts";

const QUEUE = "/o/RIO/sync/queue";

test.afterEach(async ({ api, simulator }) => {
  await simulator.clearFaults();
  await api.resumeServers("RIO");
});

/** Commits one change each of so many records, which wait because their API server is paused. */
async function waiting(
  api: Api,
  pick: () => Promise<RecordRow>,
  count: number,
  value: string,
): Promise<string[]> {
  await api.pauseServers("RIO");
  const ids: string[] = [];
  for (let n = 0; n < count; n += 1) {
    ids.push((await pick()).pfaId);
  }
  await api.draft("manager", "RIO", Object.fromEntries(ids.map((id) => [id, { model: value }])));
  await api.commit("manager", "RIO");
  return ids;
}

const row = (page: Page, pfaId: string): Locator =>
  page.getByRole("group", { name: "Writes" }).getByRole("row").filter({ hasText: pfaId });

test("each write says what it changes, before and after, and what PEMS answered", async ({ api, axe, login, open, page, pick, simulator }) => {
  const { pfaId, model } = await pick();
  await simulator.lock("RIO", pfaId);
  await login("manager");
  await open(QUEUE);
  await api.draft("manager", "RIO", { [pfaId]: { model: "Waited for" } });
  await api.commit("manager", "RIO");
  const write = row(page, pfaId);
  await expect(write).toContainText("1 / 3");
  await expect(write).toContainText("Locked in PEMS");
  await expect(write).toContainText(String(model));
  await expect(write).toContainText("Waited for");
  await axe();

  await write.getByRole("link", { name: pfaId, exact: true }).click();
  await expect(page).toHaveURL(/\/sync\/queue\/[0-9a-f-]{36}$/);
  await expect(page.getByRole("heading", { level: 1, name: `Write of ${pfaId}` })).toBeVisible();
  await expect(page.getByRole("group", { name: "Attempts" }).getByRole("row").filter({ hasText: "Locked in PEMS" }).first()).toBeVisible();
  await expect(page.getByRole("region", { name: "The write" })).toContainText("Waited for");
  await axe();
  await page.reload();
  await expect(page.getByRole("heading", { level: 1, name: `Write of ${pfaId}` })).toBeVisible();

  await simulator.unlock("RIO", pfaId);
  await page.getByRole("button", { name: `Retry now ${pfaId}` }).click();
  await expect(page.getByRole("region", { name: "The write" })).toContainText("Completed");
  expect(await simulator.record("RIO", pfaId)).toMatchObject({ model: "Waited for" });
  const retry = page.getByRole("button", { name: `Retry now ${pfaId}` });
  await expect(retry, "what has ended cannot be retried, and says so").toBeDisabled();
  await expect(page.getByText("nothing can be done with it")).toBeVisible();
});

test("status, search and page stand in the address; Back and reload restore them", async ({ api, login, open, page, pick }) => {
  const [mine, other] = await waiting(api, pick, 2, "Searched for");
  await login("manager");
  await open(QUEUE);
  await page.getByRole("navigation", { name: "Status" }).getByRole("link", { name: "Waiting" }).click();
  await expect(page).toHaveURL(/status=pending/);
  await expect(row(page, other as string)).toBeVisible();
  await page.getByRole("searchbox", { name: "Search the queue" }).fill(mine as string);
  await page.getByRole("searchbox", { name: "Search the queue" }).press("Enter");
  await expect(page).toHaveURL(/status=pending.*search=/);
  await expect(row(page, other as string)).toHaveCount(0);
  await expect(page.getByRole("group", { name: "Writes" })).toContainText(`1 write with status “Waiting”, search “${mine}”`);
  await page.reload();
  await expect(page.locator("html")).toHaveAttribute("data-hydrated", "true");
  await expect(row(page, mine as string)).toBeVisible();
  await expect(page.getByRole("searchbox", { name: "Search the queue" })).toHaveValue(mine as string);
  await page.goBack();
  await expect(row(page, other as string)).toBeVisible();
  await page.goForward();
  await page.getByRole("link", { name: `Remove filter Search: ${mine}` }).click();
  await expect(page).toHaveURL(/queue\?status=pending$/);
  await expect(row(page, other as string)).toBeVisible();
});

test("a write that waits is taken back after a question; Escape leaves it", async ({ api, axe, login, open, page, pick, simulator }) => {
  const [pfaId] = (await waiting(api, pick, 1, "Taken back")) as [string];
  await login("manager");
  await open(`${QUEUE}?status=pending`);
  const ask = row(page, pfaId).getByRole("link", { name: `Cancel ${pfaId} …` });
  await ask.click();
  const dialog = page.getByRole("dialog", { name: "Take this change back?" });
  await expect(dialog).toBeVisible();
  await expect(dialog.getByRole("button", { name: "Take back" })).toBeEnabled();
  await axe();
  await page.keyboard.press("Escape");
  await expect(dialog).toHaveCount(0);
  await expect(ask, "the focus is back where it was").toBeFocused();
  await page.keyboard.press("Enter");
  await dialog.getByRole("button", { name: "Take back" }).click();
  await expect(dialog).toHaveCount(0);
  await expect(row(page, pfaId)).toHaveCount(0);
  await api.resumeServers("RIO");
  await expect.poll(async () => (await api.record("RIO", pfaId)).syncState).toBe("synced");
  expect(await simulator.record("RIO", pfaId)).not.toMatchObject({ model: "Taken back" });
});

test("many are chosen with Shift or all that match, and the question names filter and count", async ({ api, axe, login, open, page, pick, simulator }) => {
  const ids = await waiting(api, pick, 4, "Of many");
  await login("manager");
  await open(`${QUEUE}?status=pending&search=manager`);
  const boxes = page.getByRole("group", { name: "Writes" }).getByRole("checkbox", { name: /^Select (?!all)/ });
  await boxes.nth(0).click();
  await boxes.nth(2).click({ modifiers: ["Shift"] });
  const bar = page.getByRole("region", { name: "Selection" });
  await expect(bar).toContainText("3 selected");
  await axe();
  await bar.getByRole("link", { name: "Cancel 3 …" }).click();
  const dialog = page.getByRole("dialog", { name: "Take these changes back?" });
  await expect(dialog).toContainText("3 writes, ticked");
  await page.keyboard.press("Escape");

  await bar.getByRole("link", { name: "Cancel all 4 that match …" }).click();
  await expect(page).toHaveURL(/ask=cancel/);
  await expect(dialog).toContainText("4 writes with status “Waiting”, search “manager”");
  await expect(dialog.getByRole("listitem").filter({ hasText: "can be taken back" })).toContainText("4");
  await axe();
  await dialog.getByRole("button", { name: "Take back 4" }).click();
  await expect(page.getByText("4 changes taken back.")).toBeVisible();
  await expect(page.getByText("Nothing matches")).toBeVisible();
  await api.resumeServers("RIO");
  for (const id of ids) {
    expect(await simulator.record("RIO", id)).not.toMatchObject({ model: "Of many" });
  }
});

test("what cannot be done to some of many is said for each, with the reason", async ({ api, axe, login, open, page, pick }) => {
  const { pfaId } = await pick();
  await api.draft("manager", "RIO", { [pfaId]: { model: "Done already" } });
  await api.commit("manager", "RIO");
  await expect.poll(async () => (await api.record("RIO", pfaId)).syncState).toBe("synced");
  await login("manager");
  await open(`${QUEUE}?search=${pfaId}&ask=cancel`);
  const dialog = page.getByRole("dialog", { name: "Take these changes back?" });
  await expect(dialog.getByRole("listitem").filter({ hasText: "cannot, and stay as they are" })).toContainText("1");
  await dialog.getByText("Which cannot, and why").click();
  await expect(dialog.getByRole("listitem").filter({ hasText: pfaId })).toContainText("this one is completed");
  await expect(dialog.getByRole("button", { name: "Take back 0" })).toBeDisabled();
  await axe();
});

test("failures are counted by cause, and a cause leads to its writes", async ({ api, axe, login, open, page, pick, simulator }) => {
  const { pfaId } = await pick();
  await simulator.fault({ effect: { kind: "status", code: 400 }, operations: ["update", "batch"] });
  await api.draft("manager", "RIO", { [pfaId]: { model: "Refused" } });
  await api.commit("manager", "RIO");
  await login("manager");
  await open(QUEUE);
  const cause = page.getByRole("region", { name: "Failures by cause" }).getByRole("link", { name: "Refused by PEMS" });
  await expect(cause).toContainText(/[1-9]/);
  await cause.focus();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/status=failed&cause=invalid/);
  await expect(cause).toHaveAttribute("aria-current", "true");
  await expect(row(page, pfaId)).toContainText("Refused by PEMS");
  await axe();
  await page.getByRole("link", { name: "Remove filter Cause: Refused by PEMS" }).click();
  await expect(page).toHaveURL(/queue\?status=failed$/);

  // Its dead letter has an address of its own.
  await row(page, pfaId).getByRole("link", { name: pfaId, exact: true }).click();
  await page.getByRole("link", { name: "Its dead letter waits for a decision" }).click();
  await expect(page.getByRole("heading", { level: 1, name: `Failed change of ${pfaId}` })).toBeVisible();
  await simulator.clearFaults();
  await page.getByRole("link", { name: `Discard ${pfaId} …` }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Discard" }).click();
  await expect(page.getByRole("region", { name: "The failed change" })).toContainText("Discarded by manager");
});

test("an unknown write, failure or run is a clean not-found page", async ({ axe, login, page, problems }) => {
  test.slow();
  problems.expect(/404/);
  await login("viewer");
  const unknown = "00000000-0000-4000-8000-000000000000";
  for (const path of ["queue", "dead-letters", "history"]) {
    for (const id of [unknown, "nonsense"]) {
      const answer = await page.goto(`/o/RIO/sync/${path}/${id}`);
      expect(answer?.status(), `${path}/${id}`).toBe(404);
      await expect(page.getByRole("heading", { level: 1, name: /^There is no such/ })).toBeVisible();
    }
  }
  await expect(page.locator("html")).toHaveAttribute("data-hydrated", "true");
  await axe();
});

test("a viewer reads the queue and changes nothing", async ({ api, axe, login, open, page, pick }) => {
  const [pfaId] = (await waiting(api, pick, 1, "Read by a viewer")) as [string];
  await login("viewer");
  await open(`${QUEUE}?status=pending`);
  await expect(row(page, pfaId)).toContainText("Read by a viewer");
  await expect(page.getByRole("group", { name: "Writes" }).getByRole("checkbox")).toHaveCount(0);
  await expect(page.getByRole("button", { name: /Retry|Cancel/ })).toHaveCount(0);
  await row(page, pfaId).getByRole("link", { name: pfaId, exact: true }).click();
  await expect(page.getByText("Retrying and cancelling need the permission Sync.")).toBeVisible();
  await axe();
});

test.describe("without scripts", () => {
  test.use({ javaScriptEnabled: false });

  test("the queue is read, filtered, and a write taken back by plain forms", async ({ api, login, page, pick }) => {
    const [pfaId, other] = (await waiting(api, pick, 2, "Plainly")) as [string, string];
    await login("manager");
    await page.goto(`${QUEUE}?status=pending`);
    await expect(row(page, other)).toBeVisible();
    await expect(page.getByRole("checkbox").first()).toBeDisabled();
    await page.getByRole("searchbox", { name: "Search the queue" }).fill(pfaId);
    await page.getByRole("button", { name: "Search" }).click();
    await expect(row(page, other)).toHaveCount(0);
    await row(page, pfaId).getByRole("link", { name: `Cancel ${pfaId} …` }).click();
    await page.getByRole("button", { name: "Take back" }).click();
    await expect(page.getByText("Taken back. It does not go to PEMS.")).toBeVisible();
    await expect(page).toHaveURL(/status=pending/);
    await expect(row(page, pfaId)).toHaveCount(0);
  });
});
