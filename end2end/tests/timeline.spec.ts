import { expect, test } from "../fixtures/test.ts";
import { TimelinePage, day, daysAfter, daysBetween } from "../fixtures/timeline-page.ts";

/** CSS pixels of a day at the zoom "week". At "quarter" it is one, and every bar fits the view. */
const WEEK = 8;

test("plan, forecast and actual stand where their dates say, and the axis with them", async ({ api, login, open, page }) => {
  const timeline = new TimelinePage(page);
  const records = await api.records("RIO", { isActualized: "true" });
  const record = records.find((one) => one["actualEnd"] !== null && one["forecastEnd"] !== null);
  if (record === undefined) {
    throw new Error("no record has all of its dates");
  }
  await login("viewer");
  await open(`/o/RIO/timeline/week?search=${record.pfaId}`);
  const box = async (phase: "plan" | "forecast" | "actual") => {
    const box = await timeline.bar(record.pfaId, phase).boundingBox();
    if (box === null) {
      throw new Error(`there is no bar of the ${phase}`);
    }
    return box;
  };
  const [plan, forecast, actual] = [await box("plan"), await box("forecast"), await box("actual")];
  const length = (start: string, end: string) => daysBetween(day(record[start]), day(record[end])) * WEEK;
  expect(plan.width).toBeCloseTo(length("originalStart", "originalEnd"), 0);
  expect(forecast.width).toBeCloseTo(length("forecastStart", "forecastEnd"), 0);
  expect(actual.width).toBeCloseTo(length("actualStart", "actualEnd"), 0);
  expect(forecast.x - plan.x).toBeCloseTo(length("originalStart", "forecastStart"), 0);
  expect(actual.x - plan.x).toBeCloseTo(length("originalStart", "actualStart"), 0);
  expect(plan.y + plan.height, "one above the other").toBeLessThanOrEqual(forecast.y);
  expect(forecast.y + forecast.height).toBeLessThanOrEqual(actual.y);

  // The line of today, against the plan.
  const today = await page.locator("#timeline-today").boundingBox();
  const now = new Date().toISOString().slice(0, 10);
  expect((today?.x ?? 0) - plan.x).toBeCloseTo(daysBetween(day(record["originalStart"]), now) * WEEK, 0);
  const days = daysBetween(day(record["forecastStart"]), day(record["forecastEnd"]));
  await expect(timeline.bars(record.pfaId)).toHaveAccessibleName(
    new RegExp(`Forecast ${day(record["forecastStart"])} – ${day(record["forecastEnd"])}, ${days} days, ends .*planned.*Plan .*Actual`),
  );
});

