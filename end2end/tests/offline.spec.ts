import { expect, test } from "../fixtures/test.ts";

test("an edit while the server cannot be reached is kept, said, and saved once it is back", async ({
  api,
  axe,
  login,
  open,
  page,
  pick,
  problems,
  recordsPage,
}) => {
  problems.expect(/Failed to load resource/);
  const { pfaId } = await pick();
  await login("editor");
  await open(`/o/RIO/records?search=${pfaId}`);
  await page.route("**/fn/drafts/save", (route) => route.abort("connectionrefused"));
  await recordsPage.type(pfaId, "Model", "Kept 1");
  await expect(recordsPage.drafts).toContainText("Not saved yet: the server cannot be reached.");
  await expect(await recordsPage.cell(pfaId, "Model")).toContainText("Not saved yet");
  await axe();
  await page.unroute("**/fn/drafts/save");
  await recordsPage.drafts.getByRole("button", { name: "Save now" }).click();
  await recordsPage.isSaved(pfaId, "Model");
  expect((await api.record("RIO", pfaId)).syncState, "of an editor's draft others see nothing").toBe("synced");
});

test("a list that cannot be fetched says so, and comes by itself once the server is back", async ({
  axe,
  login,
  open,
  page,
  problems,
}) => {
  problems.expect(/Failed to load resource/);
  await login("manager");
  // Few rows: axe looks at every cell.
  await open("/o/RIO/records?search=RIO-00000");
  await page.route("**/fn/records/window", (route) => route.abort("connectionrefused"));
  await page.getByRole("searchbox", { name: "Search records" }).fill("RIO-00001");
  await expect(page.getByRole("alert")).toContainText("The server could not be reached");
  await axe();
  await page.unroute("**/fn/records/window");
  await expect(page.getByText("10 of 180")).toBeVisible();
  await expect(page.getByRole("alert")).toHaveCount(0);
});

test("a server that dies and comes back is followed again, with what happened meanwhile", async ({
  api,
  login,
  open,
  page,
  pick,
  problems,
  stack,
}) => {
  problems.expect(/Failed to load resource|ERR_CONNECTION|ERR_INCOMPLETE|ERR_EMPTY/);
  // Four at once: no other test commits as many, so that the run is known by its number.
  const ids = [await pick(), await pick(), await pick(), await pick()].map(({ pfaId }) => pfaId);
  await login("manager");
  await open("/o/RIO/sync");
  await expect(page.getByText("Live", { exact: true })).toBeVisible();
  await stack.restartServer("SIGKILL");
  await api.draft("manager", "RIO", Object.fromEntries(ids.map((id) => [id, { model: "After the restart" }])));
  await api.commit("manager", "RIO");
  await expect(page.getByText("Live", { exact: true })).toBeVisible({ timeout: 20_000 });
  const runs = page.getByRole("region", { name: "Recent runs" }).getByRole("row");
  await expect(runs.filter({ hasText: "4 of 4 in PEMS" })).toHaveCount(1);
});
