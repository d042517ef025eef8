import { createHmac } from "node:crypto";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import {
  besideOf,
  layBeside,
  matchParityOf,
  parityOf,
  rowsLeft,
  swap,
} from "../../functions/pii-hasher/rotate/rotate-table.ts";
import type { TableColumn } from "../../functions/shared/stores/bigquery/types.ts";
import { startWarehouse, type TestWarehouse } from "../support/a-warehouse.ts";
import { bothEngines, type SmallRow, smallTable } from "../support/both-engines.ts";
import { type GoogleSql, startGoogleSql } from "../support/googlesql.ts";
import { aHashMatch, aTable } from "../unit/checks/pii-hashing/a-coverage.ts";
import { aKey } from "../unit/shared/identity/outcomes.ts";
import { opsSql } from "./ops-warehouse.ts";

/** Going over from one key to the next: what is read, by both evaluators; what is written, in the local BigQuery. */
let googleSql: GoogleSql;
let bigquery: TestWarehouse;
let warehouse: ReturnType<TestWarehouse["open"]>;
beforeAll(async () => {
  googleSql = await startGoogleSql();
  bigquery = await startWarehouse();
  warehouse = bigquery.open();
  for (const dataset of ["ops", "clean"]) await bigquery.client().createDataset(dataset, { location: "US" });
  await run(opsSql("pii_keys.sql").replaceAll("hulken.plumbline_ops", "shop.ops"));
});
afterEach(() => run("DELETE FROM ops.pii_keys WHERE TRUE"));
afterAll(async () => {
  await bigquery.close();
  await googleSql.close();
});

const run = async (query: string) => (await bigquery.client().query({ query, location: "US" }))[0];

type Rows = readonly SmallRow[];

const table = aTable();
const generations = { from: 1, to: 2 };
const hash = (of: string) => createHmac("sha256", "the first key").update(of).digest("hex");
const cleanColumns = {
  id: "INT64",
  total: "INT64",
  email_hash: "STRING",
  phone_hash: "STRING",
  _key_generation: "INT64",
} as const;
const besideColumns = {
  key_0: "STRING",
  old_0: "STRING",
  new_0: "STRING",
  old_1: "STRING",
  new_1: "STRING",
} as const;

const jane = { id: "1", email_hash: "jane", phone_hash: "001" };
const ada = { id: "2", email_hash: "ada", phone_hash: null };
const janeBeside = { key_0: "1", old_0: "jane", new_0: "JANE", old_1: "001", new_1: "OOI" };
const adaBeside = { key_0: "2", old_0: "ada", new_0: "ADA", old_1: null, new_1: null };
const janeOver = { ...jane, email_hash: "JANE", phone_hash: "OOI", _key_generation: "2" };

const clean = (rows: Rows) =>
  smallTable("clean.orders", cleanColumns, ...rows.map((row) => ({ _key_generation: "1", ...row })));
const beside = (rows: Rows, name = "orders") => smallTable(`clean.${name}__rotation`, besideColumns, ...rows);

describe("pii-hasher/rotation-rows", () => {
  test("hashes of the old key by their fact, hashed once more; who has none gets none", async () => {
    const of = { jane: hash("jane"), ada: hash("ada"), janesPhone: hash("001") };
    const rows = [
      { id: "1", email_hash: of.jane, phone_hash: of.janesPhone },
      { id: "2", email_hash: of.ada },
      { id: "3", email_hash: of.jane, _key_generation: "2" },
    ];
    const laid: Readonly<Record<string, unknown>>[] = [];
    let columns: readonly TableColumn[] = [];
    const loading = {
      ...bothEngines(googleSql, clean(rows)),
      async loadTable(
        name: string,
        given: readonly TableColumn[],
        some: AsyncIterable<Record<string, unknown>>,
      ) {
        expect(name).toBe("shop.clean.orders__rotation");
        columns = given;
        for await (const row of some) laid.push(row);
        return laid.length;
      },
    };
    const key = aKey();
    await layBeside(table, key, generations, loading);
    const rotated = (kind: "email" | "phone", old: string) => key.rehash(kind, old as never);
    const byKey = laid.toSorted((a, b) => String(a.key_0).localeCompare(String(b.key_0)));
    expect(byKey).toEqual([
      {
        key_0: "1",
        old_0: of.jane,
        new_0: rotated("email", of.jane),
        old_1: of.janesPhone,
        new_1: rotated("phone", of.janesPhone),
      },
      { key_0: "2", old_0: of.ada, new_0: rotated("email", of.ada), old_1: null, new_1: null },
    ]);
    expect(columns.map(({ name, type }) => `${name} ${type}`)).toEqual(
      Object.entries(besideColumns).map((column) => column.join(" ")),
    );
  });
});

