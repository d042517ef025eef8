import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { SmallTable, TypedValue } from "../../../../infra/local/emulators/bigquery/analyzer.ts";
import { translate } from "../../../../infra/local/emulators/bigquery/sql/translate.ts";
import { arrayOf, scalar, type Value } from "../../../../infra/local/emulators/bigquery/types.ts";
import { type GoogleSql, type SmallDatabase, startGoogleSql } from "../../../support/googlesql.ts";

let sql: GoogleSql;
let database: SmallDatabase;

beforeAll(async () => {
  sql = await startGoogleSql();
});
afterAll(() => sql.close());

const STATE: SmallTable = {
  name: "p.d.state",
  columns: [
    { name: "incident", type: scalar("STRING") },
    { name: "version", type: scalar("INT64") },
    { name: "told_at", type: scalar("TIMESTAMP") },
  ],
  rows: [["a", "1", null]],
};

const rowsOf = (values: readonly Value[]): TypedValue => ({
  type: arrayOf({
    kind: "STRUCT",
    members: [
      { name: "incident", type: scalar("STRING") },
      { name: "version", type: scalar("INT64") },
      { name: "told_at", type: scalar("TIMESTAMP") },
    ],
  }),
  value: values,
});

const MERGE = `MERGE \`p.d.state\` AS state
  USING UNNEST(@rows) AS changed ON state.incident = changed.incident
  WHEN MATCHED AND state.version = changed.version THEN
    UPDATE SET version = changed.version + 1, told_at = changed.told_at
  WHEN NOT MATCHED BY TARGET AND changed.version = 0 THEN
    INSERT (incident, version, told_at) VALUES (changed.incident, 1, changed.told_at)`;

async function withState<T>(work: () => Promise<T>): Promise<T> {
  database = await sql.open([STATE]);
  try {
    return await work();
  } finally {
    database.close();
  }
}

const state = async () => (await database.rows("SELECT * FROM `p.d.state` ORDER BY incident")).rows;

describe("compare-and-set with a MERGE from rows given as a parameter", () => {
  const AT = "2026-02-08T12:00:00.5Z";

  test("a row at the expected version changes, and an unknown one is added", () =>
    withState(async () => {
      const rows = rowsOf([
        ["a", "1", AT],
        ["b", "0", null],
      ]);
      expect(await database.execute(MERGE, new Map([["rows", rows]]))).toBe(2);
      expect(await state()).toEqual([
        ["a", "2", "2026-02-08 12:00:00.500000+00"],
        ["b", "1", null],
      ]);
    }));

  test("the same change again affects nothing", () =>
    withState(async () => {
      const parameters = new Map([["rows", rowsOf([["a", "1", AT]])]]);
      expect(await database.execute(MERGE, parameters)).toBe(1);
      expect(await database.execute(MERGE, parameters)).toBe(0);
      expect(await state()).toEqual([["a", "2", "2026-02-08 12:00:00.500000+00"]]);
    }));

  test("no rows change nothing", () =>
    withState(async () => {
      expect(await database.execute(MERGE, new Map([["rows", rowsOf([])]]))).toBe(0);
    }));
});

describe("the number of affected rows is BigQuery's", () => {
  test.each([
    ["INSERT `p.d.state` (incident, version) VALUES ('x', 1), ('y', 2)", 2],
    ["INSERT INTO `p.d.state` SELECT 'z', 1, NULL", 1],
    ["UPDATE `p.d.state` SET version = version WHERE TRUE", 1],
    ["UPDATE `p.d.state` SET version = 5 WHERE incident = 'none'", 0],
    ["DELETE FROM `p.d.state` WHERE incident = 'a'", 1],
    ["TRUNCATE TABLE `p.d.state`", 1],
  ])("%s", (statement, affected) =>
    withState(async () => {
      expect(await database.execute(statement)).toBe(affected);
    }),
  );
});

test("a table's columns may have any names, those of the translation too", async () => {
  const columns = ["c1", "c2", "c3", "c4", "c5", "s", "t"].map((name) => ({ name, type: scalar("INT64") }));
  database = await sql.open([{ name: "p.d.t", columns, rows: [["1", "2", "3", "4", "5", "6", "7"]] }]);
  const source = "(SELECT 1 AS c1, 20 AS c2 UNION ALL SELECT 8, 80)";
  await database.execute(
    `UPDATE \`p.d.t\` AS t SET c2 = s.c2, s = t.c3 FROM ${source} AS s WHERE s.c1 = t.c1 AND EXISTS (SELECT 1 FROM UNNEST([t.c4]) AS c4 WHERE c4 = t.t - 3)`,
  );
  await database.execute(
    `MERGE \`p.d.t\` AS t USING ${source} AS s ON t.c1 = s.c1
     WHEN MATCHED THEN UPDATE SET c3 = s.c2 + t.c5 WHEN NOT MATCHED THEN INSERT (c1, t) VALUES (s.c1, s.c2)`,
  );
  expect((await database.rows("SELECT * FROM `p.d.t` ORDER BY c1")).rows).toEqual([
    ["1", "20", "25", "4", "5", "3", "7"],
    ["8", null, null, null, null, null, "80"],
  ]);
  database.close();
});

test("a column left out of an INSERT, or written DEFAULT, takes its default", async () => {
  const columns = [
    { name: "id", type: scalar("INT64") },
    { name: "made", type: scalar("STRING"), defaultSql: "'by default'" },
  ];
  const tables = [{ path: ["p.d.t"], name: "p.d.t", columns }];
  const environment = {
    table: () => ({ from: "t", columns }),
    parameter: () => ({ type: scalar("INT64"), value: null }),
    now: new Date(0),
    user: "",
  };
  for (const statement of [
    "INSERT `p.d.t` (id) VALUES (1)",
    "INSERT `p.d.t` (id, made) VALUES (1, DEFAULT)",
    "MERGE `p.d.t` t USING (SELECT 1 AS id) s ON FALSE WHEN NOT MATCHED THEN INSERT (id) VALUES (s.id)",
  ]) {
    const translated = translate(await sql.analyzer.analyze(statement, tables), environment);
    expect("sql" in translated && translated.sql).toContain("'by default'");
  }
});

test("a table's definition is told in full", async () => {
  database = await sql.open();
  const translated = await database.translated(
    `CREATE TABLE IF NOT EXISTS \`p.d.t\` (
       id INT64 NOT NULL OPTIONS (description = 'Which.'),
       told_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP()
     ) PARTITION BY TIMESTAMP_TRUNC(told_at, HOUR) CLUSTER BY id
     OPTIONS (description = 'All of them.', labels = [('team', 'data')], require_partition_filter = TRUE, partition_expiration_days = 30)`,
  );
  database.close();
  expect(translated).toMatchObject({
    kind: "CREATE_TABLE",
    path: ["p.d.t"],
    mode: "IF_NOT_EXISTS",
    columns: [
      { name: "id", type: { kind: "INT64" }, required: true, description: "Which.", defaultSql: null },
      {
        name: "told_at",
        type: { kind: "TIMESTAMP" },
        required: false,
        description: null,
        defaultSql: "CURRENT_TIMESTAMP()",
      },
    ],
    partitionBy: { field: "told_at", type: "HOUR" },
    clusterBy: ["id"],
    options: {
      description: "All of them.",
      labels: [["team", "data"]],
      require_partition_filter: true,
      partition_expiration_days: 30,
    },
    from: null,
  });
});
