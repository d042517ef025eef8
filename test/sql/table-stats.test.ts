import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readTableStats } from "../../functions/checks/table-stats/read.ts";
import type { StatsRequest, TableStats } from "../../functions/checks/table-stats/types.ts";
import { WarehouseError } from "../../functions/shared/stores/bigquery/error.ts";
import { renderStatement } from "../../functions/shared/stores/bigquery/statement.ts";
import type { TypedValue } from "../../infra/local/emulators/bigquery/analyzer.ts";
import { aRequest } from "../support/a-table-reading.ts";
import { bothEngines, smallTable } from "../support/both-engines.ts";
import { difference, type GoogleSql, startGoogleSql } from "../support/googlesql.ts";

/** Small tables → readings, through the local BigQuery's translation and through Google's own evaluator: both alike. */
let googleSql: GoogleSql;
beforeAll(async () => {
  googleSql = await startGoogleSql();
});
afterAll(() => googleSql.close());

const noon = new Date("2026-02-08T12:00:00Z");
const window = { firstDay: "2026-02-05", lastDay: "2026-02-08" };
const columns = {
  raw_id: "STRING",
  extracted_at: "TIMESTAMP",
  ad_id: "STRING",
  campaign_id: "STRING",
  day: "DATE",
  spend: "STRING",
  currency: "STRING",
  source: "STRING",
} as const;
type SmallRow = Partial<Record<keyof typeof columns, string | null>>;

/** "05 06": the fifth at six. */
const at = (when: string) => `2026-02-${when}:00:00+00`;
const row = (
  ad: string | null,
  day: string | null,
  spend: string | null,
  parts: SmallRow = {},
): SmallRow => ({
  raw_id: "r",
  extracted_at: at("08 06"),
  ad_id: ad,
  campaign_id: "c",
  day: day === null ? null : `2026-02-${day}`,
  spend,
  currency: "USD",
  ...parts,
});

async function read(
  rows: readonly SmallRow[],
  parts: Partial<StatsRequest> = {},
  { now = noon, seenUntil = noon, knownUntil = noon } = {},
): Promise<TableStats> {
  const request = aRequest(parts);
  const warehouse = bothEngines(googleSql, smallTable("ads.insights", columns, ...rows));
  const asked = [{ request, columns: [], window }];
  const answer = (await readTableStats(asked, warehouse, { now, seenUntil, knownUntil })).get(request);
  if (answer === undefined || answer instanceof WarehouseError) throw answer ?? new Error("no answer");
  return answer;
}

/** Day, rows, facts, raw and clean sums. */
const shown = ({ days }: TableStats) =>
  days.map(({ day, rows, facts, raw, clean }) => [day?.slice(8) ?? null, rows, facts, raw, clean]);

