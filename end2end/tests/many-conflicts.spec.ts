import type { Locator, Page } from "@playwright/test";
import type { Api, RecordRow } from "../fixtures/api.ts";
import type { Simulator } from "../fixtures/simulator.ts";
import { expect, test } from "../fixtures/test.ts";

test.use({ records: 600 });

/** Conflicts about one field of many records. */
async function conflicts(
  api: Api,
  simulator: Simulator,
  pick: () => Promise<RecordRow>,
  count: number,
  field: "model" | "contract",
): Promise<string[]> {
  const ids: string[] = [];
  for (let n = 0; n < count; n += 1) {
    ids.push((await pick()).pfaId);
  }
  await api.draft("manager", "RIO", Object.fromEntries(ids.map((id) => [id, { [field]: "Ours" }])));
  for (const id of ids) {
    await simulator.edit("RIO", id, { [field]: "Theirs" }, "pems.silva");
  }
  // So that they are found without asking PEMS about each.
  await api.readEverything("RIO");
  await api.commit("manager", "RIO");
  await expect
    .poll(async () => (await api.conflicts("RIO")).filter((one) => one.status === "unresolved" && ids.includes(one.pfaId)).length)
    .toBe(count);
  return ids;
}

test.afterEach(async ({ api }) => api.giveAllToPems("RIO"));

const group = (page: Page, field: string): Locator =>
  page.getByRole("region", { name: "By field and cause" }).getByRole("link", { name: field });

test("a whole kind of conflicts is looked at, counted, and given to one side", async ({
  api,
  axe,
  login,
  open,
  page,
  pick,
  simulator,
}) => {
  test.slow();
  const models = await conflicts(api, simulator, pick, 120, "model");
  const contracts = await conflicts(api, simulator, pick, 2, "contract");
  await login("manager");
  await open("/o/RIO/conflicts");
  await expect(group(page, "Model")).toContainText("120");
  await expect(group(page, "Contract")).toContainText("2");
  await axe();
  await page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name: "More" }).click();
  await expect(page.getByRole("row")).toHaveCount(23);
  await page.getByRole("link", { name: "Newest" }).click();

  await group(page, "Model").click();
  await expect(page).toHaveURL(/field=model&cause=both_changed/);
  await expect(page.getByText("All 120 open conflicts about Model, where both sides changed it.")).toBeVisible();
  await page.reload();
  await expect(page.locator("html")).toHaveAttribute("data-hydrated", "true");
  await expect(group(page, "Model")).toHaveAttribute("aria-current", "true");
  await axe();

  await page.getByRole("link", { name: "Use ours for all 120 …" }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByText("All 120 open conflicts about Model")).toBeVisible();
  await expect(dialog.getByRole("listitem").filter({ hasText: "send a change to PEMS" })).toContainText("120");
  await axe();
  // What PEMS changes from now on was not looked at.
  const moved = models[5] as string;
  await simulator.edit("RIO", moved, { description: "Moved on" });
  await api.readEverything("RIO");
  await dialog.getByRole("button", { name: "Use ours for 120" }).click();
  await expect(dialog).toHaveCount(0);
  await expect(page.getByText("119 decided: 119 on their way to PEMS, 0 with nothing to send.")).toBeVisible();
  const failure = page.getByRole("listitem").filter({ hasText: "since you looked" });
  await expect(failure).toHaveCount(1);
  await expect(failure.getByRole("link", { name: moved })).toBeVisible();
  await page.getByText("What became of each").click();
  await expect(page.getByRole("listitem").filter({ hasText: "on its way to PEMS" })).toHaveCount(119);
  await axe();
  await expect.poll(() => simulator.record("RIO", models[0] as string)).toMatchObject({ model: "Ours" });
  expect(await simulator.record("RIO", moved)).toMatchObject({ model: "Theirs" });
  expect(await simulator.record("RIO", contracts[0] as string)).toMatchObject({ contract: "Theirs" });
  await page.getByRole("button", { name: "Dismiss" }).click();
  await expect(page.getByText("119 decided")).toHaveCount(0);
  await expect(group(page, "Model")).toContainText("1");
});

