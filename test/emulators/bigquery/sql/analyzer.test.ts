import { spawn } from "node:child_process";
import { expect, test, vi } from "vitest";
import { SHARED_ANALYZER_PORT, startAnalyzer } from "../../../../infra/local/emulators/bigquery/analyzer.ts";

// About the life of a server of one's own, and not of the one that all tests share.
vi.stubEnv(SHARED_ANALYZER_PORT, undefined);

const isAlive = (pid: number | null) => {
  if (pid === null) throw new Error("the server is shared");
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

test("the analyzer's server ends with close()", async () => {
  const analyzer = await startAnalyzer();
  expect(isAlive(analyzer.pid)).toBe(true);
  await analyzer.close();
  await vi.waitFor(() => expect(isAlive(analyzer.pid)).toBe(false), { timeout: 10_000 });
});

test("the analyzer's server ends when its owner is killed without warning", async () => {
  const module = new URL("../../../../infra/local/emulators/bigquery/analyzer.ts", import.meta.url);
  const code = `import { startAnalyzer } from ${JSON.stringify(module.href)};
    const analyzer = await startAnalyzer();
    console.log(analyzer.pid);
    setInterval(() => {}, 1000);`;
  const owner = spawn(process.execPath, ["--input-type=module", "--eval", code], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const pid = await new Promise<number>((resolve) =>
    owner.stdout.once("data", (line: Buffer) => resolve(Number(line.toString()))),
  );
  expect(isAlive(pid)).toBe(true);
  owner.kill("SIGKILL");
  await vi.waitFor(() => expect(isAlive(pid)).toBe(false), { timeout: 10_000 });
});

test("a script is its statements, in order", async () => {
  const analyzer = await startAnalyzer();
  const statements = await analyzer.parseScript("DECLARE x INT64; SELECT 'ä;'; -- done\nSELECT 2;");
  expect(statements).toEqual([
    { kind: "variable_declaration", sql: "DECLARE x INT64" },
    { kind: "query_statement", sql: "SELECT 'ä;'" },
    { kind: "query_statement", sql: "SELECT 2" },
  ]);
  await analyzer.close();
});

test("the evaluator takes small tables and parameters, ARRAY of STRUCT included", async () => {
  const analyzer = await startAnalyzer();
  const answer = await analyzer.evaluate(
    "SELECT t.name, r.n FROM `p.d.t` t JOIN UNNEST(@rows) r ON r.name = t.name",
    [{ name: "p.d.t", columns: [{ name: "name", type: { kind: "STRING" } }], rows: [["a"], ["b"]] }],
    new Map([
      [
        "rows",
        {
          type: {
            kind: "ARRAY",
            element: {
              kind: "STRUCT",
              members: [
                { name: "name", type: { kind: "STRING" } },
                { name: "n", type: { kind: "INT64" } },
              ],
            },
          },
          value: [["b", "7"]],
        },
      ],
    ]),
  );
  expect(answer.rows).toEqual([["b", "7"]]);
  await analyzer.close();
});
