import { expect, test } from "../fixtures/test.ts";

test("a record's history says who made each version and where, proves ours, and compares any two", async ({
  api,
  axe,
  login,
  open,
  page,
  pick,
  recordsPage,
  simulator,
}) => {
  const { pfaId, model } = await pick();
  await login("manager");
  await open(`/o/RIO/records?search=${pfaId}`);
  await recordsPage.type(pfaId, "Model", "Ours 80");
  await recordsPage.isSaved(pfaId, "Model");
  await recordsPage.commit();
  await expect.poll(() => simulator.record("RIO", pfaId)).toMatchObject({ model: "Ours 80" });
  const { version } = await simulator.record("RIO", pfaId);
  await simulator.edit("RIO", pfaId, { contract: "C-80" }, "pems.silva");
  await api.readEverything("RIO");

  // By keyboard: the record's key leads there.
  await recordsPage.goTo(pfaId, "Record");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: `History of ${pfaId}` })).toBeVisible();
  const theirs = page.getByRole("listitem").filter({ hasText: "pems.silva" });
  await expect(theirs).toContainText("PEMS");
  await expect(theirs).toContainText("C-80");
  const ours = page.getByRole("listitem").filter({ has: page.getByRole("heading", { name: `Version ${version}`, exact: true }) });
  await expect(ours).toContainText("Vanguard");
  await expect(ours).toContainText("Changed and committed by manager");
  await ours.getByText(`PEMS confirmed version ${version} (1 request)`).click();
  await expect(ours.getByRole("cell", { name: /^Confirmed/ })).toBeVisible();
  await axe();

  await page.getByLabel("Compare", { exact: true }).selectOption(`Version ${Number(version) - 1}`);
  await page.getByRole("button", { name: "Compare" }).click();
  const compared = page.getByRole("region", { name: `Version ${Number(version) - 1} and version ${Number(version) + 1}` });
  await expect(compared.getByRole("row", { name: /^Model/ })).toContainText(`${model}`);
  await expect(compared.getByRole("row", { name: /^Contract/ })).toContainText("C-80");
  await expect(page).toHaveURL(new RegExp(`from=${Number(version) - 1}&to=${Number(version) + 1}$`));
  await axe();
  await page.reload();
  await expect(compared.getByRole("row", { name: /^Model/ })).toBeVisible();
});

test("a version that never came by is said to be missing, and a record that is not there is not found", async ({
  axe,
  login,
  open,
  page,
  pick,
  problems,
}) => {
  problems.expect(/404/);
  const { pfaId } = await pick();
  await login("viewer");
  await open(`/o/RIO/records/${pfaId}/history?from=9998&to=9999`);
  await expect(page.getByText("Version 9998 of this record never came by here.")).toBeVisible();
  await axe();
  const answer = await page.request.get("/o/RIO/records/NOTHING/history");
  expect(answer.status()).toBe(404);
  await open("/o/RIO/records/NOTHING/history");
  await expect(page.getByRole("heading", { name: "There is no such record" })).toBeVisible();
  await axe();
});
