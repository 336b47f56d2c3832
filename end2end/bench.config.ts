/** `cargo xtask bench`: what people wait for in the browser, measured with the tests' fixtures. */
import { defineConfig } from "@playwright/test";
import config from "./playwright.config.ts";

export default defineConfig({
  ...config,
  testDir: "bench",
  testMatch: "*.bench.ts",
  workers: 1,
  timeout: 5 * 60_000,
  reporter: [["./bench/table.ts"]],
});