describe("table-stats/table", () => {
  test("the latest version of a fact counts, once; all rows are the raw sum", async () => {
    const rows = [
      row("a", "06", "1", { extracted_at: at("07 06") }),
      row("a", "06", "3"),
      row("b", "06", "10"),
      row("a", "07", "100"),
    ];
    expect(shown(await read(rows))).toEqual([
      ["06", 3, 2, "14", "13"],
      ["07", 1, 1, "100", "100"],
    ]);
    expect(shown(await read(rows, { key: [], tieBreak: [] }))).toEqual([
      ["06", 3, 3, "14", "14"],
      ["07", 1, 1, "100", "100"],
    ]);
  });

  test("of two that arrived in the same instant, the tie-break says which", async () => {
    const rows = [row("a", "06", "1", { raw_id: "y" }), row("a", "06", "9", { raw_id: "x" })];
    expect(shown(await read(rows))).toEqual([["06", 2, 1, "10", "1"]]);
    expect(shown(await read(rows, { tieBreak: [] }))).toEqual([["06", 2, 1, "10", "9"]]);
  });

  test("days before the window are one; all are told apart where whole days are asked for", async () => {
    const rows = [row("a", "01", "1"), row("a", "02", "2"), row("a", "05", "4"), row("a", null, "8")];
    const it = await read(rows);
    expect(shown(it)).toEqual([
      [null, 1, 1, "8", "8"],
      ["05", 1, 1, "4", "4"],
    ]);
    expect(it.before).toMatchObject({ rows: 2, facts: 2, raw: "3", clean: "3" });
    const whole = await read(rows, { wholeDays: true });
    expect(shown(whole).map(([day]) => day)).toEqual([null, "01", "02", "05"]);
    expect(whole.before).toMatchObject({ rows: 0, raw: null });
  });

  test("amounts that are none, are not there or are in another currency are counted and in no sum", async () => {
    const amount = { column: "spend", jsonPath: null, currency: "USD", currencyColumn: "currency" };
    const rows = [
      row("a", "06", "1.25"),
      row("b", "06", "one"),
      row("c", "06", null),
      row("d", "06", "7", { currency: "EUR" }),
      row("e", "06", "7", { currency: null }),
    ];
    expect((await read(rows, { amount })).days).toMatchObject([
      { facts: 5, clean: "1.25", unreadable: 1, withoutAmount: 1, foreign: 2 },
    ]);
  });

  test("facts in which a required column is NULL, column by column", async () => {
    const rows = [
      row("a", "06", "1", { campaign_id: null }),
      row(null, "06", "1", { campaign_id: null }),
      row("b", "06", "1", { campaign_id: null, extracted_at: at("07 06") }),
      row("b", "06", "1"),
    ];
    expect((await read(rows)).days).toMatchObject([{ facts: 3, nulls: [1, 2] }]);
  });

  test("what was known of a day when it became final; of one that was not delivered whole, nothing", async () => {
    const rows = [
      row("a", "05", "1", { extracted_at: at("06 06") }),
      row("a", "05", "5", { extracted_at: at("08 06") }),
      row("a", "06", "2", { extracted_at: at("06 12") }),
      row("a", "07", "3", { extracted_at: at("08 06") }),
    ];
    const { days } = await read(rows, { finalAfterMs: 86_400_000 });
    expect(days.map(({ clean, whenFinal }) => [clean, whenFinal])).toEqual([
      ["5", "1"],
      ["2", null],
      ["3", null],
    ]);
  });

  test("rows that arrive later than is seen are in no figure; those of the future are counted", async () => {
    const rows = [row("a", "06", "1"), row("a", "06", "2", { extracted_at: at("08 13") })];
    expect(await read(rows)).toMatchObject({
      days: [{ rows: 1, clean: "1" }],
      newestArrival: new Date("2026-02-08T06:00:00Z"),
      newestDay: "2026-02-06",
      arrivalsInFuture: 1,
      farthestArrival: new Date("2026-02-08T13:00:00Z"),
    });
    const soon = new Date("2026-02-08T13:00:00Z");
    expect(await read(rows, {}, { now: noon, seenUntil: soon, knownUntil: soon })).toMatchObject({
      days: [{ rows: 2, clean: "2" }],
      arrivalsInFuture: 0,
    });
  });

  test("a day in the future is not the newest one", async () => {
    expect((await read([row("a", "07", "1"), row("a", "09", "1")])).newestDay).toBe("2026-02-07");
  });

  test("rows that arrived before a bound are not read; one without an arrival has always been there", async () => {
    const rows = [
      row("a", "06", "1", { extracted_at: at("03 06") }),
      row("b", "06", "2", { extracted_at: at("04 00") }),
      row("c", "06", "4", { extracted_at: null }),
    ];
    expect(shown(await read(rows, { from: new Date("2026-02-04T00:00:00Z") }))).toEqual([
      ["06", 2, 2, "6", "6"],
    ]);
  });

  test("facts are told apart by who brought them and by campaign", async () => {
    const labels = {
      platforms: {
        column: "source",
        is: [
          { platform: "facebook", values: ["Facebook", "fb"] },
          { platform: "tiktok", values: ["tiktok"] },
        ],
      },
      campaign: { column: "campaign_id", jsonPath: null },
    };
    const rows = [
      row("a", "06", "1", { source: " FB " }),
      row("b", "06", "2", { source: "facebook", campaign_id: "d" }),
      row("c", "06", "4", { source: "tiktok" }),
      row("d", "06", "8", { source: "mail" }),
      row("e", "06", "16"),
    ];
    const it = await read(rows, { labels });
    const found = it.labels.map(({ platform, campaign, clean }) => [platform, campaign, clean]);
    expect(found).toHaveLength(4);
    expect(found).toEqual(
      expect.arrayContaining([
        ["facebook", "c", "1"],
        ["facebook", "d", "2"],
        ["tiktok", "c", "4"],
        [null, "c", "24"],
      ]),
    );
    expect(shown(it)).toEqual([["06", 5, 5, "31", "31"]]);
  });

  test("the same keys have the same checksum, in whatever order and however often; others have another", async () => {
    const sumOf = async (...ads: string[]) =>
      (
        await read(
          ads.map((ad) => row(ad, "06", "1")),
          { wholeDays: true },
        )
      ).days[0]?.checksum;
    const two = await sumOf("a", "b");
    expect(two).toMatch(/^\d+$/);
    expect(await sumOf("b", "a", "b")).toBe(two);
    expect(await sumOf("a", "c")).not.toBe(two);
    expect((await read([row("a", "06", "1")])).days[0]?.checksum).toBeNull();
  });

  test("a table without rows answers nothing, and that is known", async () => {
    expect(await read([])).toMatchObject({
      days: [],
      newestArrival: null,
      newestDay: null,
      arrivalsInFuture: 0,
    });
  });
});