describe("pii-hasher/rotation-parity", () => {
  const parity = (rows: Rows, pairs: Rows) =>
    parityOf(table, generations, bothEngines(googleSql, clean(rows), beside(pairs)));

  test("holds where every row has its pair: how many rows, and how many people by each column", async () => {
    const again = { ...jane, id: "3" };
    expect(await parity([jane, ada, again], [janeBeside, adaBeside, { ...janeBeside, key_0: "3" }])).toEqual({
      table: "orders",
      rows: 3,
      persons: [2, 1],
      broken: null,
    });
    expect(await parity([], [])).toMatchObject({ rows: 0, persons: [0, 0], broken: null });
  });

  test("holds half way: what has gone over is held against its new hashes", async () => {
    expect((await parity([janeOver, ada], [janeBeside, adaBeside])).broken).toBeNull();
  });

  test.each<[string, Rows, Rows, string]>([
    [
      "a row has no pair",
      [jane, ada],
      [janeBeside],
      "orders: 1 rows are beside 2; 1 rows have no pair with their own hashes",
    ],
    ["a pair has no row", [jane], [janeBeside, adaBeside], "orders: 2 rows are beside 1"],
    [
      "a row is there twice",
      [jane, jane],
      [janeBeside, janeBeside],
      "orders: 2 rows have 4 pairs: some facts are there twice",
    ],
    [
      "a hash was changed since",
      [{ ...jane, email_hash: "eve" }, ada],
      [janeBeside, adaBeside],
      "orders: 1 rows have no pair with their own hashes",
    ],
    [
      "a hash was taken away since",
      [{ ...jane, phone_hash: null }, ada],
      [janeBeside, adaBeside],
      "orders: 1 rows have no pair with their own hashes",
    ],
    [
      "a hash came since",
      [jane, { ...ada, phone_hash: "002" }],
      [janeBeside, adaBeside],
      "orders: 1 rows have no pair with their own hashes",
    ],
    [
      "what has gone over was changed since",
      [{ ...janeOver, email_hash: "eve" }, ada],
      [janeBeside, adaBeside],
      "orders: 1 rows have no pair with their own hashes",
    ],
    [
      "a row says it has gone over, and has its old hashes",
      [{ ...jane, _key_generation: "2" }, ada],
      [janeBeside, adaBeside],
      "orders: 1 rows have no pair with their own hashes",
    ],
    [
      "a row is of a third key",
      [{ ...jane, _key_generation: "3" }, ada],
      [janeBeside, adaBeside],
      "orders: 1 rows have no pair with their own hashes",
    ],
    [
      "two people would become one",
      [jane, ada],
      [janeBeside, { ...adaBeside, new_0: "JANE" }],
      "orders: there is not one new hash for each old one",
    ],
    [
      "one person would become two",
      [jane, { ...jane, id: "2" }],
      [janeBeside, { ...janeBeside, key_0: "2", new_0: "JANET" }],
      "orders: there is not one new hash for each old one",
    ],
    [
      "two people would change places in one row of them",
      [jane, ada, { ...jane, id: "3" }, { ...ada, id: "4" }],
      [
        janeBeside,
        adaBeside,
        { ...janeBeside, key_0: "3", new_0: "ADA" },
        { ...adaBeside, key_0: "4", new_0: "JANE" },
      ],
      "orders: there is not one new hash for each old one",
    ],
    [
      "a hash would get lost",
      [jane, ada, { ...jane, id: "3" }],
      [janeBeside, adaBeside, { ...janeBeside, key_0: "3", new_0: null }],
      "orders: rows without a hash are not the same",
    ],
    [
      "nobody would become somebody",
      [jane, ada],
      [janeBeside, { ...adaBeside, new_1: "OOI" }],
      "orders: rows without a hash are not the same",
    ],
  ])("is broken where %s", async (_, rows, pairs, broken) => {
    expect((await parity(rows, pairs)).broken).toBe(broken);
  });
});

