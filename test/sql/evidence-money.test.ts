import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { judgeBreakdown } from "../../functions/checks/breakdown/judge.ts";
import { judgeCampaigns } from "../../functions/checks/campaigns/judge.ts";
import { judgeLateChanges } from "../../functions/checks/late-changes/judge.ts";
import { judgeParity } from "../../functions/checks/parity/judge.ts";
import type { EvidenceQuery, Result } from "../../functions/checks/result.ts";
import { judgeSpend } from "../../functions/checks/spend/judge.ts";
import type { StatsRequest } from "../../functions/checks/table-stats/types.ts";
import type { Source } from "../../functions/shared/config/types.ts";
import { renderStatement } from "../../functions/shared/stores/bigquery/statement.ts";
import type { SmallTable, TypedValue } from "../../infra/local/emulators/bigquery/analyzer.ts";
import type { ScalarKind, Value } from "../../infra/local/emulators/bigquery/types.ts";
import { aDay, aLabel, aReading, aRequest, usd } from "../support/a-money-reading.ts";
import { aPair, aPairSide } from "../support/a-pair.ts";
import { aPlatform } from "../support/a-platform.ts";
import { aBreakdown, aMoney, aSource, hours, noon } from "../support/a-source.ts";
import { type GoogleSql, startGoogleSql } from "../support/googlesql.ts";

/** Small tables → the rows behind a finding, through the local BigQuery's translation and through Google's own evaluator: both alike. */
let googleSql: GoogleSql;
beforeAll(async () => {
  googleSql = await startGoogleSql();
});
afterAll(() => googleSql.close());

type Rows = readonly (readonly Value[])[];

/** What an analyst sees who asks the question of a finding. */
async function rowsOf(result: Result, tables: readonly SmallTable[]): Promise<Rows> {
  const { query: question } = result;
  if (question === null) throw new Error(`${result.code} asks nothing`);
  const it = {
    sql: renderStatement(question.statement, question.inputs.names ?? {}),
    tables,
    parameters: new Map(Object.entries(parametersOf(question))),
  };
  const oracle = await googleSql.evaluateWithOracle(it);
  expect(await googleSql.runLocally(it)).toEqual(oracle);
  return oracle.rows;
}

/** As the types of the question say; the engines here take all values as text. */
function parametersOf({ inputs: { params = {}, types = {} } }: EvidenceQuery): Record<string, TypedValue> {
  return Object.fromEntries(
    Object.entries(params).map(([name, value]): [string, TypedValue] => {
      const type = types[name] ?? "STRING";
      if (Array.isArray(type)) {
        const element = { kind: type[0] as ScalarKind };
        return [name, { type: { kind: "ARRAY", element }, value: [...(value as string[])] }];
      }
      const text =
        value instanceof Date ? value.toISOString().replace("T", " ").replace(".000Z", "+00") : String(value);
      return [name, { type: { kind: type as ScalarKind }, value: text }];
    }),
  );
}

function table(name: string, columns: Readonly<Record<string, ScalarKind>>, rows: Rows): SmallTable {
  return { name, columns: Object.entries(columns).map(([it, kind]) => ({ name: it, type: { kind } })), rows };
}

const ads = {
  ad_id: "STRING",
  day: "DATE",
  extracted_at: "TIMESTAMP",
  spend: "STRING",
  currency: "STRING",
  campaign: "STRING",
} as const;
const early = "2026-02-01 12:00:00+00";
const late = "2026-02-07 12:00:00+00";
const ad = (
  id: string | null,
  day: string | null,
  spend: string | null,
  at: string | null = early,
  more: Value[] = [],
) => [id, day, at, spend, more[0] === undefined ? "USD" : more[0], more[1] === undefined ? "a" : more[1]];
const window = { firstDay: "2026-01-09", lastDay: "2026-02-08" };
const exact = { absolute: "0", relative: 0 };
const money = aMoney();

