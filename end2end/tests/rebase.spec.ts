import type { Locator } from "@playwright/test";
import { expect, test } from "../fixtures/test.ts";

test("while I draft, the cell says at once that PEMS changed it; I keep mine knowingly, and it reaches PEMS", async ({
  api,
  axe,
  login,
  open,
  page,
  pick,
  recordsPage,
  simulator,
}) => {
  const { pfaId } = await pick();
  await login("manager");
  await open(`/o/RIO/records?search=${pfaId}`);
  await recordsPage.type(pfaId, "Model", "Mine 70");
  await recordsPage.isSaved(pfaId, "Model");
  await simulator.edit("RIO", pfaId, { model: "Theirs 70", contract: "C-70" }, "pems.silva");
  await api.readEverything("RIO");
  await expect((await recordsPage.cell(pfaId, "Model")).getByText("PEMS changed"), "live").toBeAttached();
  await expect(recordsPage.drafts).toContainText("PEMS has changed 1 record since you began.");

  // By keyboard: the state leads there.
  await recordsPage.goTo(pfaId, "State");
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog", { name: `PEMS changed ${pfaId} too` });
  const model = dialog.getByRole("radiogroup", { name: "Model" });
  await expect(model.getByRole("radio", { checked: true }), "nothing is chosen for me").toHaveCount(0);
  await expect(model.getByLabel("Take PEMS’s")).toHaveAccessibleName(/Theirs 70/);
  await expect(dialog).toContainText("PEMS also changed, and it stays:");
  const bringUpToDate = dialog.getByRole("button", { name: `Bring the draft of ${pfaId} up to date` });
  await expect(bringUpToDate).toBeDisabled();
  await axe();
  await model.getByLabel("Keep mine").focus();
  await page.keyboard.press("Space");
  await bringUpToDate.focus();
  await page.keyboard.press("Enter");
  await expect(dialog).toHaveCount(0);
  await expect((await recordsPage.cell(pfaId, "Model")).getByText("PEMS changed")).toHaveCount(0);
  await recordsPage.commit();
  await expect.poll(() => simulator.record("RIO", pfaId)).toMatchObject({ model: "Mine 70", contract: "C-70" });
  expect((await api.conflicts("RIO")).filter((conflict) => conflict.pfaId === pfaId)).toEqual([]);
});

test("what I chose stays chosen when something happens to another record, and not when PEMS changes the field again", async ({
  api,
  login,
  open,
  page,
  pick,
  simulator,
}) => {
  const [mine, other] = [await pick(), await pick()];
  await api.draft("manager", "RIO", { [mine.pfaId]: { model: "Mine 72" } });
  await simulator.edit("RIO", mine.pfaId, { model: "Theirs 72" });
  await api.readEverything("RIO");
  await login("manager");
  await open(`/o/RIO/records?dialog=rebase-${mine.pfaId}`);
  const model = page.getByRole("dialog").getByRole("radiogroup", { name: "Model" });
  await model.getByLabel("Take PEMS’s").check();

  const event = page.waitForResponse(/drafts\/review-one/);
  await simulator.edit("RIO", other.pfaId, { model: "Event 72" });
  await api.readEverything("RIO");
  await event;
  await expect(model.getByLabel("Take PEMS’s")).toBeChecked();

  await simulator.edit("RIO", mine.pfaId, { model: "Once more 72" });
  await api.readEverything("RIO");
  await expect(model.getByLabel("Take PEMS’s")).toHaveAccessibleName(/Once more 72/);
  await expect(model.getByRole("radio", { checked: true }), "that value I have not seen").toHaveCount(0);
  await model.getByLabel("Take PEMS’s").check();
  await page.getByRole("button", { name: /Bring the draft/ }).click();
  await expect(page.getByRole("dialog")).toHaveCount(0);
  expect((await api.record("RIO", mine.pfaId))["model"]).toBe("Once more 72");
});

test("in the review, deciding about one draft leaves what I chose for another", async ({ api, login, open, page, pick, simulator }) => {
  const [one, two] = [await pick(), await pick()];
  await api.draft("manager2", "RIO", { [one.pfaId]: { model: "Mine 73" }, [two.pfaId]: { model: "Mine 73" } });
  for (const { pfaId } of [one, two]) {
    await simulator.edit("RIO", pfaId, { model: "Theirs 73" });
  }
  await api.readEverything("RIO");
  await login("manager2");
  await open("/o/RIO/records?dialog=review");
  const draft = (pfaId: string): Locator => page.getByRole("dialog").getByRole("listitem").filter({ hasText: pfaId });
  await draft(two.pfaId).getByLabel("Take PEMS’s").check();
  await draft(one.pfaId).getByLabel("Keep mine").check();
  await draft(one.pfaId).getByRole("button", { name: /Bring the draft/ }).click();
  await expect(draft(one.pfaId)).not.toContainText("PEMS has changed");
  await expect(draft(two.pfaId).getByLabel("Take PEMS’s")).toBeChecked();
  await draft(two.pfaId).getByRole("button", { name: /Bring the draft/ }).click();
  await expect(draft(two.pfaId), "nothing of it remains").toHaveCount(0);
  // Leaves no draft to others.
  await draft(one.pfaId).getByRole("button", { name: /^Discard the draft/ }).click();
  await expect(draft(one.pfaId)).toHaveCount(0);
});

test("in the review, what gives way to PEMS leaves the draft", async ({ api, axe, login, open, page, pick, recordsPage, simulator }) => {
  const { pfaId } = await pick();
  await api.draft("manager2", "RIO", { [pfaId]: { model: "Mine 71", manufacturer: "Mine Ltd" } });
  await simulator.edit("RIO", pfaId, { model: "Theirs 71" });
  await api.readEverything("RIO");
  await login("manager2");
  await open(`/o/RIO/records?search=${pfaId}&dialog=review`);
  const draft = page.getByRole("dialog").getByRole("listitem").filter({ hasText: pfaId });
  await draft.getByLabel("Take PEMS’s").check();
  await axe();
  await draft.getByRole("button", { name: /Bring the draft/ }).click();
  await expect(draft).not.toContainText("PEMS has changed");
  await expect(draft).not.toContainText("Model");
  await expect(draft).toContainText("Mine Ltd");
  await page.keyboard.press("Escape");
  await recordsPage.commit();
  await expect.poll(() => simulator.record("RIO", pfaId)).toMatchObject({ model: "Theirs 71", manufacturer: "Mine Ltd" });
});

test("a record that I have no draft of has nothing to bring up to date", async ({ axe, login, open, page, pick, problems }) => {
  problems.expect(/404/);
  const { pfaId } = await pick();
  await login("manager");
  await open(`/o/RIO/records?dialog=rebase-${pfaId}`);
  await expect(page.getByRole("dialog").getByRole("heading", { name: "There is no such draft" })).toBeVisible();
  await axe();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
});
