import { PASSWORD, expect, test } from "../fixtures/test.ts";

/** The list that `pick` chooses from, in the same order: what is picked one after the other stands together. */
const PLANNED = "/o/RIO/records?source=Rental&isActualized=false&isDiscontinued=false";

test("three cells edited by keyboard are seen to reach PEMS, and are in its journal once", async ({
  open,
  page,
  pick,
  recordsPage,
  simulator,
}) => {
  const [one, other] = [await pick(), await pick()];
  await open("/login?next=" + encodeURIComponent(`${PLANNED}&focus=${one.pfaId}`));
  await page.getByLabel("Username").fill("manager");
  await page.getByLabel("Password").fill(PASSWORD);
  await page.keyboard.press("Enter");
  await expect(recordsPage.grid).toBeVisible();
  await expect(page.locator("html")).toHaveAttribute("data-hydrated", "true");

  await recordsPage.type(one.pfaId, "Forecast end", "2031-03-31", "Tab");
  await recordsPage.type(one.pfaId, "Monthly rate", "6,543.21");
  await recordsPage.type(other.pfaId, "Description", "Crane for the east quay");
  const cells = [
    await recordsPage.cell(one.pfaId, "Forecast end"),
    await recordsPage.cell(one.pfaId, "Monthly rate"),
    await recordsPage.cell(other.pfaId, "Description"),
  ];
  for (const cell of cells) {
    await expect(cell).toContainText("Draft");
  }
  await expect(recordsPage.drafts).toContainText("3 fields of 2 records drafted");

  await recordsPage.commit();
  // Together: each says it for a few seconds only.
  await Promise.all(cells.map((cell) => expect(cell).toContainText("Synced")));
  await expect(page.getByText("The changes of 2 records are in PEMS.")).toBeVisible();
  await expect(recordsPage.drafts).toContainText("No drafts");

  const [first, ...more] = await simulator.writes({ organization: "RIO", pfaId: one.pfaId, modifiedBy: "manager" });
  expect(more).toEqual([]);
  expect(first?.fromVersion).toBe(one.version);
  expect(first?.changes).toMatchObject({
    forecastEnd: { after: "2031-03-31T00:00:00Z" },
    monthlyRate: { after: 6543.21 },
  });
  expect(Object.keys(first?.changes ?? {})).toHaveLength(2);
  const writes = await simulator.writes({ organization: "RIO", pfaId: other.pfaId, modifiedBy: "manager" });
  expect(writes.map((write) => write.changes["description"]?.after)).toEqual(["Crane for the east quay"]);
});

test("a PEMS user's edit of another field is merged, and the merge is there to see and to undo", async ({
  axe,
  login,
  open,
  page,
  pick,
  recordsPage,
  simulator,
}) => {
  const { pfaId, forecastEnd } = await pick();
  await login("manager");
  await open(`/o/RIO/records?search=${pfaId}`);
  await recordsPage.type(pfaId, "Forecast end", "2031-05-31");
  await recordsPage.isSaved(pfaId, "Forecast end");
  await simulator.edit("RIO", pfaId, { model: "Theirs 350" });
  await recordsPage.commit();
  await expect(await recordsPage.cell(pfaId, "Forecast end")).toContainText("Synced");
  await expect(await recordsPage.cell(pfaId, "Model")).toHaveText("Theirs 350");

  const inPems = await simulator.record("RIO", pfaId);
  expect(inPems).toMatchObject({ model: "Theirs 350", forecastEnd: "2031-05-31T00:00:00Z" });

  await open("/o/RIO/conflicts");
  await page.getByRole("link", { name: "Merged" }).click();
  const merge = page.getByRole("row").filter({ hasText: pfaId });
  await expect(merge).toContainText("2031-05-31");
  await expect(merge).toContainText("Theirs 350");
  await expect(merge).toContainText("pems.jansen");
  await axe();

  await merge.getByRole("link", { name: "Undo" }).click();
  await expect(page.getByRole("dialog", { name: "Undo our change?" })).toBeVisible();
  await axe();
  await page.getByRole("dialog").getByRole("button", { name: "Undo our change" }).click();
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expect(merge).toContainText("Undone");
  const restored = { model: "Theirs 350", forecastEnd };
  await expect.poll(() => simulator.record("RIO", pfaId)).toMatchObject(restored);
});

