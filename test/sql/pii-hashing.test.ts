import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readMatches } from "../../functions/checks/hash-matches/read.ts";
import { readCoverage, readHealth, readKey } from "../../functions/checks/pii-hashing/read.ts";
import type { Coverage } from "../../functions/checks/pii-hashing/types.ts";
import type { PiiTable } from "../../functions/shared/config/types.ts";
import type { Warehouse } from "../../functions/shared/stores/bigquery/types.ts";
import type { Value } from "../../infra/local/emulators/bigquery/types.ts";
import { ago, days, hours, noon } from "../support/a-source.ts";
import { bothEngines, type SmallRow, smallTable } from "../support/both-engines.ts";
import { type GoogleSql, startGoogleSql } from "../support/googlesql.ts";
import { aHashMatch, aTable } from "../unit/checks/pii-hashing/a-coverage.ts";

/** What the proof counts, through the local BigQuery's translation and through Google's own evaluator: both alike. */
let googleSql: GoogleSql;
beforeAll(async () => {
  googleSql = await startGoogleSql();
});
afterAll(() => googleSql.close());

type Rows = readonly SmallRow[];

const hash = (of: string) => createHash("sha256").update(of).digest("hex");

const rawColumns = {
  id: "INT64",
  shop: "STRING",
  extracted_at: "TIMESTAMP",
  email: "STRING",
  phone: "STRING",
  note: "STRING",
  aliases: { kind: "ARRAY", element: { kind: "STRING" } },
} as const;
const cleanColumns = {
  id: "INT64",
  shop: "STRING",
  email_hash: "STRING",
  phone_hash: "STRING",
  _key_generation: "INT64",
  _unusable: "STRING",
} as const;