describe("pii-hasher/rotation-matches", () => {
  const customers = { ...table, id: "customers", clean: { ...table.clean, table: "customers" } };
  const match = aHashMatch({
    of: { table, hash: "email_hash" },
    among: { table: customers, hash: "phone_hash" },
    unmatchedAre: null,
  });
  const matches = (own: Rows, among: Rows) =>
    matchParityOf(match, bothEngines(googleSql, beside(own), beside(among, "customers")));

  test("different people in both, before and after, each in its own column", async () => {
    const customer = { key_0: "c", old_1: "jane", new_1: "JANE" };
    expect(
      await matches([janeBeside, { ...janeBeside, key_0: "9" }, adaBeside], [customer, customer]),
    ).toEqual({
      of: "orders.email_hash",
      among: "customers.phone_hash",
      before: 1,
      after: 1,
    });
  });

  test("a person who is hashed otherwise on one side is lost, and is counted as lost", async () => {
    const others = [{ key_0: "c", old_1: "jane", new_1: "jane" }];
    expect(await matches([janeBeside], others)).toMatchObject({ before: 1, after: 0 });
    expect(await matches([adaBeside], [{ key_0: "c", old_1: null, new_1: null }])).toMatchObject({
      before: 0,
      after: 0,
    });
  });
});

describe("pii-hasher/rotation-left", () => {
  test("rows of any other key, and of none that is known", async () => {
    const rows = [jane, { ...ada, _key_generation: "2" }, { ...ada, _key_generation: null }];
    const judged = bothEngines(googleSql, clean(rows));
    expect([await rowsLeft(table, 2, judged), await rowsLeft(table, 1, judged)]).toEqual([2, 2]);
    expect(await rowsLeft(table, 2, bothEngines(googleSql, clean([])))).toBe(0);
  });
});

describe("pii-hasher/rotation-swap", () => {
  const columns = "id, total, email_hash, phone_hash, _key_generation";
  async function given(rows: string, pairs: string) {
    await run(`CREATE OR REPLACE TABLE clean.orders AS SELECT * FROM UNNEST([
      STRUCT<id INT64, total INT64, email_hash STRING, phone_hash STRING, _key_generation INT64>${rows}])`);
    await run(`CREATE OR REPLACE TABLE \`${besideOf(table)}\` AS SELECT * FROM UNNEST([
      STRUCT<key_0 STRING, old_0 STRING, new_0 STRING, old_1 STRING, new_1 STRING>${pairs}])`);
  }
  const rows = async () =>
    (await run(`SELECT ${columns} FROM clean.orders ORDER BY id`)).map((row: object) => Object.values(row));
  const before = [
    [1, 10, "jane", "001", 1],
    [2, 20, "ada", null, 1],
    [3, 30, "bob", "003", 1],
  ];
  const after = [
    [1, 10, "JANE", "OOI", 2],
    [2, 20, "ADA", null, 2],
    [3, 30, "bob", "003", 1],
  ];
  const world = () =>
    given(
      "(1, 10, 'jane', '001', 1), (2, 20, 'ada', NULL, 1), (3, 30, 'bob', '003', 1)",
      "('1', 'jane', 'JANE', '001', 'OOI'), ('2', 'ada', 'ADA', NULL, NULL), ('4', 'eve', 'EVE', NULL, NULL)",
    );

  test("all rows with a pair go over at once, hashes and key together; nothing else of them changes", async () => {
    await world();
    expect(await swap(table, generations, warehouse)).toBe(2);
    expect(await rows()).toEqual(after);
  });

  test("again, nothing is left to go over", async () => {
    await world();
    await swap(table, generations, warehouse);
    expect(await swap(table, generations, warehouse)).toBe(0);
    expect(await rows()).toEqual(after);
  });

  test("backwards it undoes itself, and what never went over stays", async () => {
    await world();
    await swap(table, generations, warehouse);
    expect(await swap(table, { from: 2, to: 1 }, warehouse)).toBe(2);
    expect(await rows()).toEqual(before);
    expect(await swap(table, { from: 2, to: 1 }, warehouse)).toBe(0);
  });
});

