import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { shownQuery } from "../../../functions/reconciliation/report/query.ts";
import type { ParamType, ParamValue } from "../../../functions/shared/stores/bigquery/types.ts";
import { type MorningWorld, startMorningWorld } from "../../support/a-morning-world.ts";

/** What an analyst pastes into the console: it runs as it stands, and shows the rows that it is about. */
let world: MorningWorld;
beforeAll(async () => {
  world = await startMorningWorld();
});
afterAll(() => world.close());

const about = (value: ParamValue, type?: ParamType) => ({
  statement: "volume/evidence",
  inputs: {
    names: { dataset: "shop.data" },
    params: { table: value },
    ...(type !== undefined && { types: { table: type } }),
  },
});

const [before = "", after = ""] = shownQuery(about("here")).split("'here'");

/** What stands in the statement for a value; the rest of it is as ever. */
function written(value: ParamValue, type?: ParamType): string {
  const shown = shownQuery(about(value, type));
  expect(shown.startsWith(before) && shown.endsWith(after)).toBe(true);
  return shown.slice(before.length, shown.length - after.length);
}

async function readBack(literal: string): Promise<unknown> {
  const [rows] = await world.stack.client().query({ query: `SELECT ${literal} AS it`, location: "US" });
  const [{ it }] = rows;
  return typeof it === "object" && it !== null && "value" in it ? it.value : it;
}

describe("a value", () => {
  test.each<[string, ParamValue, ParamType | undefined, string, unknown]>([
    ["a text", "data", undefined, "'data'", "data"],
    ["a day", "2026-02-08", "DATE", "DATE '2026-02-08'", "2026-02-08"],
    [
      "an instant",
      new Date("2026-02-08T12:00:00.123Z"),
      undefined,
      "TIMESTAMP '2026-02-08T12:00:00.123Z'",
      "2026-02-08T12:00:00.123Z",
    ],
    [
      "an instant as text",
      "2026-02-08T12:00:00Z",
      "TIMESTAMP",
      "TIMESTAMP '2026-02-08T12:00:00Z'",
      "2026-02-08T12:00:00.000Z",
    ],
    ["a whole number", 42, "INT64", "42", 42],
    ["one below zero", -42, undefined, "-42", -42],
    ["a fraction", 0.5, "FLOAT64", "0.5", 0.5],
    ["yes", true, undefined, "TRUE", true],
    ["no", false, undefined, "FALSE", false],
    ["nothing", null, "STRING", "NULL", null],
  ])("%s", async (_, value, type, literal, back) => {
    expect(written(value, type)).toBe(literal);
    expect(await readBack(literal)).toEqual(back);
  });

  test("an exact decimal stays exact", async () => {
    const literal = written("12345678901234567890.123456789", "NUMERIC");
    expect(literal).toBe("NUMERIC '12345678901234567890.123456789'");
    expect(String(await readBack(`CAST(${literal} AS STRING)`))).toBe("12345678901234567890.123456789");
  });

  test("a list, of whatever its items are", async () => {
    expect(written(["2026-02-07", "2026-02-08"], ["DATE"])).toBe("[DATE '2026-02-07', DATE '2026-02-08']");
    expect(written(["it's", "b"])).toBe("['it\\'s', 'b']");
    expect(await readBack(`ARRAY_LENGTH(${written(["a", "b", "c"])})`)).toBe(3);
    expect(await readBack(`DATE '2026-02-08' IN UNNEST(${written([], ["DATE"])})`)).toBe(false);
  });

  test("a record is refused: no statement asks for one", () => {
    expect(() => written({ a: 1 })).toThrow("cannot be written as a literal");
  });
});

describe("no text ends its literal", () => {
  test.each([
    "it's",
    "'; DROP TABLE data.orders; --",
    "\\",
    "\\'",
    "\\\\' OR TRUE --",
    "ends with a backslash\\",
    "'''",
    '"',
    "`",
    "two\nlines",
    "two\r\nlines",
    "a\ttab",
    "-- a comment",
    "/* a comment */ #",
    "@table and @first_day",
    "{{table}} {{dataset}}",
    "$& $1 $` $'",
    "%s %d \\n \\x41 \\u0041",
    "žluťoučký 🐎 \u2028\u2029",
    "",
  ])("%j", async (hostile) => {
    const literal = written(hostile);
    expect(literal).not.toMatch(/[\n\r]/);
    expect(await readBack(literal)).toBe(hostile);
    // And the statement runs: it finds no table of that name.
    expect(await world.sql(shownQuery(about(hostile)))).toEqual([]);
  });
});

test("what is asked for and not given is left as it is, and nothing is invented", () => {
  const shown = shownQuery({
    statement: "volume/evidence",
    inputs: { names: { dataset: "shop.data" }, params: {} },
  });
  expect(shown).toContain("@table");
});

describe("over a shop in which everything has gone wrong", () => {
  interface Shown {
    readonly check: string;
    readonly subject: string;
    readonly status: string;
    readonly query: string | null;
  }
  let results: readonly Shown[];

  beforeAll(async () => {
    await world.morning(world.at(0));
    await world.deliver(1);
    const [yesterday, earlier] = [world.day(1, -1), world.day(1, -5)];
    for (const statement of [
      `DELETE FROM {visits} WHERE page = '/' OR day IN ('${earlier}', '${world.day(1, -7)}')`,
      `INSERT INTO {spend} SELECT arrived, NULL, day, campaign, -900 FROM {spend} WHERE day = '${yesterday}' AND ad = 'sale'`,
      `INSERT INTO {orders} SELECT * FROM {orders} WHERE id = '${yesterday}-a'`,
      `UPDATE {spend_by_country} SET spend = 1 WHERE day = '${earlier}' AND country = 'FR'`,
      `DELETE FROM {orders_copy} WHERE id = '${earlier}-b'`,
      `UPDATE {orders} SET campaign = "A stranger's" WHERE id = '${yesterday}-c'`,
      `UPDATE {fees} SET amount = 31.5, arrived = '${yesterday}T12:00:00Z' WHERE day = '${world.day(1, -6)}'`,
      "CREATE OR REPLACE VIEW {spend_clean} AS SELECT * FROM {spend} WHERE ad = 'brand'",
    ])
      await world.sql(statement);
    results = (await world.get()).json.results;
  });

  const wrong = [
    ["continuity", "visits"],
    ["required", "spend"],
    ["duplicates", "orders"],
    ["breakdown", "spend_by_country"],
    ["parity", "orders_and_copy"],
    ["campaigns", "meta"],
    ["late_changes", "fees"],
    ["raw_vs_clean", "spend_clean"],
    ["spend", "meta"],
    ["volume", "shop.data.visits"],
  ] as const;

  test.each(wrong)(
    "%s of %s: the query runs as it is shown, and has rows to show",
    async (check, subject) => {
      const result = results.find((it) => it.check === check && it.subject === subject);
      expect(result).toMatchObject({ query: expect.any(String) });
      expect(["warning", "critical"]).toContain(result?.status);
      expect(result?.query).not.toMatch(/@[a-z]|\{\{/);
      const rows = await world.stack.query(result?.query ?? "");
      expect(rows.length).toBeGreaterThan(0);
    },
  );

  test("whatever shows a query shows one that runs", async () => {
    for (const { query } of results) if (query !== null) await world.stack.query(query);
  });
});
