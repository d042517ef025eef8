import { defineConfig } from "vitest/config";

/** Which test goes where: test/README.md. */
const needsAnalyzer = { globalSetup: ["test/support/global-setup.ts"] };
/** Their processes may share the cores with others. */
const startsProcesses = { ...needsAnalyzer, testTimeout: 90_000, hookTimeout: 120_000 };
const tiers = {
  unit: { isolate: false },
  sql: needsAnalyzer,
  stack: startsProcesses,
  emulators: needsAnalyzer,
  campaigns: startsProcesses,
};

export default defineConfig({
  test: {
    // Most of them wait for processes; Vitest's own choice leaves one core of two idle.
    maxWorkers: "100%",
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Functions log to standard output; what a passing test logged helps nobody.
    silent: "passed-only",
    projects: Object.entries(tiers).map(([name, options]) => ({
      extends: true as const,
      test: { name, include: [`test/${name}/**/*.test.ts`], ...options },
    })),
  },
});
