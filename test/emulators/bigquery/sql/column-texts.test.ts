import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { SmallTable } from "../../../../infra/local/emulators/bigquery/analyzer.ts";
import { scalar } from "../../../../infra/local/emulators/bigquery/types.ts";
import { type GoogleSql, type SmallDatabase, startGoogleSql } from "../../../support/googlesql.ts";
import { COLUMN_TEXTS } from "./column-texts.ts";

const TABLE: SmallTable = {
  name: "p.d.texts",
  columns: [
    { name: "i", type: scalar("INT64") },
    { name: "c", type: scalar("STRING") },
  ],
  rows: [...COLUMN_TEXTS, null].map((text, i) => [String(i), text]),
};

let sql: GoogleSql;
let database: SmallDatabase;

beforeAll(async () => {
  sql = await startGoogleSql();
  database = await sql.open([TABLE]);
});
afterAll(async () => {
  database.close();
  await sql.close();
});

const KINDS = ["TIMESTAMP", "DATETIME", "DATE", "TIME", "NUMERIC", "INT64", "FLOAT64", "BOOL"];
const EXPRESSIONS = [
  ...KINDS.map((kind) => `SAFE_CAST(c AS ${kind})`),
  ...["TIMESTAMP(c)", "TIMESTAMP(c, 'Europe/Berlin')", "DATETIME(c)", "DATE(c)", "PARSE_NUMERIC(c)"].map(
    (call) => `SAFE.${call}`,
  ),
];

describe("a text in a column is the value that Google's evaluator reads, or none where it reads none", () => {
  test.each(EXPRESSIONS)("%s", async (expression) => {
    const statement = `SELECT ${expression} AS x FROM \`p.d.texts\` ORDER BY i`;
    const local = await database.rows(statement);
    const oracle = await sql.evaluateWithOracle({ sql: statement, tables: [TABLE] });
    const valuesOf = ({ rows }: typeof local) => COLUMN_TEXTS.map((text, i) => [text, rows[i]?.[0]]);
    expect(oracle.rows.some(([value]) => value !== null)).toBe(true);
    expect(valuesOf(local)).toEqual(valuesOf(oracle));
  });

  test.each(KINDS)("without SAFE, CAST AS %s refuses what SAFE_CAST makes NULL", async (kind) => {
    const refused = `SELECT i FROM \`p.d.texts\` WHERE c IS NOT NULL AND SAFE_CAST(c AS ${kind}) IS NULL`;
    const { rows } = await database.rows(refused);
    expect(rows.length).toBeGreaterThan(0);
    for (const [i] of rows.filter((_, nth) => nth % 8 === 0)) {
      const one = database.rows(`SELECT CAST(c AS ${kind}) AS x FROM \`p.d.texts\` WHERE i = ${i}`);
      await expect(one, String(COLUMN_TEXTS[Number(i)])).rejects.toThrow();
    }
  });
});

test("what fails in two SAFE expressions of one statement is NULL in both", async () => {
  const statement =
    "SELECT SAFE.TIMESTAMP(c) AS a, SAFE.DATE(c) AS b, SAFE_CAST(c AS INT64) AS d, SAFE_ADD(SAFE_CAST(c AS INT64), 1) AS e, JSON_QUERY(c, '$.a') AS f FROM `p.d.texts` WHERE c = '++1'";
  expect((await database.rows(statement)).rows).toEqual([[null, null, null, null, null]]);
});
