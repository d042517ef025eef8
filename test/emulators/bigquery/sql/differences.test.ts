import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { SmallTable } from "../../../../infra/local/emulators/bigquery/analyzer.ts";
import { arrayOf, scalar } from "../../../../infra/local/emulators/bigquery/types.ts";
import {
  difference,
  type GoogleSql,
  type SmallDatabase,
  startGoogleSql,
} from "../../../support/googlesql.ts";

let sql: GoogleSql;

beforeAll(async () => {
  sql = await startGoogleSql();
});
afterAll(() => sql.close());

const TARGET: SmallTable = {
  name: "p.d.target",
  columns: [
    { name: "id", type: scalar("INT64") },
    { name: "qty", type: scalar("INT64") },
    { name: "tags", type: arrayOf(scalar("STRING")) },
  ],
  rows: [
    ["1", "10", ["a"]],
    ["2", "20", []],
  ],
};

async function onTarget<T>(work: (database: SmallDatabase) => Promise<T>): Promise<T> {
  const database = await sql.open([TARGET]);
  try {
    return await work(database);
  } finally {
    database.close();
  }
}

const quantities = async (database: SmallDatabase) =>
  (await database.rows("SELECT id, qty FROM `p.d.target` ORDER BY id")).rows;

const TWICE = "(SELECT 1 AS id, 100 AS q UNION ALL SELECT 1, 200)";
const ONCE = "(SELECT 1 AS id, 100 AS q UNION ALL SELECT 9, 900)";
const AT_MOST_ONE = /UPDATE\/MERGE must match at most one source row for each target row/;

describe("a target row may meet one source row only, where DuckDB would take any", () => {
  const merge = (source: string, condition = "") =>
    `MERGE \`p.d.target\` t USING ${source} s ON t.id = s.id
     WHEN MATCHED ${condition} THEN UPDATE SET qty = s.q
     WHEN NOT MATCHED THEN INSERT (id, qty) VALUES (s.id, s.q)`;

  test("MERGE with two source rows for one target row fails and changes nothing", () =>
    onTarget(async (database) => {
      await expect(database.execute(merge(TWICE))).rejects.toThrow(AT_MOST_ONE);
      expect(await quantities(database)).toEqual([
        ["1", "10"],
        ["2", "20"],
      ]);
    }));

  test("MERGE with one source row for each target row updates and inserts", () =>
    onTarget(async (database) => {
      expect(await database.execute(merge(ONCE))).toBe(2);
      expect(await quantities(database)).toEqual([
        ["1", "100"],
        ["2", "20"],
        ["9", "900"],
      ]);
    }));

  test("MERGE counts only the source rows that a WHEN MATCHED clause takes", () =>
    onTarget(async (database) => {
      expect(await database.execute(merge(TWICE, "AND s.q > 150"))).toBe(1);
      expect(await quantities(database)).toContainEqual(["1", "200"]);
    }));

  test("UPDATE … FROM with two source rows for one target row fails, with one it updates", () =>
    onTarget(async (database) => {
      const update = (source: string) =>
        `UPDATE \`p.d.target\` t SET qty = s.q FROM ${source} s WHERE t.id = s.id`;
      await expect(database.execute(update(TWICE))).rejects.toThrow(AT_MOST_ONE);
      expect(await database.execute(update(ONCE))).toBe(1);
      expect(await quantities(database)).toContainEqual(["1", "100"]);
    }));
});

describe("an array of a result holds no NULL", () => {
  test("a NULL element is an error that names the field", async () => {
    const local = sql.runLocally({ sql: "SELECT [1, NULL] AS numbers" });
    await expect(local).rejects.toThrow("Array cannot have a null element; error in writing field numbers");
  });

  test("a NULL element inside a STRUCT is one too", async () => {
    const local = sql.runLocally({ sql: "SELECT STRUCT([NULL, 'x'] AS texts) AS s" });
    await expect(local).rejects.toThrow("error in writing field texts");
  });

  test("a NULL element that stays inside the query is none", async () => {
    const local = await sql.runLocally({ sql: "SELECT ARRAY_LENGTH([1, NULL]) AS n" });
    expect(local.rows).toEqual([["2"]]);
  });

  test("a NULL array is an empty one", async () => {
    const local = await sql.runLocally({ sql: "SELECT CAST(NULL AS ARRAY<INT64>) AS numbers" });
    expect(local.rows).toEqual([[[]]]);
  });

  test("a NULL element is not written to a table either", () =>
    onTarget(async (database) => {
      const insert = database.execute("INSERT `p.d.target` (id, tags) VALUES (3, ['a', NULL])");
      await expect(insert).rejects.toThrow("error in writing field tags");
    }));
});