describe("pii-hashing/coverage", () => {
  async function counted(raw: Rows, clean: Rows, parts: Partial<PiiTable> = {}): Promise<Coverage> {
    const table = aTable({ erase: ["note", "aliases"], ...parts });
    const judged = bothEngines(
      googleSql,
      smallTable("raw.orders", rawColumns, ...raw.map((row) => ({ aliases: [], ...row }))),
      smallTable("clean.orders", cleanColumns, ...clean.map((row) => ({ _key_generation: "2", ...row }))),
    );
    const coverage = (await readCoverage([table], 2, judged)).get(table);
    if (coverage === undefined || coverage instanceof Error) throw coverage ?? new Error("not counted");
    return coverage;
  }
  const column = async (at: 0 | 1, raw: Rows, clean: Rows) => (await counted(raw, clean)).columns[at];

  test("versions of one fact are one fact, and a row that says no fact is none", async () => {
    const raw = [{ id: "1" }, { id: "1" }, { id: "2" }, { id: null }];
    const clean = [{ id: "1", email_hash: hash("jane") }, { id: "2" }];
    expect(await counted(raw, clean)).toMatchObject({
      rawRows: 4,
      readableRows: 0,
      cleanRows: 2,
      cleanKeys: 2,
      missingKeys: 0,
      otherGenerations: 0,
    });
  });

  test("of two tables without rows, nothing", async () => {
    const nothing = { readable: 0, hashed: 0, neverGiven: 0, unusable: 0, otherFormat: 0 };
    expect(await counted([], [])).toMatchObject({
      rawRows: 0,
      cleanRows: 0,
      missingKeys: 0,
      columns: [nothing, nothing],
    });
  });

  test("a fact of the raw table that the clean one has not is missing, once", async () => {
    expect((await counted([{ id: "1" }, { id: "2" }, { id: "2" }], [{ id: "1" }])).missingKeys).toBe(1);
    expect((await counted([{ id: "1" }], [{ id: "1" }, { id: "2" }])).missingKeys).toBe(0);
  });

  test("of a key of two columns, neither half is a fact, and the two do not run into each other", async () => {
    const { source } = aTable();
    const parts = { source: { ...source, uniqueKey: ["shop", "note"] }, erase: [] };
    const table = aTable(parts);
    const columns = { shop: "STRING", note: "STRING", email: "STRING", phone: "STRING" } as const;
    const judged = bothEngines(
      googleSql,
      smallTable(
        "raw.orders",
        columns,
        { shop: "a", note: "bc" },
        { shop: "x", note: null },
        { shop: "a", note: "d" },
      ),
      smallTable(
        "clean.orders",
        { ...cleanColumns, note: "STRING" },
        { shop: "a", note: "bc" },
        { shop: "ab", note: "c" },
      ),
    );
    expect((await readCoverage([table], 2, judged)).get(table)).toMatchObject({
      cleanRows: 2,
      cleanKeys: 2,
      missingKeys: 1,
    });
  });

  test("a fact that is there twice is one fact in two rows", async () => {
    const clean = [{ id: "1" }, { id: "1" }];
    expect(await counted([{ id: "1" }], clean)).toMatchObject({ cleanRows: 2, cleanKeys: 1 });
  });

  test("a row can be read by any of its columns, counted once, and each column by itself", async () => {
    const raw = [
      { email: "jane@x.example", phone: "+16505550142" },
      { phone: "" },
      { note: "call Jane" },
      { aliases: ["Jane"] },
      { aliases: [] },
      {},
    ];
    const { readableRows, columns } = await counted(raw, []);
    expect([readableRows, columns.map(({ readable }) => readable)]).toEqual([4, [1, 2]]);
  });

  test("a hash is 64 lower-case hexadecimal digits and nothing else", async () => {
    const jane = hash("jane");
    const clean = [
      jane,
      null,
      jane.toUpperCase(),
      jane.slice(1),
      `${jane}0`,
      `${jane}\n`,
      ` ${jane}`,
      jane.replace(/./, "g"),
      "",
      "jane@x.example",
    ].map((email_hash, at) => ({ id: String(at), email_hash }));
    expect(await column(0, [], clean)).toMatchObject({ hashed: 1, otherFormat: 8, neverGiven: 1 });
  });

  test("a row without a hash gave nothing, or what it gave is no address or number: each column by itself", async () => {
    const clean = [
      { id: "1", _unusable: null },
      { id: "2", _unusable: "email" },
      { id: "3", _unusable: "email,phone" },
      { id: "4", _unusable: "phone_2,work_email" },
      { id: "5", _unusable: "email", email_hash: hash("of a version before") },
    ];
    expect(await column(0, [], clean)).toMatchObject({ hashed: 1, neverGiven: 2, unusable: 2 });
    expect(await column(1, [], clean)).toMatchObject({ hashed: 0, neverGiven: 4, unusable: 1 });
  });

  test("rows of another key, an older or a newer one, or of none that is known", async () => {
    const clean = ["2", "1", "3", null].map((_key_generation, at) => ({ id: String(at), _key_generation }));
    expect((await counted([], clean)).otherGenerations).toBe(3);
  });

  test("several tables are one query, and each has its own counts", async () => {
    const orders = aTable();
    const customers = aTable({
      id: "customers",
      source: { ...orders.source, table: { ...orders.source.table, table: "customers" } },
      clean: { ...orders.clean, table: "customers" },
      identifiers: orders.identifiers.slice(0, 1),
    });
    let queries = 0;
    const judged = bothEngines(
      googleSql,
      smallTable("raw.orders", rawColumns, { id: "1", aliases: [] }),
      smallTable("clean.orders", cleanColumns, { id: "1", _key_generation: "2" }),
      smallTable("raw.customers", rawColumns, { id: "7", email: "x", aliases: [] }),
      smallTable("clean.customers", cleanColumns),
    );
    const counting: Warehouse = {
      ...judged,
      queryAll: (...asked) => {
        queries += 1;
        return judged.queryAll(...asked);
      },
    };
    const found = await readCoverage([orders, customers], 2, counting);
    expect(queries).toBe(1);
    expect(found.get(orders)).toMatchObject({ rawRows: 1, missingKeys: 0, readableRows: 0 });
    expect(found.get(customers)).toMatchObject({ rawRows: 1, missingKeys: 1, readableRows: 1 });
  });
});

describe("hash-matches/matches", () => {
  const [orders, customers] = [aTable(), { ...aTable(), id: "customers" }];
  const match = aHashMatch({
    of: { table: orders, hash: "email_hash" },
    among: { table: { ...customers, clean: { ...orders.clean, table: "customers" } }, hash: "phone_hash" },
    unmatchedAre: null,
  });
  async function matched(own: readonly (string | null)[], among: readonly (string | null)[]) {
    const judged = bothEngines(
      googleSql,
      smallTable("clean.orders", cleanColumns, ...own.map((email_hash) => ({ email_hash }))),
      smallTable("clean.customers", cleanColumns, ...among.map((phone_hash) => ({ phone_hash }))),
    );
    return (await readMatches([match], judged)).get(match);
  }

  test("different people, however often they come, and those among the others", async () => {
    const found = await matched(
      ["jane", "jane", "ada", "bob", "guest"],
      ["jane", "jane", "ada", "bob", "eve"],
    );
    expect(found).toEqual({ hashes: 4, matching: 3 });
  });

  test("who gave nothing is nobody, and matches nobody who gave nothing", async () => {
    expect(await matched([null, null, "ada"], [null])).toMatchObject({ hashes: 1, matching: 0 });
    expect(await matched([], ["ada"])).toMatchObject({ hashes: 0, matching: 0 });
  });
});

