import { expect, test } from "../fixtures/test.ts";

// Without schedules nothing is read unasked.
test.use({ mirrored: [], serverSettings: { ENABLE_CRON_JOBS: "false" } });

test("before the first read every page says what to do; then records arrive while one looks on", async ({
  axe,
  login,
  open,
  page,
  simulator,
}) => {
  await login("manager");
  await open("/o/RIO/records");
  await expect(page.getByRole("heading", { name: "No records yet" })).toBeVisible();
  await axe();
  await open("/o/RIO/conflicts");
  await expect(page.getByRole("heading", { name: "No conflicts" })).toBeVisible();
  await axe();
  await page.getByRole("link", { name: "Merged" }).click();
  await expect(page.getByRole("heading", { name: "Nothing was merged yet" })).toBeVisible();
  await axe();

  await open("/o/RIO/records");
  await page.getByRole("link", { name: "Read from PEMS" }).click();
  await expect(page.getByText("Nothing was read from PEMS yet.")).toBeVisible();
  await expect(page.getByRole("heading", { name: "No runs yet" })).toBeVisible();
  await axe();
  const other = await page.context().newPage();
  await other.goto("/o/RIO/records");
  await expect(other.locator("html")).toHaveAttribute("data-hydrated", "true");
  const held = await simulator.fault({ effect: { kind: "hold" }, operations: ["list"] });
  await page.getByRole("button", { name: "Read from PEMS" }).click();
  await expect(
    page.getByRole("progressbar", { name: "Reading all records from PEMS for the first time" }),
  ).toBeVisible();
  await simulator.release(held);
  await expect(page.getByText(/^Last read from PEMS.*180 records/)).toBeVisible();
  await expect(other.getByText("180 records")).toBeVisible();
  await expect(other.getByRole("rowheader", { name: "RIO-000001" })).toBeVisible();
});
