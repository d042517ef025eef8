import { defineConfig } from "vitest/config";

const needsAnalyzer = { globalSetup: ["test/support/global-setup.ts"] };
/** A test of many processes waits for all of them, on a machine that may be busy. */
const patient = { ...needsAnalyzer, testTimeout: 120_000, hookTimeout: 180_000 };

/** Which test goes where: test/README.md. */
const tiers = {
  unit: { isolate: false },
  sql: needsAnalyzer,
  stack: patient,
  emulators: patient,
  campaigns: patient,
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
