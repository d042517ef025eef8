import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

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

/** The longest first: all wait for a long file that begins last, on one core of two. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const order = [/\/(demo|kills|hours|crashes|terraform|module)\b/, /\/(stack|campaigns)\//, /./];
    const rank = ({ moduleId }: TestSpecification) => order.findIndex((pattern) => pattern.test(moduleId));
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b));
  }
}

export default defineConfig({
  test: {
    // Most of them wait for processes; Vitest's own choice leaves one core of two idle.
    maxWorkers: "100%",
    sequence: { sequencer: LongestFirst },
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
