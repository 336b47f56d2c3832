import { expect, test } from "../fixtures/test.ts";

test.use({ viewport: { width: 360, height: 740 } });

test("on a phone nothing stands out of the page, and a conflict can be decided", async ({
  api,
  axe,
  login,
  open,
  page,
  pick,
  simulator,
}) => {
  const [one, other] = [await pick(), await pick()];
  const conflict = await api.conflict("manager", "RIO", one.pfaId, { description: `Ours ${"long ".repeat(12)}` }, () =>
    simulator.edit("RIO", one.pfaId, { description: `Theirs${"unbroken".repeat(8)}` }),
  );
  await simulator.lock("RIO", other.pfaId);
  await api.draft("manager", "RIO", { [other.pfaId]: { model: "Waits", description: "Waits for somebody in PEMS" } });
  await api.commit("manager", "RIO");
  await login("manager");
  for (const path of ["", "/notifications", "/notifications/choices", "/records?group=category", "/records", "/timeline", "/records?dialog=review", "/sync", "/sync/queue", "/sync/dead-letters", "/sync/history", "/conflicts", "/conflicts/merged", "/settings", "/rollbacks", "/rollbacks/new", `/conflicts/${conflict.id}`]) {
    await open(`/o/RIO${path}`);
    const tooWide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect(tooWide, `${path} is wider than the window`).toBe(0);
  }
  await axe();
  await page.getByRole("radiogroup", { name: "Description" }).getByLabel("PEMS").check();
  await page.getByRole("button", { name: "Apply choices" }).click();
  await expect(page.getByText("Your decision was saved.")).toBeVisible();
  await simulator.unlock("RIO", other.pfaId);
});
