import { execFile } from "node:child_process";
import { describe, expect, test } from "vitest";

const script = "test/bench/run.ts";

function bench(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [script, ...args], { maxBuffer: 2 ** 26 }, (error, out, err) =>
      resolve({ code: error === null ? 0 : Number(error.code), out, err }),
    );
  });
}

/** No assertion on time: the sizes are too small for figures that mean something. */
describe("the benchmarks", () => {
  test("every section runs and prints figures", { timeout: 600_000 }, async () => {
    const { names } = await import("../bench/sections.ts");
    const { code, out, err } = await bench("--quick");
    expect(err).not.toContain("failed");
    expect(code, err).toBe(0);
    const printed = out.split(/^## /m).slice(1);
    expect(printed.map((text) => text.split("\n")[0])).toEqual(names);
    for (const text of printed) {
      const [, rows = ""] = text.split(/^ {2}-[- ]+$/m);
      expect(rows, text).toMatch(/\d/);
      expect(rows, text).not.toMatch(/\bNaN\b|undefined|Infinity/);
    }
  });

  test("a name that is no section is refused, with the names there are", { timeout: 60_000 }, async () => {
    const { code, err } = await bench("--quick", "nothing");
    expect(code).toBe(2);
    expect(err).toContain("cold-start");
  });
});