describe("pii-hashing/health", () => {
  const columns = {
    run_id: "STRING",
    function: "STRING",
    schedule_time: "TIMESTAMP",
    started_at: "TIMESTAMP",
    outcome: "STRING",
    summary: "STRING",
  } as const;
  const instant = (at: Date) => at.toISOString();
  let ran = 0;
  function run(age: number, parts: Readonly<Record<string, Value>> = {}) {
    const at = instant(ago(age));
    ran += 1;
    return {
      run_id: `run ${ran}`,
      function: "pii-hasher",
      schedule_time: at,
      started_at: at,
      outcome: "finished",
      summary: '{"bytes_billed":10}',
      ...parts,
    };
  }
  const health = (...runs: Rows) =>
    readHealth(bothEngines(googleSql, smallTable("ops.runs", columns, ...runs)), noon);
  const minutes = (count: number) => count * 60_000;

  test("the last hour's runs, what they billed, and the last one", async () => {
    expect(
      await health(
        run(minutes(5), { summary: '{"quiet":true,"bytes_billed":3}' }),
        run(minutes(10)),
        run(minutes(15), { outcome: "incomplete" }),
        run(hours(1)),
      ),
    ).toEqual({
      runs: 3,
      failedRuns: 1,
      quietRuns: 1,
      bytesBilled: 23,
      lastRun: ago(minutes(5)),
      lastFinished: ago(minutes(5)),
    });
  });

  test("a run that did not finish is the last one, and not the last that finished", async () => {
    expect(await health(run(0, { outcome: "incomplete" }), run(hours(3)))).toMatchObject({
      lastRun: noon,
      lastFinished: ago(hours(3)),
      runs: 1,
      failedRuns: 1,
    });
  });

  test("not another function's, none after the instant that is asked about, none of longer ago than a week", async () => {
    const nothing = {
      runs: 0,
      failedRuns: 0,
      quietRuns: 0,
      bytesBilled: 0,
      lastRun: null,
      lastFinished: null,
    };
    expect(
      await health(run(minutes(5), { function: "sync-watchdog" }), run(-1_000), run(days(7) + 1)),
    ).toEqual(nothing);
    expect(await health()).toEqual(nothing);
    expect(await health(run(days(7)))).toMatchObject({ runs: 0, lastRun: ago(days(7)) });
  });

  test("one that says nothing of itself is counted, and billed nothing", async () => {
    expect(await health(run(0, { summary: null }))).toMatchObject({ runs: 1, quietRuns: 0, bytesBilled: 0 });
  });
});

describe("pii-hashing/keys", () => {
  const columns = {
    generation: "INT64",
    secret_version: "STRING",
    fingerprint: "STRING",
    status: "STRING",
    registered_at: "TIMESTAMP",
  } as const;
  const registered = (generation: string, status: string) => ({
    generation,
    secret_version: `versions/${generation}`,
    fingerprint: `of ${generation}`,
    status,
    registered_at: "2026-02-08 12:00:00+00",
  });
  const key = (...rows: Rows) =>
    readKey(bothEngines(googleSql, smallTable("ops.pii_keys", columns, ...rows)));

  test("the one that counts: not one before it, nor one that is not in use yet or was undone", async () => {
    expect(
      await key(
        registered("1", "retired"),
        registered("2", "active"),
        registered("3", "undone"),
        registered("3", "swapping"),
      ),
    ).toEqual({ generation: 2, secretVersion: "versions/2", fingerprint: "of 2", registeredAt: noon });
  });

  test("none where none was registered, or none has come to count", async () => {
    expect(await key()).toBeNull();
    expect(await key(registered("1", "retired"))).toBeNull();
  });

  test("of two that count, which never happens, the later one", async () => {
    expect(await key(registered("1", "active"), registered("2", "active"))).toMatchObject({ generation: 2 });
  });
});
