import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type OpsWarehouse, opsDataset, opsSql, opsStatements, startOpsWarehouse } from "./ops-warehouse.ts";

let ops: OpsWarehouse;

beforeAll(async () => {
  ops = await startOpsWarehouse();
});
afterAll(() => ops.close());

describe("the bundle's own tables", () => {
  test("there is one for each thing it remembers", async () => {
    const tables = await ops.run(
      `SELECT table_name FROM \`${opsDataset}\`.INFORMATION_SCHEMA.TABLES ORDER BY 1`,
    );
    expect(tables.map(({ table_name }) => table_name)).toEqual([
      "alert_log",
      "alert_state",
      "check_results",
      "deliveries",
      "leases",
      "pii_keys",
      "pii_searches",
      "pii_tables",
      "runs",
    ]);
  });

  test.each(opsStatements())("%s run again keeps what is in the table", async (file) => {
    const table = file.replace(".sql", "");
    const before = await ops.run(`SELECT COUNT(*) AS n FROM \`${opsDataset}.${table}\``);
    if (table === "runs") {
      await ops.run(
        `INSERT INTO \`${opsDataset}.runs\` (run_id, function, started_at, outcome) VALUES ('r', 'f', TIMESTAMP '2026-02-08 12:00:00', 'finished')`,
      );
    }
    await ops.run(opsSql(file));
    const after = await ops.run(`SELECT COUNT(*) AS n FROM \`${opsDataset}.${table}\``);
    expect(after[0]?.n).toBe(Number(before[0]?.n) + (table === "runs" ? 1 : 0));
  });

  test("every table and every column says what it is", async () => {
    for (const file of opsStatements()) {
      const [metadata] = await ops.bigquery
        .client()
        .dataset("plumbline_ops")
        .table(file.replace(".sql", ""))
        .getMetadata();
      expect(metadata.description, file).toMatch(/\w/);
      const silent = metadata.schema.fields.filter((field: { description?: string }) => !field.description);
      expect(silent, file).toEqual([]);
    }
  });

  test("the tables that grow with every tick are partitioned by day", async () => {
    const partitioned = await Promise.all(
      opsStatements().map(async (file) => {
        const [metadata] = await ops.bigquery
          .client()
          .dataset("plumbline_ops")
          .table(file.replace(".sql", ""))
          .getMetadata();
        return [file, metadata.timePartitioning?.field];
      }),
    );
    expect(partitioned).toEqual([
      ["alert_log.sql", "schedule_time"],
      ["alert_state.sql", undefined],
      ["check_results.sql", "schedule_time"],
      ["deliveries.sql", undefined],
      ["leases.sql", undefined],
      ["pii_keys.sql", undefined],
      ["pii_searches.sql", undefined],
      ["pii_tables.sql", undefined],
      ["runs.sql", "started_at"],
    ]);
  });
});