describe("parity/evidence", () => {
  const orders = { id: "INT64", day: "DATE", total: "NUMERIC" } as const;
  const copy = { order_id: "STRING", created: "TIMESTAMP", total: "STRING" } as const;
  const sideOf = (parts: Partial<StatsRequest>) =>
    aRequest({ arrival: null, key: ["id"], amount: { ...usd, column: "total" }, ...parts });
  const left = sideOf({ table: { project: "shop", dataset: "own", table: "orders" } });
  const right = sideOf({
    table: { project: "shop", dataset: "raw", table: "orders" },
    key: ["order_id"],
    businessDate: "created",
  });
  const side = aPairSide({ table: left.table, amount: null });
  const pair = aPair({ between: [side, side] });
  const shown = (a: Rows, b: Rows, [one, other] = [left, right]) => {
    const result = judgeParity(
      pair,
      aReading([aDay("2026-02-01", "1"), aDay("2026-02-09", "1")], { request: one }),
      aReading([aDay("2026-02-01", "2"), aDay("2026-02-09", "1")], { request: other }),
      { rows: exact, money: exact },
    );
    return rowsOf(result, [table("shop.own.orders", orders, a), table("shop.raw.orders", copy, b)]);
  };

  test("facts on one side only, on another day or with another amount; keys compared as text", async () => {
    const rows = await shown(
      [
        ["1", "2026-02-01", "10"],
        ["2", "2026-02-01", "10"],
        ["3", "2026-02-01", "10"],
        ["4", "2026-02-01", "10"],
        ["5", "2026-02-02", "10"],
        ["7", "2026-02-01", null],
        ["8", "2026-02-01", null],
      ],
      [
        ["1", "2026-02-01 10:00:00+00", "10.00"],
        ["2", "2026-02-01 10:00:00+00", "10.01"],
        ["3", "2026-02-02 00:00:00+00", "10"],
        ["6", "2026-02-01 23:59:59+00", "5"],
        ["7", "2026-02-01 10:00:00+00", "n/a"],
        ["8", "2026-02-01 10:00:00+00", "3"],
      ],
    );
    expect(rows).toEqual([
      ['["2"]', "2026-02-01", "2026-02-01", "10", "10.01"],
      ['["3"]', "2026-02-01", "2026-02-02", "10", "10"],
      ['["4"]', "2026-02-01", null, "10", null],
      ['["6"]', null, "2026-02-01", null, "5"],
      ['["8"]', "2026-02-01", "2026-02-01", null, "3"],
    ]);
  });

  test("a key that is NULL is one on both sides, and no text", async () => {
    expect(await shown([[null, "2026-02-01", "1"]], [[null, "2026-02-01 10:00:00+00", "1"]])).toEqual([]);
    expect(await shown([[null, "2026-02-01", "1"]], [["null", "2026-02-01 10:00:00+00", "1"]])).toEqual([
      ['["null"]', null, "2026-02-01", null, "1"],
      ["[null]", "2026-02-01", null, "1", null],
    ]);
  });

  test("a side's days are those of its own time zone", async () => {
    const la = { ...right, timeZone: "America/Los_Angeles" };
    const rows: [Rows, Rows] = [[["1", "2026-02-01", "1"]], [["1", "2026-02-02 07:00:00+00", "1"]]];
    expect(await shown(...rows, [left, la])).toEqual([]);
    expect(await shown(...rows)).toHaveLength(1);
  });

  test("a fact that a side has twice is there once: the version with the higher amount", async () => {
    const rows: Rows = [
      ["1", "2026-02-01", "1"],
      ["1", "2026-02-01", "2"],
    ];
    expect(await shown(rows, [["1", "2026-02-01 10:00:00+00", "2"]])).toEqual([]);
  });

  test("a hundred at most", async () => {
    const many = Array.from({ length: 120 }, (_, at) => [String(at), "2026-02-01", "1"]);
    expect(await shown(many, [])).toHaveLength(100);
  });
});

describe("breakdown/evidence", () => {
  const source = aSource({ id: "age", breakdown: aBreakdown() });
  const request = (name: string, parts: Partial<StatsRequest> = {}) =>
    aRequest({ table: { project: "shop", dataset: "ads", table: name }, ...parts });
  const shown = (base: Rows, cut: Rows, parts: Partial<StatsRequest> = {}) =>
    rowsOf(
      judgeBreakdown(
        source,
        aReading([aDay("2026-02-01", "1"), aDay("2026-02-02", "1")], { request: request("whole", parts) }),
        aReading([aDay("2026-02-01", "0"), aDay("2026-02-02", "0")], { request: request("cut", parts) }),
        exact,
        window,
      ),
      [table("shop.ads.whole", ads, base), table("shop.ads.cut", ads, cut)],
    );

  test("totals of both by day, of the latest versions, and how much the breakdown has more", async () => {
    const rows = await shown(
      [
        ad("1", "2026-02-01", "0.1"),
        ad("2", "2026-02-01", "0.2"),
        ad("1", "2026-02-01", "0.4", late),
        ad("3", "2026-02-03", "9"),
      ],
      [ad("1", "2026-02-01", "0.5"), ad("1", "2026-02-02", "1"), ad("2", "2026-02-02", "n/a")],
    );
    expect(rows).toEqual([
      ["2026-02-01", "2", "1", "0.6", "0.5", "-0.1"],
      ["2026-02-02", "0", "2", null, "1", "1"],
    ]);
  });

  test("rows that were not read are not shown, those without an arrival are", async () => {
    const from = new Date("2026-02-02T00:00:00Z");
    const base = [
      ad("1", "2026-02-01", "1"),
      ad("2", "2026-02-01", "2", late),
      ad("3", "2026-02-01", "4", null),
    ];
    expect((await shown(base, [], { from }))[0]).toEqual(["2026-02-01", "2", "0", "6", null, "-6"]);
  });

  test("without a key every row is a fact", async () => {
    const twice = [ad("1", "2026-02-01", "1"), ad("1", "2026-02-01", "1")];
    expect((await shown(twice, [], { key: [] }))[0]?.[3]).toBe("2");
    expect((await shown(twice, []))[0]?.[3]).toBe("1");
  });
});