describe("the registry of keys", () => {
  const at = (minute: number) => new Date(Date.UTC(2026, 1, 8, 12, minute));
  const register = (generation: number, status: string, minute = 0) =>
    warehouse.execute("pii-hasher/register-key", {
      params: {
        generation,
        secret_version: `versions/${generation}`,
        fingerprint: `at ${minute}`,
        status,
        now: at(minute),
      },
    });
  const move = (generation: number, status: string, minute: number, detail: string | null = null) =>
    warehouse.execute("pii-hasher/set-key-status", {
      params: { generation, status, detail, now: at(minute) },
      types: { detail: "STRING" },
    });
  const registry = async () =>
    (
      await run(`SELECT generation, fingerprint, status, EXTRACT(MINUTE FROM registered_at) AS registered,
        EXTRACT(MINUTE FROM changed_at) AS changed, detail FROM ops.pii_keys ORDER BY generation, registered_at`)
    ).map((row: object) => Object.values(row));

  test("a generation that is there stays as it is", async () => {
    expect((await register(1, "active")).affectedRows).toBe(1);
    expect((await register(1, "building", 5)).affectedRows).toBe(0);
    expect(await registry()).toEqual([[1, "at 0", "active", 0, 0, null]]);
  });

  test("one that was undone stays in the registry, and another may take its number", async () => {
    await register(1, "active");
    await register(2, "undone", 1);
    expect((await register(2, "building", 2)).affectedRows).toBe(1);
    await move(2, "proved", 3, '{"parity":[]}');
    expect(await registry()).toEqual([
      [1, "at 0", "active", 0, 0, null],
      [2, "at 1", "undone", 1, 1, null],
      [2, "at 2", "proved", 2, 3, '{"parity":[]}'],
    ]);
  });

  test("a rotation moves on alone, and keeps what it was proved with", async () => {
    await register(1, "retired");
    await register(2, "active");
    await register(3, "building");
    await move(3, "proved", 1, "proof");
    expect((await move(3, "swapping", 2)).affectedRows).toBe(1);
    expect(await registry()).toEqual([
      [1, "at 0", "retired", 0, 0, null],
      [2, "at 0", "active", 0, 0, null],
      [3, "at 0", "swapping", 0, 2, "proof"],
    ]);
  });

  test("when a key comes to count, the one before it retires in the same statement", async () => {
    await register(1, "retired");
    await register(2, "active");
    await register(3, "swapping");
    expect((await move(3, "active", 4)).affectedRows).toBe(2);
    const over = [
      [1, "at 0", "retired", 0, 0, null],
      [2, "at 0", "retired", 0, 4, null],
      [3, "at 0", "active", 0, 4, null],
    ];
    expect(await registry()).toEqual(over);
    await move(3, "active", 4);
    expect(await registry()).toEqual(over);
  });

  test("what is undone leaves the one that counts alone", async () => {
    await register(1, "active");
    await register(2, "undoing");
    await move(2, "undone", 1);
    expect(await registry()).toEqual([
      [1, "at 0", "active", 0, 0, null],
      [2, "at 0", "undone", 0, 1, null],
    ]);
  });
});
