import { readFile } from "node:fs/promises";
import { expect, test } from "../fixtures/test.ts";

test("the forecast of the selection is shifted by two weeks, after a preview", async ({ api, axe, login, open, page, pick }) => {
  const picked = [await pick({ source: "Rental", isActualized: "false", isDiscontinued: "false" }), await pick({ source: "Rental", isActualized: "false", isDiscontinued: "false" })];
  await api.draft("manager", "RIO", { [picked[0]!.pfaId]: { model: "Drafted before" } });
  const before = await Promise.all(picked.map((record) => api.record("RIO", record.pfaId)));
  await login("manager");
  await open(`/o/RIO/records?search=${picked[0]!.pfaId}`);
  await page.getByRole("checkbox", { name: `Select ${picked[0]!.pfaId}` }).click();
  await page.getByRole("searchbox").fill(picked[1]!.pfaId);
  await page.getByRole("checkbox", { name: `Select ${picked[1]!.pfaId}` }).click();
  await page.getByRole("link", { name: "Edit…" }).click();
  const dialog = page.getByRole("dialog", { name: "Edit many records" });
  await expect(dialog).toContainText("2 records selected");

  await dialog.getByLabel("By (− for earlier)").fill("soon");
  await dialog.getByRole("button", { name: "Preview" }).click();
  await expect(dialog.getByRole("alert")).toContainText("a number such as 14");
  await dialog.getByLabel("By (− for earlier)").fill("2");
  await dialog.getByLabel("Unit").selectOption("weeks");
  await dialog.getByRole("button", { name: "Preview" }).press("Enter");
  await expect(dialog.getByRole("listitem").filter({ hasText: "would be drafted" })).toContainText("2");
  const shifted = (day: unknown) => new Date(new Date(String(day)).getTime() + 14 * 86_400_000).toISOString().slice(0, 10);
  await expect(dialog.getByRole("list", { name: "Changes" })).toContainText(shifted(before[0]!["forecastEnd"]));
  await axe();
  expect((await api.record("RIO", picked[1]!.pfaId)).syncState, "nothing is saved yet").toBe("synced");
  await dialog.getByRole("button", { name: "Draft 2 changes" }).click();
  await expect(dialog).toContainText("nothing goes to PEMS until you commit");
  await dialog.getByRole("link", { name: "Close" }).click();
  await expect(page.getByRole("region", { name: "Drafts" })).toContainText("of 2 records drafted");

  await page.getByRole("button", { name: "Commit & sync" }).click();
  for (const [index, { pfaId }] of picked.entries()) {
    await expect
      .poll(async () => String((await api.record("RIO", pfaId))["forecastEnd"]).slice(0, 10))
      .toBe(shifted(before[index]!["forecastEnd"]));
  }
  expect((await api.record("RIO", picked[0]!.pfaId))["model"], "what was drafted before goes along").toBe("Drafted before");
});