describe("FLOAT64 that leaves the finite numbers is an error, not Infinity", () => {
  const table: SmallTable = {
    name: "p.d.floats",
    columns: [{ name: "x", type: scalar("FLOAT64") }],
    rows: [["1e308"], ["1e308"]],
  };
  test.each(["SUM(x)", "AVG(x) * 10", "STDDEV_POP(x * x)"])("%s fails", async (expression) => {
    const local = sql.runLocally({ sql: `SELECT ${expression} AS y FROM \`p.d.floats\``, tables: [table] });
    await expect(local).rejects.toThrow(/overflow|out of range/i);
  });
  test("MAX(x) does not", async () => {
    const local = await sql.runLocally({ sql: "SELECT MAX(x) AS y FROM `p.d.floats`", tables: [table] });
    expect(local.rows).toEqual([["1e+308"]]);
  });
  test("NaN sorts below every number and is the minimum", async () => {
    const rows = [["1"], ["nan"], [null], ["-5"]];
    const tables = [{ ...table, rows }];
    for (const statement of [
      "SELECT x FROM `p.d.floats` ORDER BY x",
      "SELECT MIN(x) AS x FROM `p.d.floats`",
    ]) {
      const local = await sql.runLocally({ sql: statement, tables });
      expect(difference(local, await sql.evaluateWithOracle({ sql: statement, tables }))).toBeNull();
    }
  });
});

describe("SAFE. and SAFE_CAST catch their own error and no argument's", () => {
  test("the error of an argument stays an error", async () => {
    await expect(sql.runLocally({ sql: "SELECT SAFE_CAST(CAST('x' AS INT64) AS STRING)" })).rejects.toThrow(
      /Bad int64 value: x/,
    );
  });
  test("the error of the function is NULL, argument computed", async () => {
    const local = await sql.runLocally({ sql: "SELECT SAFE.PARSE_DATE('%F', CONCAT('no', ' date')) AS d" });
    expect(local.rows).toEqual([[null]]);
  });
});

test("a group that may have taken no part is refused when it is empty, and answered when it is not", async () => {
  const extract = (text: string) =>
    sql.runLocally({ sql: `SELECT REGEXP_EXTRACT('${text}', r'(a)?b') AS x` });
  await expect(extract("b")).rejects.toThrow(
    "not supported by the local BigQuery: REGEXP_EXTRACT of an optional group",
  );
  expect((await extract("ab")).rows).toEqual([["a"]]);
});

const REFUSED: readonly (readonly [construct: string, sql: string])[] = [
  ["CAST … FORMAT", "SELECT CAST(DATE '2024-01-02' AS STRING FORMAT 'YYYY')"],
  ["statement EXECUTE IMMEDIATE", "EXECUTE IMMEDIATE 'SELECT 1'"],
  [
    "ALTER TABLE ALTER COLUMN SET DATA TYPE",
    "ALTER TABLE `p.d.target` ALTER COLUMN id SET DATA TYPE NUMERIC",
  ],
  ["SELECT AS STRUCT or AS VALUE outside a subquery", "SELECT AS VALUE 1"],
  ["STRING(timestamp, time zone)", "SELECT STRING(TIMESTAMP '2024-01-01 00:00:00+00', 'Europe/Berlin')"],
  [
    "format element %Ez",
    "SELECT FORMAT_TIMESTAMP('%Ez', TIMESTAMP '2024-01-01 00:00:00+00', 'Europe/Berlin')",
  ],
  ["format element %c", "SELECT FORMAT_DATE('%c', DATE '2024-01-01')"],
  ["type BIGNUMERIC", "SELECT BIGNUMERIC '1'"],
  ["TABLESAMPLE", "SELECT id FROM `p.d.target` TABLESAMPLE SYSTEM (10 PERCENT)"],
  ["FOR SYSTEM_TIME AS OF", "SELECT id FROM `p.d.target` FOR SYSTEM_TIME AS OF CURRENT_TIMESTAMP()"],
  ["function FARM_FINGERPRINT", "SELECT FARM_FINGERPRINT('a')"],
  ["aggregate or window function HLL_COUNT.INIT", "SELECT HLL_COUNT.INIT(id) FROM `p.d.target`"],
  ["GROUP BY ALL", "SELECT id, COUNT(*) AS n FROM `p.d.target` GROUP BY ALL"],
  ["pipe syntax", "FROM `p.d.target` |> SELECT id"],
  ["a type with parameters", "CREATE TABLE `p.d.x` (name STRING(20))"],
  ["a type with parameters", "CREATE TABLE `p.d.x` (a ARRAY<STRUCT<price NUMERIC(10, 2)>>)"],
];

describe("what is not covered is refused by name", () => {
  test.each(REFUSED)("%s", (construct, statement) =>
    onTarget(async (database) => {
      await expect(database.translated(statement)).rejects.toThrow(
        `not supported by the local BigQuery: ${construct}`,
      );
    }),
  );
});

describe("errors are BigQuery's", () => {
  test("an unknown column is named with its place", () =>
    onTarget(async (database) => {
      await expect(database.rows("SELECT\n  nope FROM `p.d.target`")).rejects.toThrow(
        "Unrecognized name: nope at [2:3]",
      );
    }));
  test("a result names each column once", () =>
    onTarget(async (database) => {
      await expect(database.rows("SELECT id, qty AS id FROM `p.d.target`")).rejects.toThrow(
        "Duplicate column names in the result are not supported. Found duplicate(s): id",
      );
    }));
});