const platform = aPlatform({
  spend: {
    ...aSource({
      table: { project: "shop", dataset: "ads", table: "insights" },
      uniqueKey: ["ad_id", "day"],
    }),
    money,
  },
  revenue: {
    ...aPlatform().revenue,
    source: {
      ...aSource({
        id: "orders",
        table: { project: "shop", dataset: "ads", table: "orders" },
        uniqueKey: ["id"],
      }),
      businessDate: "day",
    },
    is: ["Facebook", "fb"],
  },
  campaigns: { spend: { column: "campaign", jsonPath: null }, revenue: "campaign" },
});

describe("spend/evidence", () => {
  const shown = (rows: Rows, currencyColumn: string | null = null) => {
    const request = aRequest({ amount: { ...usd, currencyColumn } });
    const days = [aDay("2026-02-01", "1", { unreadable: 1 })];
    return rowsOf(judgeSpend(platform, aReading(days, { request }), window), [
      table("shop.ads.insights", ads, rows),
    ]);
  };

  test("facts that are in no sum or lower it, and why; the shape of what is no number, and not its text", async () => {
    const rows = await shown([
      ad("1", "2026-02-01", "5"),
      ad("2", "2026-02-01", "0"),
      ad("3", "2026-02-01", "-0.01"),
      ad("4", "2026-02-01", null),
      ad("5", "2026-02-01", "1.234,50 €"),
      ad("6", "2026-02-01", "jo@example.com"),
      ad("7", "2026-02-02", "n/a"),
    ]);
    expect(rows).toEqual([
      ['["4","2026-02-01"]', "2026-02-01", "no amount", null, "USD", null],
      ['["5","2026-02-01"]', "2026-02-01", "no number", null, "USD", "9.999,99 a"],
      ['["6","2026-02-01"]', "2026-02-01", "no number", null, "USD", "aaaaaaaaaa.aaa"],
      ['["3","2026-02-01"]', "2026-02-01", "below zero", "-0.01", "USD", null],
    ]);
  });

  test("rows of another currency are shown as such, those that name none too", async () => {
    const of = (id: string, spend: string, currency: string | null) =>
      ad(id, "2026-02-01", spend, early, [currency]);
    const rows = [of("1", "5", "EUR"), of("2", "5", null), of("3", "5", "USD"), of("4", "-5", "EUR")];
    expect((await shown(rows, "currency")).map((row) => [row[0], row[2], row[3], row[4]])).toEqual([
      ['["1","2026-02-01"]', "other currency", null, "EUR"],
      ['["2","2026-02-01"]', "other currency", null, null],
      ['["4","2026-02-01"]', "other currency", null, "EUR"],
    ]);
    expect((await shown(rows, "currency")).map((row) => row[5])).toEqual([null, null, null]);
    expect((await shown(rows)).map((row) => row[2])).toEqual(["below zero"]);
  });

  test("earlier versions are none", async () => {
    expect(await shown([ad("1", "2026-02-01", "n/a"), ad("1", "2026-02-01", "5", late)])).toEqual([]);
  });
});

