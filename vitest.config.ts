import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // Most of them wait for processes; Vitest's own choice leaves one core of two idle.
    maxWorkers: "100%",
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Functions log to standard output; what a passing test logged helps nobody.
    silent: "passed-only",
  },
});
