import { expect, test } from "../fixtures/test.ts";

// Rules hold for the whole organisation: each test leaves none behind.
test.afterEach(async ({ api }) => api.switchRulesOff("RIO"));

test("rules are switched on only after what they would have done was seen, and then decide", async ({
  api,
  axe,
  login,
  open,
  page,
  pick,
  simulator,
}) => {
  const past = await pick();
  await api.conflict("manager", "RIO", past.pfaId, { contract: "C-OURS" }, () =>
    simulator.edit("RIO", past.pfaId, { contract: "C-THEIRS" }, "pems.silva"),
  );
  await login("admin");
  await open("/o/RIO/records");
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Settings" }).click();
  await expect(page.getByRole("heading", { name: "Field ownership" })).toBeVisible();
  await expect(page.getByRole("button", { name: "Switch on" })).toHaveCount(0);
  await axe();

  const equipment = page.getByLabel("Who owns equipment details");
  await equipment.selectOption("Each field by itself");
  await page.getByLabel("Contract", { exact: true }).selectOption("PEMS");
  await page.getByRole("button", { name: "What would it have done?" }).click();
  const report = page.getByRole("region", { name: "What it would have done" });
  await expect(report.getByText("The rules: PEMS owns Contract.")).toBeVisible();
  await expect(report.getByRole("listitem").filter({ hasText: "nobody would have been asked" })).toContainText(/[1-9]/);
  const example = report.getByRole("row").filter({ hasText: past.pfaId });
  await expect(example).toContainText("C-OURS");
  await expect(example).toContainText("C-THEIRS");
  await expect(page).toHaveURL(/equipmentDetails=each/);
  await axe();

  // Something else is not what was looked at.
  await expect(page.locator("html")).toHaveAttribute("data-hydrated", "true");
  const switchOn = page.getByRole("button", { name: "Switch on" });
  await page.getByLabel("Who owns amounts").selectOption("Vanguard");
  await expect(switchOn).toBeDisabled();
  await expect(page.getByText("You have chosen something else since")).toBeVisible();
  await page.getByLabel("Who owns amounts").selectOption("Nobody: ask a person");
  await page.getByRole("button", { name: "What would it have done?" }).click();
  await expect(switchOn).toBeEnabled();
  await expect(page.locator("html")).toHaveAttribute("data-hydrated", "true");
  await switchOn.click();
  await expect(page.getByText("The rules were saved.")).toBeVisible();
  await expect(page.getByText("PEMS owns Contract", { exact: true })).toBeVisible();
  await axe();

  const { pfaId } = await pick();
  await api.draft("manager", "RIO", { [pfaId]: { contract: "C-9", model: "Goes along" } });
  await simulator.edit("RIO", pfaId, { contract: "C-PEMS" }, "pems.silva");
  await api.commit("manager", "RIO");
  await expect.poll(() => simulator.record("RIO", pfaId)).toMatchObject({ contract: "C-PEMS", model: "Goes along" });
  await login("manager");
  await open("/o/RIO/conflicts?show=by-rule");
  const row = page.getByRole("row").filter({ hasText: pfaId });
  await expect(row).toContainText("Decided by rule");
  await expect(row).toContainText("PEMS owns Contract");
  await axe();
  await row.getByRole("link", { name: pfaId }).click();
  await expect(page.getByText("Decided by the rule: PEMS owns Contract.")).toBeVisible();
  await axe();
  await page.getByRole("dialog").getByRole("link", { name: "Merged" }).click();
  await expect.poll(async () => (await api.record("RIO", pfaId)).syncState).toBe("synced");
  const merge = page.getByRole("row").filter({ hasText: pfaId });
  await expect(merge).toContainText("By the rule: PEMS owns Contract");
  await expect(merge).toContainText("Given up:");
  await axe();
  await merge.getByRole("link", { name: /^Undo/ }).click();
  await page.getByRole("button", { name: "Undo our change" }).click();
  await expect.poll(() => simulator.record("RIO", pfaId)).toMatchObject({ contract: "C-9", model: "Goes along" });
});

test("by keyboard alone", async ({ login, open, page }) => {
  await login("admin");
  await open("/o/RIO/settings");
  const reach = async (target: import("@playwright/test").Locator): Promise<void> => {
    for (let steps = 0; steps < 60; steps += 1) {
      if (await target.evaluate((element) => element === document.activeElement)) {
        return;
      }
      await page.keyboard.press("Tab");
    }
    throw new Error("it cannot be reached by the keyboard");
  };
  await reach(page.getByLabel("Who owns actual dates"));
  await page.keyboard.type("PEMS");
  await expect(page.getByLabel("Who owns actual dates")).toHaveValue("pems");
  await reach(page.getByRole("button", { name: "What would it have done?" }));
  await page.keyboard.press("Enter");
  await expect(page.getByText("The rules: PEMS owns actual dates.")).toBeVisible();
  await expect(page.locator("html")).toHaveAttribute("data-hydrated", "true");
  await reach(page.getByRole("button", { name: "Switch on" }));
  await page.keyboard.press("Enter");
  await expect(page.getByText("PEMS owns them")).toBeVisible();
});

test("whoever may not change settings is told whom to ask", async ({ axe, login, open, page }) => {
  await login("manager");
  await open("/o/RIO/records");
  await expect(page.getByRole("link", { name: "Settings" })).toHaveCount(0);
  await open("/o/RIO/settings");
  await expect(page.getByRole("heading", { name: "Settings are for administrators" })).toBeVisible();
  await expect(page.getByRole("button", { name: "What would it have done?" })).toHaveCount(0);
  await axe();
});

test.describe("without scripts", () => {
  test.use({ javaScriptEnabled: false });

  test("plain forms show what rules would have done, and switch them on and off", async ({ login, page }) => {
    await login("admin");
    await page.goto("/o/RIO/settings");
    await page.getByLabel("Who owns forecast dates").selectOption("Vanguard");
    await page.getByRole("button", { name: "What would it have done?" }).click();
    await expect(page.getByText("The rules: Vanguard owns forecast dates.")).toBeVisible();
    await page.getByRole("button", { name: "Switch on" }).click();
    await expect(page).toHaveURL(/notice=rules-changed/);
    await expect(page.getByText("Vanguard owns them")).toBeVisible();
    await page.getByLabel("Who owns forecast dates").selectOption("Nobody: ask a person");
    await page.getByRole("button", { name: "What would it have done?" }).click();
    await page.getByRole("button", { name: "Switch all rules off" }).click();
    await expect(page.getByText("The rules were saved.")).toBeVisible();
    await expect(page.getByText("Vanguard owns them")).toHaveCount(0);
  });
});