describe("campaigns/evidence", () => {
  const orders = {
    id: "STRING",
    day: "DATE",
    extracted_at: "TIMESTAMP",
    total: "STRING",
    utm: "STRING",
    campaign: "STRING",
  } as const;
  const order = (
    id: string,
    campaign: string | null,
    total: string | null,
    day = "2026-02-01",
    utm = "FB ",
  ) => [id, day, early, total, utm, campaign];
  const shown = (ordered: Rows, names: readonly (string | null)[]) =>
    rowsOf(judgeCampaigns(platform, [aLabel("x", { clean: "1" })], [aLabel("a")], window), [
      table("shop.ads.orders", orders, ordered),
      table(
        "shop.ads.insights",
        ads,
        names.map((name, at) => ad(String(at), "2025-01-01", "1", early, ["USD", name])),
      ),
    ]);

  test("campaigns that the spend does not name, with orders and revenue, and a name that is nearly the same", async () => {
    const rows = await shown(
      [
        order("1", " a", "1"),
        order("2", "x", "0.1"),
        order("3", "x ", "0.2"),
        order("4", "Summer  sale", "5"),
        order("5", null, "7"),
        order("6", "  ", "7"),
        order("7", "other day", "7", "2026-01-08"),
        order("8", "tomorrow", "7", "2026-02-09"),
        order("9", "of others", "7", "2026-02-01", "tiktok"),
        order("10", "first", "0", "2026-01-09"),
        order("11", "unreadable", "n/a", "2026-02-08"),
      ],
      ["a", "summer sale", "Summer Sale", null, ""],
    );
    expect(rows).toEqual([
      ["Summer  sale", "1", "5", "Summer Sale"],
      ["x", "2", "0.3", null],
      ["first", "1", "0", null],
      ["unreadable", "1", null, null],
    ]);
  });

  test("one that matches is not shown, though another is nearly the same", async () => {
    expect(await shown([order("1", "a", "1")], ["a", "A"])).toEqual([]);
    expect(await shown([order("1", "a", "1")], ["A"])).toEqual([["a", "1", "1", "A"]]);
    expect(await shown([order("1", "a", "1")], [])).toEqual([["a", "1", "1", null]]);
  });

  test("an order that came twice counts once", async () => {
    expect(await shown([order("1", "x", "1"), order("1", "x", "1")], ["a"])).toEqual([["x", "1", "1", null]]);
  });
});

describe("late-changes/evidence", () => {
  const source: Source = {
    ...aSource({ uniqueKey: ["ad_id", "day"] }),
    money,
    finalAfterMs: hours(24),
  };
  const shown = (rows: Rows, parts: Partial<StatsRequest> = {}, it = source) => {
    const request = aRequest(parts);
    const result = judgeLateChanges(
      it,
      aReading([aDay("2026-02-01", "2", { whenFinal: "1" })], { request }),
      new Map([["2026-02-01", "1"]]),
      exact,
      window,
      noon,
    );
    return rowsOf(result, [table("shop.ads.insights", ads, rows)]);
  };
  const atFinal = "2026-02-03 00:00:00+00";
  const after = "2026-02-03 00:00:00.000001+00";

  test("versions of the facts that have one which came after their day was final", async () => {
    const rows = await shown([
      ad("1", "2026-02-01", "1"),
      ad("1", "2026-02-01", "2", after),
      ad("2", "2026-02-01", "1"),
      ad("2", "2026-02-01", "2", atFinal),
      ad("3", "2026-02-02", "1"),
      ad("3", "2026-02-02", "2", late),
      ad("4", "2026-02-01", "5", null),
    ]);
    expect(rows).toEqual([
      ['["1","2026-02-01"]', "2026-02-01", early, "false", "1"],
      ['["1","2026-02-01"]', "2026-02-01", after, "true", "2"],
    ]);
  });

  test("a fact that moved to another day is shown there too", async () => {
    const rows = await shown([ad("1", "2026-02-01", "1"), ad("1", "2026-01-31", "1", late)], {
      key: ["ad_id"],
    });
    expect(rows.map((row) => [row[1], row[3]])).toEqual([
      ["2026-02-01", "false"],
      ["2026-01-31", "true"],
    ]);
  });

  test("a day is final by its own time zone", async () => {
    const rows = [
      ad("1", "2026-02-01", "1", "2026-02-03 07:59:59+00"),
      ad("2", "2026-02-01", "1", "2026-02-03 08:00:01+00"),
    ];
    const found = await shown(rows, { timeZone: "America/Los_Angeles" });
    expect(found.map((row) => row[0])).toEqual(['["2","2026-02-01"]']);
  });

  test("where the loader overwrites, the rows that came late", async () => {
    const rows = await shown(
      [ad("1", "2026-02-01", "1"), ad("2", "2026-02-01", "2", late), ad("3", "2026-02-02", "2", late)],
      { key: [] },
      { ...source, uniqueKey: [] },
    );
    expect(rows).toEqual([[null, "2026-02-01", late, "true", "2"]]);
  });
});
