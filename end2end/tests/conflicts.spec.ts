import { expect, test } from "../fixtures/test.ts";

test("a conflict is listed, counted in the bar, and has an address of its own", async ({
  api,
  axe,
  login,
  open,
  page,
  pick,
  simulator,
}) => {
  const { pfaId } = await pick();
  await login("manager");
  await open("/o/RIO/conflicts");
  const conflict = await api.conflict("manager", "RIO", pfaId, { model: "Ours", contract: "C-1" }, () =>
    simulator.edit("RIO", pfaId, { model: "Theirs" }, "pems.silva"),
  );
  const row = page.getByRole("row").filter({ hasText: pfaId });
  await expect(row, "live").toContainText("pems.silva");
  await expect(row).toContainText("To decide");
  await expect(row).toContainText("Model");
  const link = page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Conflicts" });
  const toDecide = (await api.conflicts("RIO")).filter(({ status }) => status === "unresolved").length;
  await expect(link).toContainText(`${toDecide} to decide`);
  await axe();

  await row.getByRole("link", { name: pfaId }).click();
  await expect(page).toHaveURL(new RegExp(`/o/RIO/conflicts/${conflict.id}$`));
  await open(`/o/RIO/conflicts/${conflict.id}`);
  await expect(page.getByRole("dialog").getByRole("heading", { name: pfaId })).toBeVisible();
  await expect(page.getByText("You and PEMS changed the same fields to different values; pems.silva was the last")).toBeVisible();
  await page.getByText("1 other change that nobody disputes").click();
  await expect(page.getByText("Contract")).toBeVisible();
  await axe();

  await page.getByRole("button", { name: "Use PEMS for all" }).click();
  await expect(page.getByText("Your decision was saved")).toBeVisible();
  await open("/o/RIO/conflicts?show=decided");
  await expect(row).toContainText("Decided");
  await row.getByRole("link", { name: pfaId }).click();
  await expect(page.getByText("manager chose the values in PEMS")).toBeVisible();
  await expect(page.getByRole("radio")).toHaveCount(0);
  await axe();
});

test("what differs is marked, by how much is said, and what each choice costs", async ({ api, axe, login, open, page, pick, simulator }) => {
  const { pfaId } = await pick({ source: "Rental" });
  const before = { forecastStart: "2032-01-01T00:00:00Z", forecastEnd: "2032-01-31T00:00:00Z", monthlyRate: 3044 };
  await simulator.edit("RIO", pfaId, { ...before, description: "Mobile crane 50 t" });
  await api.readEverything("RIO");
  await login("manager");
  const ours = { forecastEnd: "2032-02-14", monthlyRate: "3044.00", description: "Mobile crane 80 t" };
  const conflict = await api.conflict("manager", "RIO", pfaId, ours, () =>
    simulator.edit("RIO", pfaId, { forecastEnd: "2032-01-21T00:00:00Z", description: "Mobile crane 50 t, Rotterdam", contract: "C-ALSO" }),
  );
  await open(`/o/RIO/conflicts/${conflict.id}`);
  const end = page.getByRole("radiogroup", { name: "Forecast end" });
  await expect(end).toContainText("14 days later");
  await expect(end).toContainText("10 days earlier");
  const description = page.getByRole("radiogroup", { name: "Description" });
  await expect(description.locator("mark")).toHaveText(["80", ", Rotterdam"]);
  const costs = page.getByRole("table", { name: "What each choice costs" }).getByRole("row", { name: /Forecast cost/ });
  await expect(costs).toContainText("2,000.00");
  await expect(costs).toContainText("4,400.00+2,400.00 (+120.0 %)");
  await expect(costs).toContainText("not chosen yet");
  await end.getByLabel("Yours").check();
  await description.getByLabel("PEMS").check();
  await expect(costs).not.toContainText("not chosen yet");
  await page.getByText("1 other change that nobody disputes").click();
  await expect(page.getByText("In PEMS: they stay whatever you decide above.")).toBeVisible();
  await axe();
});

test("by keyboard alone: the next conflict with n, Esc closes, and the focus is back where it was", async ({
  api,
  login,
  open,
  page,
  pick,
  simulator,
}) => {
  const [one, other] = [await pick(), await pick()];
  for (const { pfaId } of [one, other]) {
    await api.conflict("manager", "RIO", pfaId, { model: `Ours ${pfaId}` }, () => simulator.edit("RIO", pfaId, { model: "Theirs" }));
  }
  await login("manager");
  await open("/o/RIO/conflicts");
  const link = page.getByRole("table").getByRole("link", { name: one.pfaId });
  await link.focus();
  await page.keyboard.press("Enter");
  const heading = page.getByRole("dialog").getByRole("heading", { level: 2 });
  await expect(heading).toHaveText(one.pfaId);
  const seen = new Set<string>();
  await expect(async () => {
    seen.add(await heading.innerText());
    await page.keyboard.press("n");
    await expect(heading).not.toHaveText([...seen].at(-1) ?? "", { timeout: 2_000 });
    seen.add(await heading.innerText());
    expect(seen).toContain(other.pfaId);
  }).toPass();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expect(page).toHaveURL(/\/o\/RIO\/conflicts$/);
  await expect(link).toBeFocused();
});

