import { existsSync } from "node:fs";
import { defineConfig } from "@playwright/test";
import type { StackOptions } from "./fixtures/test.ts";

/** The system's browser: Playwright's own download does not work behind every network. */
const chromium = [
  process.env["CHROMIUM"],
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
].find((path) => path !== undefined && existsSync(path));

if (chromium === undefined) {
  throw new Error("No Chromium: `cargo xtask setup` installs it, or set CHROMIUM to its program.");
}

export default defineConfig<object, StackOptions>({
  testDir: "tests",
  outputDir: "test-results",
  snapshotPathTemplate: "{testDir}/looks/{arg}{ext}",
  // Tests of one file share the worker's data; files are spread over the workers.
  fullyParallel: false,
  workers: 2,
  // A test that passes only sometimes is to be seen, not tried again.
  retries: 0,
  forbidOnly: process.env["CI"] !== undefined,
  timeout: 60_000,
  globalTimeout: 40 * 60_000,
  expect: { timeout: 10_000 },
  reporter: [["list"], ["json", { outputFile: process.env["PLAYWRIGHT_JSON_OUTPUT_FILE"] ?? "test-results/report.json" }]],
  use: {
    launchOptions: {
      executablePath: chromium,
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
    screenshot: "only-on-failure",
    locale: "en-GB",
    timezoneId: "UTC",
  },
});
