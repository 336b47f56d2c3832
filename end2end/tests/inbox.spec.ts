import { expect, test } from "../fixtures/test.ts";

test("a conflict is told in the inbox, and its dialog opens from there", async ({ api, axe, login, open, page, pick, simulator }) => {
  const { pfaId } = await pick();
  await login("manager");
  await open("/o/RIO/records");
  const bell = page.getByRole("banner").getByRole("link", { name: "Notifications" });
  const before = Number((await bell.innerText()).match(/\d+/)?.[0] ?? 0);
  await api.conflict("manager", "RIO", pfaId, { model: "Ours" }, () =>
    simulator.edit("RIO", pfaId, { model: "Theirs" }, "pems.silva"),
  );
  await expect(bell, "live").toContainText(`${before + 1} unread`);
  await bell.click();
  await expect(page.getByRole("heading", { level: 1, name: "Notifications" })).toBeVisible();
  const row = page.getByRole("listitem").filter({ hasText: pfaId });
  await expect(row).toContainText("New");
  await expect(row).toContainText("PEMS holds another Model by now, last changed by pems.silva.");
  await axe();
  await row.getByRole("link").click();
  await expect(page.getByRole("dialog").getByRole("heading", { name: pfaId })).toBeVisible();
  await expect(bell, "what was opened was read").not.toContainText(`${before + 1} unread`);
  await api.giveAllToPems("RIO");
});

test("all can be marked as read, without scripts too", async ({ api, browser, login, context, page, pick, simulator, stack }) => {
  const { pfaId } = await pick();
  await api.conflict("manager", "RIO", pfaId, { model: "Ours" }, () => simulator.edit("RIO", pfaId, { model: "Theirs" }));
  await login("manager");
  const plain = await browser.newContext({ javaScriptEnabled: false, storageState: await context.storageState() });
  const paper = await plain.newPage();
  await paper.goto(`${stack.url}/o/RIO/notifications`);
  await expect(paper.getByRole("listitem").filter({ hasText: pfaId })).toContainText("New");
  await paper.getByRole("button", { name: "Mark all as read" }).click();
  await expect(paper.getByText("All notifications are marked as read.")).toBeVisible();
  await expect(paper.getByText("Nothing new")).toBeVisible();
  await plain.close();
  await page.goto("/o/RIO/notifications");
  await expect(page.getByText("Nothing new")).toBeVisible();
  await api.giveAllToPems("RIO");
});

test("what I do not want to be told is neither shown nor counted, and conflicts cannot be silenced altogether", async ({
  api,
  axe,
  login,
  open,
  page,
  pick,
  problems,
  simulator,
}) => {
  problems.expect(/422/);
  const { pfaId } = await pick();
  await api.conflict("manager2", "RIO", pfaId, { model: "Ours" }, () => simulator.edit("RIO", pfaId, { model: "Theirs" }));
  await login("manager2");
  await open("/o/RIO/notifications");
  const told = page.getByRole("list", { name: "Notifications" }).getByRole("listitem").filter({ hasText: pfaId });
  await expect(told).toHaveCount(1);
  await page.getByRole("link", { name: "What you are told" }).click();
  await expect(page.getByRole("checkbox", { name: "Conflicts by mail" }), "this server sends none").toBeDisabled();
  await axe();
  await page.getByRole("checkbox", { name: "Conflicts in the app" }).uncheck();
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("alert")).toContainText("be told of them in at least one way");
  await page.getByRole("checkbox", { name: "Conflicts in the app" }).check();
  await page.getByRole("checkbox", { name: "Failures in the app" }).uncheck();
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("status").filter({ hasText: "Your choice was saved" })).toBeVisible();
  await page.reload();
  await expect(page.getByRole("checkbox", { name: "Failures in the app" })).not.toBeChecked();
  await expect(page.getByRole("checkbox", { name: "Conflicts in the app" })).toBeChecked();
  await page.getByRole("checkbox", { name: "Failures in the app" }).check();
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("status").filter({ hasText: "Your choice was saved" }).first()).toBeVisible();
  await api.giveAllToPems("RIO");
});