test("a value that breaks a rule is said before anything is sent", async ({ api, axe, login, open, page, pick, simulator }) => {
  const { pfaId } = await pick();
  await login("manager");
  const conflict = await api.conflict("manager", "RIO", pfaId, { monthlyRate: "7000.00" }, () =>
    simulator.edit("RIO", pfaId, { monthlyRate: 8000 }),
  );
  await open(`/o/RIO/conflicts/${conflict.id}`);
  const rate = page.getByRole("radiogroup", { name: "Monthly rate" });
  await expect(rate).toContainText("7,000.00");
  await expect(rate).toContainText("8,000.00");
  const own = page.getByRole("textbox", { name: "Another value for Monthly rate" });
  const apply = page.getByRole("button", { name: "Apply choices" });
  await own.fill("much");
  await expect(page.getByText("Monthly rate must be an amount such as 5500.00.")).toBeVisible();
  await expect(apply).toBeDisabled();
  await axe();
  await own.fill("");
  await expect(page.getByText("Monthly rate is needed when Source is Rental.")).toBeVisible();
  await expect(apply).toBeDisabled();
  await own.fill("7500");
  await apply.click();
  await expect.poll(() => simulator.record("RIO", pfaId)).toMatchObject({ monthlyRate: 7500 });
});

test("changes that are sound alone and break a rule together are for a person to decide", async ({
  api,
  axe,
  login,
  open,
  page,
  pick,
  simulator,
}) => {
  const { pfaId } = await pick();
  await simulator.edit("RIO", pfaId, { forecastEnd: "2031-01-01T00:00:00Z" });
  await api.readEverything("RIO");
  await login("manager");
  const conflict = await api.conflict("manager", "RIO", pfaId, { forecastEnd: "2030-03-01" }, () =>
    simulator.edit("RIO", pfaId, { forecastStart: "2030-06-01T00:00:00Z" }),
  );
  await open(`/o/RIO/conflicts/${conflict.id}`);
  await expect(page.getByText("together they break a rule")).toBeVisible();
  await expect(page.getByText("Forecast end (2030-03-01) is before Forecast start (2030-06-01).")).toBeVisible();
  await expect(page.getByRole("button", { name: "Use mine for all" })).toBeDisabled();
  await axe();
  const apply = page.getByRole("button", { name: "Apply choices" });
  await page.getByRole("radiogroup", { name: "Forecast end" }).getByLabel("Yours").check();
  await expect(apply, "the result is checked before it is sent").toBeDisabled();
  await page.getByLabel("Another value for Forecast end").fill("2030-09-01");
  await apply.click();
  await expect
    .poll(() => simulator.record("RIO", pfaId))
    .toMatchObject({ forecastStart: "2030-06-01T00:00:00Z", forecastEnd: "2030-09-01T00:00:00Z" });
});

test("whoever may not decide reads, and is told whom to ask", async ({ api, axe, login, open, page, pick, simulator }) => {
  const { pfaId } = await pick();
  const conflict = await api.conflict("manager", "RIO", pfaId, { model: "Ours", monthlyRate: "7100.00" }, () =>
    simulator.edit("RIO", pfaId, { model: "Theirs", monthlyRate: 7200 }),
  );
  await login("viewer");
  await open(`/o/RIO/conflicts/${conflict.id}`);
  await expect(page.getByText("Deciding needs the permission Sync.")).toBeVisible();
  await expect(page.getByText("manager and PEMS changed the same fields")).toBeVisible();
  await expect(page.getByRole("radio")).toHaveCount(0);
  await expect(page.getByRole("button", { name: /for all|Apply/ })).toHaveCount(0);
  await expect(page.getByText("7,100.00")).toHaveCount(0);
  await axe();
});

test("that PEMS has changed the record once more is said while one decides", async ({ api, login, open, page, pick, simulator }) => {
  const { pfaId } = await pick();
  const conflict = await api.conflict("manager", "RIO", pfaId, { model: "Ours 60" }, () =>
    simulator.edit("RIO", pfaId, { model: "Theirs 60" }),
  );
  await login("manager");
  await open(`/o/RIO/conflicts/${conflict.id}`);
  await expect(page.getByText("Live", { exact: true })).toBeVisible();
  const choices = page.getByRole("radiogroup", { name: "Model" });
  await choices.getByLabel("Yours").check();
  await simulator.edit("RIO", pfaId, { model: "Theirs 61" });
  await api.readEverything("RIO");
  await expect(page.getByText("PEMS has changed Model once more since.")).toBeVisible();
  await expect(choices.getByLabel("Yours"), "what was chosen stays chosen").toBeChecked();
  await expect(choices, "and PEMS's side is the newest").toContainText("Theirs 61");
});

for (const [what, id] of [
  ["an unknown id", "00000000-0000-4000-8000-000000000000"],
  ["what is no id", "nonsense"],
] as const) {
  test(`${what} gets a page that says so`, async ({ axe, login, open, page, problems }) => {
    problems.expect(/404/);
    await login("manager");
    const answer = await page.request.get(`/o/RIO/conflicts/${id}`);
    expect(answer.status()).toBe(404);
    await open(`/o/RIO/conflicts/${id}`);
    await expect(page.getByRole("heading", { name: "There is no such conflict" })).toBeVisible();
    await axe();
    await page.keyboard.press("Escape");
    await expect(page.getByRole("heading", { level: 1, name: "Conflicts" })).toBeVisible();
  });
}

test("an organisation that one does not belong to is not found, nor is an unknown page", async ({ axe, login, open, page, problems }) => {
  problems.expect(/404/);
  await login("manager");
  for (const path of ["/o/XYZ/records", "/o/RIO/nothing", "/nothing"]) {
    await open(path);
    await expect(page.getByRole("heading", { name: /^There is no such/ })).toBeVisible();
    await axe();
  }
});