test("rows are ticked one by one and with Shift, and only those are decided", async ({
  api,
  axe,
  login,
  open,
  page,
  pick,
  simulator,
}) => {
  await conflicts(api, simulator, pick, 6, "contract");
  await login("manager");
  await open("/o/RIO/conflicts");
  const boxes = page.getByRole("rowgroup").nth(1).getByRole("checkbox");
  await expect(boxes).toHaveCount(6);
  await boxes.nth(1).click();
  await boxes.nth(3).click({ modifiers: ["Shift"] });
  const bar = page.getByRole("region", { name: "Selection" });
  await expect(bar).toContainText("3 selected");
  await expect(boxes.nth(2)).toBeChecked();
  await expect(bar.getByRole("link", { name: "Use PEMS for all 6 that match …" })).toBeVisible();
  await axe();
  await bar.getByRole("link", { name: "Use PEMS for 3 …" }).click();
  await expect(page.getByRole("dialog").getByText("The 3 conflicts that are selected.")).toBeVisible();
  await page.getByRole("button", { name: "Use PEMS for 3" }).click();
  await expect(page.getByText("3 decided: 0 on their way to PEMS, 3 with nothing to send.")).toBeVisible();
  await expect(boxes).toHaveCount(3);
  await expect(bar).toHaveCount(0);
});

test("by keyboard alone, and Esc leads back", async ({ api, login, open, page, pick, simulator }) => {
  await conflicts(api, simulator, pick, 3, "contract");
  await login("manager");
  await open("/o/RIO/conflicts");
  const boxes = page.getByRole("rowgroup").nth(1).getByRole("checkbox");
  await boxes.first().focus();
  await page.keyboard.press("Space");
  for (let row = 0; row < 2; row += 1) {
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
  }
  await expect(boxes.nth(2)).toBeFocused();
  await page.keyboard.press("Shift+Space");
  const bar = page.getByRole("region", { name: "Selection" });
  await expect(bar).toContainText("3 selected");
  const ours = bar.getByRole("link", { name: "Use ours for 3 …" });
  await ours.focus();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expect(bar, "what is ticked stays ticked").toContainText("3 selected");
  await ours.focus();
  await page.keyboard.press("Enter");
  const decide = page.getByRole("button", { name: "Use ours for 3" });
  await expect(decide).toBeEnabled();
  for (let steps = 0; steps < 10 && !(await decide.evaluate((button) => button === document.activeElement)); steps += 1) {
    await page.keyboard.press("Tab");
  }
  await page.keyboard.press("Enter");
  await expect(page.getByText("3 decided: 3 on their way to PEMS")).toBeVisible();
});

test("whoever may not decide sees the kinds and ticks nothing", async ({ api, axe, login, open, page, pick, simulator }) => {
  await conflicts(api, simulator, pick, 2, "contract");
  await login("viewer");
  await open("/o/RIO/conflicts");
  await group(page, "Contract").click();
  await expect(page.getByText("All 2 open conflicts about Contract")).toBeVisible();
  await expect(page.getByRole("checkbox")).toHaveCount(0);
  await expect(page.getByRole("link", { name: /^Use/ })).toHaveCount(0);
  await axe();
  await open("/o/RIO/conflicts?ask=ours");
  await expect(page.getByRole("dialog")).toHaveCount(0);
});

test.describe("without scripts", () => {
  test.use({ javaScriptEnabled: false });

  test("a kind of conflicts is given to one side by a plain form", async ({ api, login, page, pick, simulator }) => {
    const ids = await conflicts(api, simulator, pick, 2, "contract");
    await login("manager");
    await page.goto("/o/RIO/conflicts");
    await expect(page.getByRole("checkbox").first()).toBeDisabled();
    await group(page, "Contract").click();
    await page.getByRole("link", { name: "Use ours for all 2 …" }).click();
    await page.getByRole("button", { name: "Use ours for 2" }).click();
    await expect(page.getByText("The conflicts were decided.")).toBeVisible();
    for (const id of ids) {
      await expect.poll(() => simulator.record("RIO", id)).toMatchObject({ contract: "Ours" });
    }
  });
});
