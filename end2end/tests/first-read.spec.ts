import { expect, test } from "../fixtures/test.ts";

test.use({ mirrored: [], serverSettings: { PEMS_READ_SYNC_SCHEDULE: "0 0 1 1 *" } });

test("before the first read every page says what to do; then records arrive while one looks on", async ({
  axe,
  login,
  open,
  page,
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
  await page.getByRole("button", { name: "Read from PEMS" }).click();
  await expect(page.getByText(/^Last read from PEMS.*180 records/)).toBeVisible();
  await expect(other.getByText("180 records")).toBeVisible();
  await expect(other.getByRole("rowheader", { name: "RIO-000001" })).toBeVisible();
});