test("a forecast is dragged: the mouse is told dates and cost, the draft is there and in the grid, and undo takes it back", async ({
  api,
  axe,
  login,
  open,
  page,
  pick,
  recordsPage,
}) => {
  const timeline = new TimelinePage(page);
  const record = await pick();
  const [start, end] = [day(record["forecastStart"]), day(record["forecastEnd"])];
  await login("manager");
  await open(`/o/RIO/timeline/quarter?search=${record.pfaId}`);
  await timeline.drag(record.pfaId, "middle", 7, { release: false });
  await expect(timeline.ghost).toContainText(`${daysAfter(start, 7)} – ${daysAfter(end, 7)}`);
  await expect(timeline.ghost).toContainText("moved 7 days later");
  await expect(timeline.ghost).toContainText(/Cost [\d,]+\.\d\d$/);
  await axe();
  expect((await api.record("RIO", record.pfaId)).syncState, "nothing is saved while the mouse holds it").toBe("synced");
  await page.mouse.up();
  await expect(timeline.ghost).toHaveCount(0);
  await expect(timeline.row(record.pfaId)).toContainText("Draft");
  await expect(timeline.bars(record.pfaId)).toHaveAccessibleName(new RegExp(`Forecast ${daysAfter(start, 7)} – ${daysAfter(end, 7)}`));
  await expect(timeline.drafts).toContainText("2 fields of 1 record drafted");
  await expect(timeline.said(`Forecast of ${record.pfaId}`)).toBeVisible();
  await axe();

  await page.getByRole("link", { name: "Records", exact: true }).last().click();
  await expect(await recordsPage.cell(record.pfaId, "Forecast start")).toContainText(daysAfter(start, 7));
  await expect(await recordsPage.cell(record.pfaId, "Forecast end")).toContainText(`${daysAfter(end, 7)}`);
  await expect(await recordsPage.cell(record.pfaId, "Forecast end")).toContainText("Draft");
  await page.getByRole("link", { name: "Timeline", exact: true }).last().click();
  await expect(page).toHaveURL(/\/timeline\?search=/);
  await expect(timeline.row(record.pfaId)).toContainText("Draft");

  await page.goto(`/o/RIO/timeline/quarter?search=${record.pfaId}`);
  await expect(page.locator("html")).toHaveAttribute("data-hydrated", "true");
  await timeline.drag(record.pfaId, "middle", -14);
  await expect(timeline.bars(record.pfaId)).toHaveAccessibleName(new RegExp(`Forecast ${daysAfter(start, -7)} – ${daysAfter(end, -7)}`));
  await page.keyboard.press("Control+z");
  await expect(timeline.bars(record.pfaId)).toHaveAccessibleName(new RegExp(`Forecast ${daysAfter(start, 7)} – ${daysAfter(end, 7)}`));
  await page.keyboard.press("Control+y");
  await expect(timeline.bars(record.pfaId)).toHaveAccessibleName(new RegExp(`Forecast ${daysAfter(start, -7)} – ${daysAfter(end, -7)}`));
  await page.getByRole("link", { name: "Discard all…" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Discard" }).click();
  await expect(timeline.drafts).toContainText("No drafts");
  await expect(timeline.bars(record.pfaId)).toHaveAccessibleName(new RegExp(`Forecast ${start} – ${end}`));
});

test("an end of the bar stretches it, and Esc leaves everything as it was", async ({ api, login, open, page, pick }) => {
  const timeline = new TimelinePage(page);
  const record = await pick();
  const [start, end] = [day(record["forecastStart"]), day(record["forecastEnd"])];
  await login("editor");
  await open(`/o/RIO/timeline/quarter?search=${record.pfaId}`);
  await timeline.drag(record.pfaId, "end", 10, { release: false });
  await expect(timeline.ghost).toContainText(`${start} – ${daysAfter(end, 10)}`);
  await expect(timeline.ghost, "an editor sees no amounts").not.toContainText("Cost");
  await page.keyboard.press("Escape");
  await expect(timeline.ghost).toHaveCount(0);
  await page.mouse.up();
  await expect(timeline.drafts).toContainText("No drafts");
  await expect(timeline.bars(record.pfaId)).toHaveAccessibleName(new RegExp(`Forecast ${start} – ${end}`));

  await timeline.drag(record.pfaId, "end", 10);
  await timeline.drag(record.pfaId, "start", -3);
  await expect(timeline.bars(record.pfaId)).toHaveAccessibleName(new RegExp(`Forecast ${daysAfter(start, -3)} – ${daysAfter(end, 10)}`));
  await expect(timeline.drafts).toContainText("2 fields of 1 record drafted");
  await page.reload();
  await expect(timeline.bars(record.pfaId), "the draft is the server's").toHaveAccessibleName(
    new RegExp(`Forecast ${daysAfter(start, -3)} – ${daysAfter(end, 10)}`),
  );
  expect((await api.record("RIO", record.pfaId)).syncState, "of an editor's draft others see nothing").toBe("synced");
});

test("everything goes by keyboard alone: rows, days, weeks, both ends, Enter, Esc, undo", async ({ login, open, page }) => {
  const timeline = new TimelinePage(page);
  await login("manager2");
  // The filter is what `pick` chooses from too, from its end.
  await open("/o/RIO/timeline/month?source=Purchase&isActualized=false&isDiscontinued=false&sort=-pfaId");
  const rows = timeline.grid.getByRole("gridcell");
  await rows.first().focus();
  await page.keyboard.press("ArrowDown");
  await expect(rows.nth(1)).toBeFocused();
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("ArrowUp");
  await expect(rows.first(), "above the first row is nothing").toBeFocused();
  // The first record that has a whole forecast.
  while (!/Forecast \d{4}-\d\d-\d\d – /.test((await page.locator(":focus").getAttribute("aria-label")) ?? "")) {
    await page.keyboard.press("ArrowDown");
  }
  const active = timeline.grid.locator("td[tabindex='0']");
  const name = (await active.getAttribute("aria-label")) ?? "";
  const [start = "", end = ""] = name.match(/\d{4}-\d\d-\d\d/g) ?? [];
  const is = async (from: string, to: string): Promise<void> =>
    expect(active).toHaveAccessibleName(new RegExp(`Forecast ${from} – ${to}`));

  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Shift+ArrowRight");
  await expect(timeline.ghost).toContainText("moved 8 days later");
  await expect(timeline.said("moved 8 days later"), "each step is said").toBeVisible();
  await page.keyboard.press("Escape");
  await expect(timeline.ghost).toHaveCount(0);
  await is(start, end);

  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("Enter");
  await is(daysAfter(start, -1), daysAfter(end, -1));
  await page.keyboard.press("Alt+ArrowRight");
  await page.keyboard.press("]");
  await page.keyboard.press("Enter");
  await is(daysAfter(start, -1), daysAfter(end, 1));
  await page.keyboard.press("Alt+Shift+ArrowLeft");
  await page.keyboard.press("{");
  await expect(timeline.ghost, "a pause saves as well").toHaveCount(0);
  await is(daysAfter(start, -3), daysAfter(end, 1));
  for (let step = 0; step < 3; step += 1) {
    await page.keyboard.press("Control+z");
  }
  await is(start, end);
  await expect(timeline.drafts).toContainText("No drafts");
  await expect(active).toBeFocused();
});

test("an end before the start is refused, with the reason at the row, and Esc gives it up", async ({ axe, login, open, page, pick }) => {
  const timeline = new TimelinePage(page);
  const record = await pick();
  const [start, end] = [day(record["forecastStart"]), day(record["forecastEnd"])];
  await login("manager");
  await open(`/o/RIO/timeline/quarter?search=${record.pfaId}`);
  await timeline.drag(record.pfaId, "end", -(daysBetween(start, end) + 5), { release: false });
  await expect(timeline.ghost).toContainText("is before Forecast start");
  await page.mouse.up();
  await expect(timeline.row(record.pfaId)).toContainText("Error");
  await expect(timeline.row(record.pfaId).getByText(/is before Forecast start/)).toBeVisible();
  await expect(timeline.bars(record.pfaId)).toHaveAttribute("aria-invalid", "true");
  await expect(timeline.bars(record.pfaId)).toHaveAccessibleName(/Not saved: .*is before Forecast start/);
  const panel = page.getByRole("region", { name: `Forecast of ${record.pfaId}` });
  await expect(panel.getByLabel("Forecast end")).toHaveAttribute("aria-invalid", "true");
  await expect(timeline.drafts).toContainText("1 value not saved");
  await axe();
  await timeline.bars(record.pfaId).focus();
  await page.keyboard.press("Escape");
  await expect(timeline.bars(record.pfaId)).not.toHaveAttribute("aria-invalid", "true");
  await expect(timeline.bars(record.pfaId)).toHaveAccessibleName(new RegExp(`Forecast ${start} – ${end}`));
  await expect(timeline.drafts).toContainText("No drafts");
});

test("without dragging, the dates are typed below the timeline", async ({ login, open, page, pick }) => {
  const timeline = new TimelinePage(page);
  const record = await pick();
  const [start, end] = [day(record["forecastStart"]), day(record["forecastEnd"])];
  await login("manager");
  await open(`/o/RIO/timeline?search=${record.pfaId}`);
  const panel = page.getByRole("region", { name: `Forecast of ${record.pfaId}` });
  await panel.getByLabel("Forecast end").fill(daysAfter(end, 30));
  await panel.getByLabel("Forecast end").press("Tab");
  await expect(timeline.bars(record.pfaId)).toHaveAccessibleName(new RegExp(`Forecast ${start} – ${daysAfter(end, 30)}`));
  await expect(timeline.row(record.pfaId)).toContainText("Draft");
  await panel.getByLabel("Forecast end").fill(daysAfter(start, -1));
  await panel.getByLabel("Forecast end").press("Tab");
  await expect(panel).toContainText("is before Forecast start");
  await page.getByRole("link", { name: "Discard all…" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Discard" }).click();
  await expect(panel.getByLabel("Forecast end")).toHaveValue(end);
});

test("whoever may not edit is told so, and drags nothing", async ({ axe, login, open, page, pick }) => {
  const timeline = new TimelinePage(page);
  const record = await pick();
  await login("viewer");
  await open(`/o/RIO/timeline/quarter?search=${record.pfaId}`);
  await timeline.drag(record.pfaId, "middle", 80);
  await expect(timeline.said("needs the permission SaveDraft")).toBeVisible();
  await expect(timeline.ghost).toHaveCount(0);
  await page.keyboard.press("ArrowRight");
  await expect(timeline.ghost).toHaveCount(0);
  await expect(timeline.bars(record.pfaId)).toHaveAttribute("aria-readonly", "true");
  const panel = page.getByRole("region", { name: `Forecast of ${record.pfaId}` });
  await expect(panel.getByLabel("Forecast end")).toBeDisabled();
  await expect(panel).toContainText("Ask an administrator for it.");
  await axe();
});

test("zoom, place and filter are in the address: Back and reload restore them", async ({ login, open, page }) => {
  const timeline = new TimelinePage(page);
  await login("viewer");
  await open("/o/RIO/timeline");
  const zoom = page.getByRole("navigation", { name: "Zoom" });
  const current = zoom.locator("[aria-current]");
  await expect(current).toHaveText("Month");
  await zoom.getByRole("link", { name: "Quarter" }).click();
  await expect(page).toHaveURL(/\/timeline\/quarter/);
  await expect(current).toHaveText("Quarter");
  await page.locator("main").focus();
  await page.keyboard.press("-");
  await expect(current).toHaveText("Year");
  await expect(page).toHaveURL(/\/timeline\/year/);
  await page.goBack();
  await expect(current).toHaveText("Quarter");
  await page.keyboard.press("+");
  await page.keyboard.press("+");
  await expect(current).toHaveText("Week");

  await timeline.view.evaluate((view) => view.scrollTo(1_200, 320));
  await expect(page).toHaveURL(/[?&]from=10&.*at=\d{4}-\d\d-\d\d/);
  const at = new URL(page.url()).searchParams.get("at");
  await page.reload();
  await expect(page.locator("html")).toHaveAttribute("data-hydrated", "true");
  await expect.poll(() => timeline.view.evaluate((view) => view.scrollLeft)).toBe(1_200);
  await expect.poll(() => timeline.view.evaluate((view) => view.scrollTop)).toBe(320);
  expect(new URL(page.url()).searchParams.get("at"), "a reload moves nothing").toBe(at);

  await page.getByText("Filters", { exact: true }).click();
  await page.getByLabel("Source", { exact: true }).selectOption("Purchase");
  await expect(page.getByRole("link", { name: "Remove filter Source: Purchase" })).toBeVisible();
  await expect(page, "the zoom stays").toHaveURL(/\/timeline\/week\?.*source=Purchase/);
  await page.goBack();
  await expect(page.getByRole("link", { name: "Remove filter Source: Purchase" })).toHaveCount(0);
  await expect(current).toHaveText("Week");

  await page.getByText("Filters", { exact: true }).click();
  await page.getByRole("link", { name: "Today" }).click();
  await expect(page.locator("#timeline-today")).toBeInViewport();
});

test("records can be had in the order of their forecasts", async ({ api, login, open, page }) => {
  const timeline = new TimelinePage(page);
  const sorted = (await api.records("RIO", { sort: "forecastStart" })).map((record) => record.pfaId);
  await login("viewer");
  await open("/o/RIO/timeline/year");
  await page.getByRole("link", { name: "By start" }).click();
  await expect(page).toHaveURL(/\/timeline\/year\?sort=forecastStart/);
  const keys = timeline.grid.getByRole("rowheader").getByRole("link");
  await expect(keys.first()).toHaveText(sorted[0] ?? "");
  expect((await keys.allTextContents()).slice(0, 10)).toEqual(sorted.slice(0, 10));
  await expect(page.getByRole("navigation", { name: "Order" }).locator("[aria-current]")).toHaveText("By start");
});

test("a zoom that does not exist is not found", async ({ login, page, problems }) => {
  problems.expect(/404/);
  await login("viewer");
  const answer = await page.goto("/o/RIO/timeline/minute");
  expect(answer?.status()).toBe(404);
  await expect(page.getByRole("heading", { name: "There is no such zoom of the timeline" })).toBeVisible();
});

test("a draft from elsewhere comes by itself, and the state follows its way to PEMS", async ({ api, login, open, page, pick, simulator }) => {
  const timeline = new TimelinePage(page);
  const record = await pick();
  const end = daysAfter(day(record["forecastEnd"]), 20);
  await login("manager");
  await open(`/o/RIO/timeline?search=${record.pfaId}`);
  await api.draft("manager", "RIO", { [record.pfaId]: { forecastEnd: end } });
  await expect(timeline.row(record.pfaId), "live").toContainText("Draft");
  await expect(timeline.bars(record.pfaId)).toHaveAccessibleName(new RegExp(`– ${end}`));
  await page.getByRole("button", { name: "Commit & sync" }).click();
  await expect(timeline.row(record.pfaId)).toContainText("Synced");
  await expect.poll(async () => day((await simulator.record("RIO", record.pfaId))["forecastEnd"])).toBe(end);
  await expect(timeline.drafts).toContainText("No drafts");
});

test("what PEMS changed meanwhile is marked, and leads to the choice; a conflict leads to its decision", async ({
  api,
  axe,
  login,
  open,
  page,
  pick,
  simulator,
}) => {
  const timeline = new TimelinePage(page);
  const record = await pick();
  const end = day(record["forecastEnd"]);
  await api.draft("manager2", "RIO", { [record.pfaId]: { forecastEnd: daysAfter(end, 5) } });
  await simulator.edit("RIO", record.pfaId, { forecastEnd: `${daysAfter(end, 9)}T00:00:00Z` });
  await api.readEverything("RIO");
  await login("manager2");
  await open(`/o/RIO/timeline?search=${record.pfaId}`);
  await expect(timeline.row(record.pfaId).getByText("PEMS changed")).toBeAttached();
  await timeline.focusRow(record.pfaId);
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog", { name: `PEMS changed ${record.pfaId} too` });
  await expect(dialog).toBeVisible();
  await axe();
  await page.keyboard.press("Escape");
  await expect(dialog).toHaveCount(0);

  await page.getByRole("button", { name: "Commit & sync" }).click();
  await expect(timeline.row(record.pfaId)).toContainText("Conflict");
  await timeline.focusRow(record.pfaId);
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/dialog=conflict-/);
  await expect(page.getByRole("dialog").getByRole("heading", { name: record.pfaId })).toBeVisible();
  await api.giveAllToPems("RIO");
});

test("an empty list says what to do, and g t leads here", async ({ axe, login, open, page }) => {
  await login("viewer");
  await open("/o/RIO/timeline?search=no+such+thing");
  await expect(page.getByRole("heading", { name: "No record matches" })).toBeVisible();
  await axe();
  await open("/o/RIO/sync");
  await page.locator("main").focus();
  await page.keyboard.press("g");
  await page.keyboard.press("t");
  await expect(page.getByRole("heading", { level: 1, name: "Timeline" })).toBeVisible();
  await expect(page.getByRole("grid", { name: "Timeline" })).toBeVisible();
});

test("the timeline finds nothing wrong with axe, many rows and all zooms included", async ({ axe, login, open, page }) => {
  await login("manager");
  await open("/o/RIO/timeline/quarter?search=RIO-00001");
  await expect(page.getByRole("grid", { name: "Timeline" }).getByRole("row")).toHaveCount(11);
  await axe();
  await page.getByText("Keys and mouse").click();
  await page.getByRole("navigation", { name: "Zoom" }).getByRole("link", { name: "Day" }).click();
  await expect(page).toHaveURL(/\/timeline\/day/);
  await axe();
});

test.describe("on a phone", () => {
  test.use({ viewport: { width: 360, height: 740 }, hasTouch: true });

  test("it reads, scrolls within itself, and a finger picks the record to edit below", async ({ axe, login, open, page, pick }) => {
    const timeline = new TimelinePage(page);
    const record = await pick();
    await login("manager");
    await open(`/o/RIO/timeline?source=Rental&isActualized=false&isDiscontinued=false&focus=${record.pfaId}`);
    const tooWide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect(tooWide, "the page is wider than the window").toBe(0);
    await expect(timeline.row(record.pfaId)).toBeAttached();
    await timeline.row(record.pfaId).locator(".timeline-record").tap({ position: { x: 110, y: 16 } });
    const panel = page.getByRole("region", { name: `Forecast of ${record.pfaId}` });
    await expect(panel).toBeVisible();
    await timeline.view.evaluate((view) => view.scrollTo({ left: 0 }));
    await panel.getByRole("button", { name: "Show its bars" }).tap();
    await page.evaluate(() => window.scrollTo(0, 0));
    await expect(timeline.bar(record.pfaId, "forecast")).toBeInViewport();
    await axe();
  });
});

test.describe("without scripts", () => {
  test.use({ javaScriptEnabled: false });

  test("it reads: bars, zoom, search, the next rows; what needs scripts is disabled", async ({ api, login, page }) => {
    const timeline = new TimelinePage(page);
    const first = (await api.records("RIO"))[0];
    await login("manager");
    await page.goto("/o/RIO/timeline/week");
    await expect(timeline.bar(first?.pfaId ?? "", "plan")).toBeAttached();
    const plan = await timeline.bar(first?.pfaId ?? "", "plan").boundingBox();
    expect(plan?.width).toBeCloseTo(daysBetween(day(first?.["originalStart"]), day(first?.["originalEnd"])) * WEEK, 0);
    await expect(page.getByLabel("Forecast end")).toBeDisabled();
    await page.getByRole("link", { name: "Today" }).click();
    await expect(page.locator("#timeline-today")).toBeInViewport();
    await page.getByRole("link", { name: "Year", exact: true }).click();
    await expect(page).toHaveURL(/\/timeline\/year/);
    await page.getByRole("link", { name: "Next" }).click();
    await expect(timeline.row("RIO-000051")).toBeVisible();
    await page.getByRole("searchbox", { name: "Search records" }).fill("RIO-00001");
    await page.getByRole("searchbox", { name: "Search records" }).press("Enter");
    await expect(page.getByText("10 of 180")).toBeVisible();
    await expect(page, "the zoom stays").toHaveURL(/\/timeline\/year\?/);
  });
});
