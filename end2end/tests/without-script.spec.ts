import { PASSWORD, expect, test } from "../fixtures/test.ts";

test.use({ javaScriptEnabled: false });

test("one logs in by a plain form, and is told when the password is wrong", async ({ page }) => {
  await page.goto("/o/RIO/sync");
  await expect(page).toHaveURL(/\/login\?next=/);
  await page.getByLabel("Username").fill("manager");
  await page.getByLabel("Password").fill("not it");
  await page.getByRole("button", { name: "Log in" }).click();
  await expect(page.getByRole("alert")).toContainText("User name or password is wrong.");
  await expect(page.getByLabel("Username"), "the name need not be typed again").toHaveValue("manager");
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Log in" }).click();
  await expect(page).toHaveURL(/\/o\/RIO\/sync$/);
  await expect(page.getByText("Healthy")).toBeVisible();

  await page.getByRole("button", { name: /User menu/ }).click();
  await page.getByRole("button", { name: "Log out" }).click();
  await expect(page.getByText("You are logged out.")).toBeVisible();
  await page.goto("/o/RIO/records");
  await expect(page).toHaveURL(/\/login\?next=/);
});

test("records are read page by page, searched, filtered and sorted; what needs scripts is disabled", async ({ login, page }) => {
  await login("manager");
  await page.goto("/o/RIO/records");
  await expect(page.getByRole("rowheader", { name: "RIO-000001" })).toBeVisible();
  await expect(page.getByRole("button", { name: "Commit & sync" })).toBeDisabled();
  await expect(page.getByRole("button", { name: "Pause live updates" })).toBeDisabled();
  await expect(page.getByRole("button", { name: /^Theme/ })).toBeDisabled();
  await page.getByRole("link", { name: "Next" }).click();
  await expect(page.getByText("Rows 51 to 100 of 180")).toBeVisible();
  await expect(page.getByRole("rowheader", { name: "RIO-000051" })).toBeVisible();

  await page.getByRole("searchbox", { name: "Search records" }).fill("RIO-00001");
  await page.getByRole("searchbox", { name: "Search records" }).press("Enter");
  await expect(page.getByText("10 of 180")).toBeVisible();
  await page.getByRole("columnheader", { name: "Record" }).getByRole("link").click();
  await expect(page).toHaveURL(/sort=/);
  await expect(page.getByText("10 of 180")).toBeVisible();
  await page.getByText("Filters", { exact: true }).click();
  await page.getByLabel("Source", { exact: true }).selectOption("Purchase");
  await page.getByRole("button", { name: "Apply" }).click();
  await expect(page).toHaveURL(/source=Purchase/);
  await expect(page.getByRole("link", { name: "Remove filter Source: Purchase" })).toBeVisible();
});

test("a read is started by a plain form", async ({ login, page }) => {
  await login("manager");
  await page.goto("/o/RIO/sync");
  await page.getByRole("button", { name: "Read from PEMS" }).click();
  await expect(page).toHaveURL(/notice=read-started/);
  await expect(page.getByText("Reading from PEMS has started.")).toBeVisible();
});

test("a conflict is decided by a plain form", async ({ api, login, page, pick, simulator }) => {
  const { pfaId } = await pick();
  const conflict = await api.conflict("manager", "RIO", pfaId, { model: "Ours", contract: "C-OURS" }, () =>
    simulator.edit("RIO", pfaId, { model: "Theirs", contract: "C-THEIRS" }),
  );
  await login("manager");
  await page.goto("/o/RIO/conflicts");
  await page.getByRole("row").filter({ hasText: pfaId }).getByRole("link", { name: pfaId }).click();
  await expect(page).toHaveURL(new RegExp(conflict.id));
  // Not complete: the server says what is missing.
  await page.getByRole("radiogroup", { name: "Model" }).getByLabel("Yours").check();
  await page.getByRole("button", { name: "Apply choices" }).click();
  await expect(page.getByRole("alert")).toContainText("Choose a value for Contract.");
  await page.getByRole("radiogroup", { name: "Model" }).getByLabel("Yours").check();
  await page.getByRole("radiogroup", { name: "Contract" }).getByRole("radio", { name: "Another value" }).check();
  await page.getByRole("textbox", { name: "Another value for Contract" }).fill("C-AGREED");
  await page.getByRole("button", { name: "Apply choices" }).click();
  await expect(page.getByText("the change is on its way to PEMS")).toBeVisible();
  await expect.poll(() => simulator.record("RIO", pfaId)).toMatchObject({ model: "Ours", contract: "C-AGREED" });
});

test("a merge is undone by a plain form", async ({ api, login, page, pick, simulator }) => {
  const { pfaId, model } = await pick();
  await api.draft("manager", "RIO", { [pfaId]: { model: "Merged" } });
  await simulator.edit("RIO", pfaId, { contract: "C-MEANWHILE" });
  await api.commit("manager", "RIO");
  await expect.poll(() => simulator.record("RIO", pfaId)).toMatchObject({ model: "Merged", contract: "C-MEANWHILE" });
  await expect.poll(async () => (await api.record("RIO", pfaId)).syncState).toBe("synced");
  await login("manager");
  await page.goto("/o/RIO/conflicts/merged");
  await page.getByRole("link", { name: `Undo the merge of ${pfaId}` }).click();
  await page.getByRole("button", { name: "Undo our change" }).click();
  await expect(page.getByText("Our change is being taken back in PEMS.")).toBeVisible();
  await expect.poll(() => simulator.record("RIO", pfaId)).toMatchObject({ model, contract: "C-MEANWHILE" });
});

test("an unknown conflict is not found, and an unknown page neither", async ({ login, page, problems }) => {
  problems.expect(/404/);
  await login("viewer");
  for (const path of ["/o/RIO/conflicts/nonsense", "/o/XYZ/records", "/nothing"]) {
    const answer = await page.goto(path);
    expect(answer?.status(), path).toBe(404);
    await expect(page.getByRole("heading", { name: /^There is no such/ })).toBeVisible();
  }
});