test("a PEMS user's edit of the same field is a conflict; my value reaches PEMS once I decide so", async ({
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
  await recordsPage.type(pfaId, "Model", "Ours 20");
  await recordsPage.isSaved(pfaId, "Model");
  await simulator.edit("RIO", pfaId, { model: "Theirs 20" });
  await recordsPage.commit();
  await expect(await recordsPage.cell(pfaId, "Model")).toContainText("Conflict");
  await expect(page.getByRole("link", { name: "1 conflict to decide" })).toBeVisible();
  await axe();
  expect(await simulator.record("RIO", pfaId), "nothing is overwritten").toMatchObject({ model: "Theirs 20" });

  // By keyboard: the state leads to its conflict.
  await recordsPage.goTo(pfaId, "State");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog").getByRole("heading", { name: pfaId })).toBeVisible();
  const choices = page.getByRole("radiogroup", { name: "Model" });
  await expect(choices.getByLabel("Yours")).toHaveAccessibleName(/Ours 20/);
  await expect(choices.getByLabel("PEMS")).toHaveAccessibleName(/Theirs 20/);
  await page.getByRole("button", { name: "Use mine for all" }).click();
  await expect(page.getByText("the change is on its way to PEMS").first()).toBeVisible();

  await expect.poll(() => simulator.record("RIO", pfaId)).toMatchObject({ model: "Ours 20", updatedBy: "manager" });
  const ours = await simulator.writes({ organization: "RIO", pfaId, modifiedBy: "manager" });
  expect(ours, "written once").toHaveLength(1);
});

test("giving way to PEMS sends nothing and shows PEMS's value", async ({
  api,
  login,
  open,
  page,
  pick,
  recordsPage,
  simulator,
}) => {
  const { pfaId } = await pick();
  await login("manager");
  await api.conflict("manager", "RIO", pfaId, { model: "Ours 30" }, () =>
    simulator.edit("RIO", pfaId, { model: "Theirs 30" }),
  );
  await open(`/o/RIO/records?search=${pfaId}`);
  await (await recordsPage.cell(pfaId, "State")).getByRole("link").click();
  await page.getByRole("button", { name: "Use PEMS for all" }).click();
  await expect(page.getByText("PEMS has these values already").first()).toBeVisible();

  await open(`/o/RIO/records?search=${pfaId}`);
  await expect(await recordsPage.cell(pfaId, "Model")).toHaveText("Theirs 30");
  expect(await simulator.writes({ organization: "RIO", pfaId, modifiedBy: "manager" })).toEqual([]);
});

test("a conflict of several fields is decided field by field, one of them with a value of its own", async ({
  api,
  login,
  open,
  page,
  pick,
  simulator,
}) => {
  const { pfaId } = await pick();
  await login("manager");
  const ours = { model: "Ours 40", manufacturer: "Ours Ltd", contract: "C-OURS" };
  const conflict = await api.conflict("manager", "RIO", pfaId, ours, () =>
    simulator.edit("RIO", pfaId, { model: "Theirs 40", manufacturer: "Theirs BV", contract: "C-THEIRS" }),
  );
  await open(`/o/RIO/conflicts/${conflict.id}`);
  await expect(page.getByText("Live", { exact: true })).toBeVisible();
  const apply = page.getByRole("button", { name: "Apply choices" });
  await expect(apply).toBeDisabled();
  await page.getByRole("radiogroup", { name: "Model" }).getByLabel("Yours").check();
  await page.getByRole("radiogroup", { name: "Manufacturer" }).getByLabel("PEMS").check();
  await expect(apply).toBeDisabled();
  await page.getByRole("textbox", { name: "Another value for Contract" }).fill("C-AGREED");
  await expect(apply).toBeEnabled();
  await apply.click();
  await expect(page.getByText("the change is on its way to PEMS").first()).toBeVisible();
  const agreed = { model: "Ours 40", manufacturer: "Theirs BV", contract: "C-AGREED" };
  await expect.poll(() => simulator.record("RIO", pfaId)).toMatchObject(agreed);
});

test("a conflict by a value that PEMS changed again is shown anew and not overwritten", async ({
  api,
  login,
  open,
  page,
  pick,
  simulator,
}) => {
  const { pfaId } = await pick();
  await login("manager");
  const conflict = await api.conflict("manager", "RIO", pfaId, { model: "Ours 50" }, () =>
    simulator.edit("RIO", pfaId, { model: "Theirs 50" }),
  );
  await open(`/o/RIO/conflicts/${conflict.id}`);
  await simulator.edit("RIO", pfaId, { model: "Theirs 51" });
  await page.getByRole("button", { name: "Use mine for all" }).click();
  await expect
    .poll(async () => (await api.conflicts("RIO")).filter((other) => other.pfaId === pfaId).map(({ status }) => status))
    .toContain("unresolved");
  expect(await simulator.record("RIO", pfaId)).toMatchObject({ model: "Theirs 51" });
});
