import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Unsupported } from "../../../../infra/local/emulators/bigquery/sql/unsupported.ts";
import {
  difference,
  type GoogleSql,
  type SmallDatabase,
  startGoogleSql,
} from "../../../support/googlesql.ts";
import { EXPRESSIONS } from "./expressions.ts";

let sql: GoogleSql;
let database: SmallDatabase;

beforeAll(async () => {
  sql = await startGoogleSql();
  database = await sql.open();
});

afterAll(async () => {
  database.close();
  await sql.close();
});

const LITERAL =
  /(?<![\w'"\]])(?:(?:NUMERIC|DATE|TIMESTAMP|DATETIME|TIME|b|r|br) ?'(?:[^'\\]|\\.)*'|'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|-?\b\d+(?:\.\d+)?(?:[eE][+-]?\d+)?\b)/g;

/** The expression with some of its literals moved into the columns of a table of one row, or also one of NULLs. */
function overColumns(
  expression: string,
  moved: (index: number) => boolean,
  withNulls: boolean,
): string | null {
  const literals: string[] = [];
  let index = 0;
  const body = expression.replace(LITERAL, (literal) => {
    if (!moved(index++)) return literal;
    literals.push(literal);
    return `v${literals.length}`;
  });
  if (literals.length === 0) return null;
  const row = `SELECT 1 AS i, ${literals.map((literal, i) => `${literal} AS v${i + 1}`).join(", ")}`;
  const nulls = withNulls ? ` UNION ALL SELECT 2, ${literals.map(() => "NULL").join(", ")}` : "";
  return `SELECT i, ${body} AS x FROM (${row}${nulls}) ORDER BY i`;
}

/** All its literals in columns, then each alone: some arguments must be constant. */
function statements(expression: string): readonly string[] {
  const count = expression.match(LITERAL)?.length ?? 0;
  const choices = [() => true, ...Array.from({ length: count }, (_, i) => (index: number) => index === i)];
  const all = choices.flatMap((moved) => [true, false].map((nulls) => overColumns(expression, moved, nulls)));
  return [...new Set(all.filter((statement) => statement !== null))];
}

/** BigQuery writes no array that holds NULL; the evaluator does. */
const NULL_IN_RESULT = "Array cannot have a null element";

async function verdict(statement: string): Promise<string> {
  const [local, oracle] = await Promise.allSettled([
    database.rows(statement),
    sql.evaluateWithOracle({ sql: statement }),
  ]);
  if (local.status === "fulfilled") {
    if (oracle.status === "rejected") return `answers where Google fails: ${statement}`;
    const found = difference(local.value, oracle.value);
    return found === null ? "same" : `${found}: ${statement}`;
  }
  if (local.reason instanceof Unsupported || oracle.status === "rejected") return "same";
  const message = String(local.reason);
  return message.includes(NULL_IN_RESULT) ? "same" : `${message}: ${statement}`;
}

const WITH_LITERALS = EXPRESSIONS.filter((expression) => statements(expression).length > 0);

describe("an expression over columns means what it means to Google's evaluator, or is refused by name", () => {
  test.each(WITH_LITERALS)("%s", async (expression) => {
    for (const statement of statements(expression)) expect(await verdict(statement)).toBe("same");
  });
});

describe("a FLOAT64 column of NaN, infinities and a negative zero", () => {
  const values =
    "(SELECT s, CAST(s AS FLOAT64) AS x FROM UNNEST(['nan', 'inf', '-inf', '-0', '1', '1e20']) s)";
  test.each([
    "CAST(x AS STRING)",
    "FORMAT('%t', x)",
    "FORMAT('%.1f', x)",
    "TO_JSON_STRING(x)",
    "x = x",
    "x >= 1",
    "x IN (1, NULL)",
    "x BETWEEN NULL AND 2.0",
    "x BETWEEN 0.0 AND NULL",
    "NULLIF(x, x)",
    "CASE x WHEN x THEN 'same' WHEN 1 THEN 'one' ELSE 'other' END",
    "x <> IF(s = '1', NULL, x)",
  ])("%s", async (expression) => {
    expect(await verdict(`SELECT s, ${expression} AS x FROM ${values} ORDER BY s`)).toBe("same");
  });
});

describe("a time zone is known by its exact name", () => {
  test.each([
    ["Europe/Berlin", true],
    ["US/Pacific", true],
    ["europe/berlin", false],
    ["PST", false],
    ["Nowhere/Land", false],
  ])("%s: %s", async (name, known) => {
    const parameters = new Map([["tz", { type: { kind: "STRING" as const }, value: name }]]);
    const statement = "SELECT DATE(TIMESTAMP '2026-02-08 23:30:00+00', @tz) AS d";
    const local = () => database.rows(statement, parameters);
    const oracle = () => sql.evaluateWithOracle({ sql: statement, parameters });
    if (known) return expect(difference(await local(), await oracle())).toBeNull();
    await expect(oracle()).rejects.toThrow(`Invalid time zone: ${name}`);
    return expect(local()).rejects.toThrow(`Invalid time zone: ${name}`);
  });
});
