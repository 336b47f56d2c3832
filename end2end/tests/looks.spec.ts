import { expect, test } from "../fixtures/test.ts";
import type { Page } from "@playwright/test";

// What a page looks like from afar: where things stand, how dark and how coloured they are. Text is too small to be read
// at this size, so that another font or time does not matter; a column that is gone or a theme that broke does.
test.use({ records: 120 });

const WIDTH = 120;

/** The page, shrunk by the browser itself. */
async function fromAfar(page: Page): Promise<Buffer> {
  const shot = await page.screenshot({ animations: "disabled", caret: "hide" });
  const { width, height } = page.viewportSize()!;
  const small = await page.context().newPage();
  await small.setViewportSize({ width: WIDTH, height: Math.round((WIDTH * height) / width) });
  await small.setContent(`<body style="margin:0"><img style="display:block;width:100%" src="data:image/png;base64,${shot.toString("base64")}">`);
  const picture = await small.screenshot();
  await small.close();
  return picture;
}

const SCREENS: [name: string, path: string, width: number][] = [
  ["deck", "/o/RIO", 1280],
  ["records", "/o/RIO/records", 1280],
  ["records-on-a-phone", "/o/RIO/records", 360],
  ["groups", "/o/RIO/records?group=category", 1280],
  ["conflicts", "/o/RIO/conflicts", 1280],
  ["sync", "/o/RIO/sync", 1280],
  ["rollbacks", "/o/RIO/rollbacks", 1280],
  ["settings", "/o/RIO/settings", 1280],
];

for (const scheme of ["light", "dark"] as const) {
  test(`eight key screens look as they did, ${scheme}`, async ({ login, open, page }) => {
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
    await login("admin");
    for (const [name, path, width] of SCREENS) {
      await page.setViewportSize({ width, height: 800 });
      await open(path);
      await page.waitForTimeout(500);
      expect.soft(await fromAfar(page), name).toMatchSnapshot(`${name}-${scheme}.png`, { threshold: 0.25, maxDiffPixelRatio: 0.06 });
    }
  });
}