test("a rate is raised by a share, and what cannot be changed says why", async ({ api, login, open, page, pick }) => {
  const [rental, purchase] = [await pick({ source: "Rental" }), await pick({ source: "Purchase" })];
  const rate = Number((await api.record("RIO", rental.pfaId))["monthlyRate"]);
  await login("manager");
  await open(`/o/RIO/records?search=${rental.pfaId}`);
  await page.getByRole("checkbox", { name: `Select ${rental.pfaId}` }).click();
  await page.getByRole("searchbox").fill(purchase.pfaId);
  await page.getByRole("checkbox", { name: `Select ${purchase.pfaId}` }).click();
  await page.getByRole("link", { name: "Edit…" }).click();
  const dialog = page.getByRole("dialog", { name: "Edit many records" });
  const says = (what: string) => dialog.getByRole("listitem").filter({ hasText: what });
  await dialog.getByLabel("What to do").selectOption("Set Forecast end");
  await dialog.getByLabel("Forecast end").fill("2001-01-01");
  await dialog.getByRole("button", { name: "Preview" }).click();
  await expect(says("would be left alone")).toContainText("2");
  await expect(dialog).toContainText(`${rental.pfaId}: `);
  await expect(dialog.getByRole("button", { name: /^Draft/ }), "there is nothing to do").toHaveCount(0);

  await dialog.getByLabel("What to do").selectOption("Change Monthly rate by a share");
  await expect(says("would be left alone"), "it was about something else").toHaveCount(0);
  await dialog.getByLabel("By percent (− for less)").fill("5");
  await dialog.getByRole("button", { name: "Preview" }).click();
  await expect(says("would be drafted")).toContainText("1");
  await expect(says("have nothing to change")).toContainText("1");
  await dialog.getByRole("button", { name: "Draft 1 change" }).click();
  await expect(dialog).toContainText("nothing goes to PEMS until you commit");
  await expect.poll(async () => Number((await api.recordOf("manager", "RIO", rental.pfaId))["monthlyRate"])).toBeCloseTo(rate * 1.05, 1);
  await dialog.getByRole("link", { name: "Close" }).click();
  await page.getByRole("link", { name: "Discard all…" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Discard" }).click();
});

test("a list goes out as a file with its filters and columns, and comes back changed", async ({ api, axe, login, open, page, pick, problems }) => {
  problems.expect(/422/);
  const one = await pick({ source: "Rental", isDiscontinued: "false" });
  await login("manager");
  await open(`/o/RIO/records?search=${one.pfaId}&columns=model,contract,forecastCost`);
  const downloading = page.waitForEvent("download");
  await page.getByRole("link", { name: "Export" }).click();
  const download = await downloading;
  expect(download.suggestedFilename()).toBe("records-RIO.csv");
  const text = (await readFile(await download.path(), "utf8")).replace("\uFEFF", "");
  const [heading, row, ...rest] = text.trimEnd().split("\r\n");
  expect(heading).toBe("Record,Model,Contract,Forecast cost");
  expect(row).toContain(`${one.pfaId},`);
  expect(rest, "the filter holds for the file").toEqual([]);

  await page.getByRole("link", { name: "Import…" }).click();
  const dialog = page.getByRole("dialog", { name: "Import from a spreadsheet" });
  const file = async (content: string) =>
    dialog.getByLabel("File").setInputFiles({ name: "list.csv", mimeType: "text/csv", buffer: Buffer.from(content) });
  await file("Record,Colour\r\nRIO-000001,red\r\n");
  await expect(dialog.getByRole("alert")).toContainText("Colour");
  await file(`${heading}\r\n${one.pfaId},Out of the file,"C, 1",1\r\nRIO-999999,A,,\r\n${one.pfaId},Twice,,\r\n`);
  await expect(dialog.getByRole("listitem").filter({ hasText: "would be drafted" })).toContainText("1");
  await expect(dialog).toContainText("Line 3, RIO-999999: There is no such record");
  await expect(dialog).toContainText(`Line 4, ${one.pfaId}: This record stands in the file already`);
  await axe();
  expect((await api.recordOf("manager", "RIO", one.pfaId)).syncState, "nothing is saved yet").toBe("synced");
  await dialog.getByRole("button", { name: "Draft 1 change" }).click();
  await expect(dialog).toContainText("nothing goes to PEMS until you commit");
  const drafted = await api.recordOf("manager", "RIO", one.pfaId);
  expect([drafted["model"], drafted["contract"]]).toEqual(["Out of the file", "C, 1"]);
  await dialog.getByRole("link", { name: "Close" }).click();
  await page.getByRole("link", { name: "Discard all…" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Discard" }).click();
});

test("whoever may not see amounts exports none", async ({ login, open, page }) => {
  await login("viewer");
  await open("/o/RIO/records");
  const downloading = page.waitForEvent("download");
  await page.getByRole("link", { name: "Export" }).click();
  const text = await readFile(await (await downloading).path(), "utf8");
  expect(text.split("\r\n")[0]).not.toContain("Monthly rate");
  expect(text.split("\r\n").length).toBeGreaterThan(100);
  await expect(page.getByRole("link", { name: "Import…" }), "he drafts nothing").toHaveCount(0);
});

test("Ctrl+D fills a value into the selected rows, and one undo takes it back", async ({ api, login, open, page, recordsPage }) => {
  await login("manager2");
  await open("/o/RIO/records?source=Rental&isDiscontinued=false");
  const ids = (await recordsPage.grid.getByRole("rowheader").allTextContents()).map((text) => text.trim()).slice(5, 8);
  await recordsPage.type(ids[0]!, "Contract", "C-FILLED");
  for (const id of ids) {
    await page.getByRole("checkbox", { name: `Select ${id}` }).click();
  }
  await recordsPage.goTo(ids[0]!, "Contract");
  await page.keyboard.press("Control+d");
  for (const id of ids) {
    await expect(await recordsPage.cell(id, "Contract")).toContainText("C-FILLED");
    await recordsPage.isSaved(id, "Contract");
  }
  await page.keyboard.press("Control+z");
  await expect(await recordsPage.cell(ids[1]!, "Contract")).not.toContainText("C-FILLED");
  await expect(await recordsPage.cell(ids[0]!, "Contract"), "typed before").toContainText("C-FILLED");
  await page.keyboard.press("Control+z");
  await expect.poll(async () => (await api.recordOf("manager2", "RIO", ids[0]!)).syncState).toBe("synced");
});