describe("table-stats/datasets", () => {
  test("every table and view with its size, and the columns in order of those that are asked for", async () => {
    const listed = (id: string, kind: string, modified: string) => ({
      table_id: id,
      creation_time: String(Date.parse("2026-02-01T00:00:00Z")),
      last_modified_time: String(Date.parse(modified)),
      row_count: "5",
      size_bytes: "100",
      type: kind,
    });
    const kept = smallTable(
      "ads.__TABLES__",
      {
        table_id: "STRING",
        creation_time: "INT64",
        last_modified_time: "INT64",
        row_count: "INT64",
        size_bytes: "INT64",
        type: "INT64",
      },
      listed("orders", "1", "2026-02-08T11:00:00Z"),
      listed("clean", "2", "2026-02-07T11:00:00Z"),
    );
    const described = (table: string, column: string, place: string, type = "STRING") => ({
      table_name: table,
      column_name: column,
      data_type: type,
      ordinal_position: place,
    });
    const schema = smallTable(
      "ads.INFORMATION_SCHEMA.COLUMNS",
      { table_name: "STRING", column_name: "STRING", data_type: "STRING", ordinal_position: "INT64" },
      described("orders", "total", "2", "NUMERIC"),
      described("orders", "id", "1"),
      described("clean", "id", "1"),
    );
    const it = {
      sql: renderStatement("table-stats/datasets", { dataset: "shop.ads" }),
      tables: [kept, schema],
      parameters: new Map<string, TypedValue>([
        ["tables", { type: { kind: "ARRAY", element: { kind: "STRING" } }, value: ["orders", "gone"] }],
      ]),
    };
    const oracle = await googleSql.evaluateWithOracle(it);
    expect(difference(await googleSql.runLocally(it), oracle)).toBeNull();
    const created = "2026-02-01 00:00:00+00";
    expect(oracle.rows).toEqual([
      ["clean", created, "2026-02-07 11:00:00+00", "5", "100", "2", null],
      [
        "orders",
        created,
        "2026-02-08 11:00:00+00",
        "5",
        "100",
        "1",
        [
          ["id", "STRING"],
          ["total", "NUMERIC"],
        ],
      ],
    ]);
  });
});
