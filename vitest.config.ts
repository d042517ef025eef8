import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Functions log to standard output; what a passing test logged helps nobody.
    silent: "passed-only",
  },
});
