import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { hashRow, type ReadRow } from "../../functions/pii-hasher/hash/hash-row.ts";
import { readRegistry } from "../../functions/pii-hasher/tables/keys.ts";
import {
  noProgress,
  readProgress,
  saveProgress,
  wholeFunction,
} from "../../functions/pii-hasher/tables/progress.ts";
import {
  arrivedSince,
  emptyNames,
  hasKey,
  inPortion,
  isErasable,
  keptColumns,
  keptSince,
  readable,
  sameKey,
  staged,
  targetNames,
  texts,
  unseen,
} from "../../functions/pii-hasher/tables/sql-fragments.ts";
import type { Progress } from "../../functions/pii-hasher/tables/types.ts";
import { keyChain } from "../../functions/shared/identity/key-chain.ts";
import { withLease } from "../../functions/shared/runs/lease.ts";
import { Fragment } from "../../functions/shared/stores/bigquery/fragment.ts";
import { renderStatement } from "../../functions/shared/stores/bigquery/statement.ts";
import type { TypedValue } from "../../infra/local/emulators/bigquery/analyzer.ts";
import type { GoogleType, Value } from "../../infra/local/emulators/bigquery/types.ts";
import { bothEngines, smallTable } from "../support/both-engines.ts";
import { type GoogleSql, startGoogleSql } from "../support/googlesql.ts";
import { aLayout, aRaw, column, hoursAgo, noon, rawColumns, settled } from "../unit/pii-hasher/a-table.ts";
import { aKey } from "../unit/shared/identity/outcomes.ts";
import { type OpsWarehouse, opsDataset, startOpsWarehouse } from "./ops-warehouse.ts";

/** What is read, by the local BigQuery's translation and Google's own evaluator alike; what is written, by the former. */
let googleSql: GoogleSql;
let ops: OpsWarehouse;
beforeAll(async () => {
  googleSql = await startGoogleSql();
  ops = await startOpsWarehouse();
});
afterEach(() => ops.empty("pii_tables", "pii_keys", "leases"));
afterAll(async () => {
  await ops.close();
  await googleSql.close();
});

type Row = Readonly<Record<string, Value>>;

const layout = aLayout(
  ["erase: [note, aliases]"],
  aRaw({ columns: [...rawColumns, column("note"), column("aliases", "STRING", true)] }),
);
const listOf = (element: GoogleType): GoogleType => ({ kind: "ARRAY", element });
const rawTypes = {
  id: "INT64",
  extracted_at: "TIMESTAMP",
  email: "STRING",
  phone: "STRING",
  country: "STRING",
  total: "NUMERIC",
  note: "STRING",
  aliases: listOf({ kind: "STRING" }),
} as const;
const cleanTypes = {
  id: "INT64",
  extracted_at: "TIMESTAMP",
  country: "STRING",
  total: "NUMERIC",
  email_hash: "STRING",
  phone_hash: "STRING",
  _raw_arrived_at: "TIMESTAMP",
  _hashed_at: "TIMESTAMP",
  _key_generation: "INT64",
  _unusable: "STRING",
} as const;
const stagedTypes = {
  key_0: "STRING",
  arrived: "TIMESTAMP",
  salt: "STRING",
  digest: "STRING",
  unusable: "STRING",
  hash_0: "STRING",
  kept_0: "BOOL",
  hash_1: "STRING",
  kept_1: "BOOL",
} as const;

const at = (hour: number) =>
  `2026-02-0${hour < 0 ? 6 : 8} ${String((hour + 48) % 24).padStart(2, "0")}:00:00+00`;
const raw = (...rows: readonly Row[]) =>
  smallTable("raw.orders", rawTypes, ...rows.map((row) => ({ aliases: [], ...row })));
const clean = (...rows: readonly Row[]) => smallTable("clean.orders", cleanTypes, ...rows);

const chain = keyChain([aKey()]);
/** As the function stages what it has read. */
function stagedOf(...rows: readonly Row[]) {
  const recipe = {
    chain,
    identifiers: layout.table.identifiers,
    country: "US",
    erasesUnusable: false,
    uploads: null,
    salt: "salt",
  };
  const cells = rows.map((row) => {
    const text = (name: string) => (row[name] === undefined || row[name] === null ? null : String(row[name]));
    const read: ReadRow = {
      key: [text("id")],
      arrived: text("extracted_at") ?? "1970-01-01 00:00:00+00",
      values: [text("email"), text("phone")],
      countries: [text("country")],
      isErasable: text("note") !== null,
      isStored: false,
    };
    const { staged: out } = hashRow(read, recipe);
    return Object.fromEntries(
      Object.entries(out ?? {}).map(([name, cell]) => [
        name,
        typeof cell === "boolean" ? String(cell) : cell,
      ]),
    );
  });
  return smallTable("raw.plumbline_staged_orders", stagedTypes, ...cells);
}
const emailHash = (email: string) => hashesOf({ email }).email_hash;
function hashesOf(row: Row) {
  const [cells] = stagedOf({ id: "1", ...row }).rows;
  const names = Object.keys(stagedTypes);
  return {
    email_hash: cells?.[names.indexOf("hash_0")] ?? null,
    phone_hash: cells?.[names.indexOf("hash_1")] ?? null,
  };
}

const instant = (value: string): TypedValue => ({ type: { kind: "TIMESTAMP" }, value });
const whole = { arrived: { from: new Date("2020-01-01"), until: new Date("2030-01-01") }, rows: 1 };
const { piece: portion } = inPortion(layout, whole);
const ofPortion = { first_arrival: whole.arrived.from, last_arrival: whole.arrived.until };
const judges = (...tables: ReturnType<typeof raw>[]) => bothEngines(googleSql, ...tables);

const shared = {
  raw: layout.raw,
  clean: layout.clean,
  arrival: layout.arrival,
  readable: readable(layout),
  unseen: unseen(layout),
  kept_key: sameKey(layout, "kept", "raw"),
  kept_columns: keptColumns(layout),
};
const nobody = { id: "1", extracted_at: at(6) };
const jane = { ...nobody, email: "jane@x.example" };

describe("pii-hasher/readable", () => {
  test("rows of which anything can be read: an address, a number, a note or a list of names", async () => {
    const table = raw(jane, { phone: "1" }, { note: "n" }, { aliases: ["J"] }, nobody, {
      ...nobody,
      country: "US",
    });
    const counted = await judges(table).queryAll("pii-hasher/readable", [
      { names: { raw: layout.raw, readable: readable(layout) } },
    ]);
    expect(counted).toEqual([{ n: 0, readable_rows: 4 }]);
  });
});

describe("pii-hasher/portions", () => {
  const portions = (
    raws: readonly Row[],
    cleans: readonly Row[],
    rowsPerPortion = 2,
    since: Date | null = null,
    isBounded = true,
  ) =>
    judges(raw(...raws), clean(...cleans)).query("pii-hasher/portions", {
      names: {
        ...shared,
        kept_since: keptSince(since === null || !isBounded ? null : "since"),
        bounds: isBounded ? arrivedSince(layout, since) : Fragment.always,
        recent: arrivedSince(layout, since),
      },
      params: { rows_per_portion: rowsPerPortion, ...(since !== null && { since }) },
    });
  const shown = async (...args: Parameters<typeof portions>) =>
    (await portions(...args)).map(
      ({ first_arrival: first, last_arrival: last, row_count, readable_rows }) => {
        const hourOf = (it: unknown) =>
          it === null ? null : (it as { readonly value: string }).value.slice(8, 13);
        return [hourOf(first), hourOf(last), row_count, readable_rows];
      },
    );
  const four = [6, 7, 8, 9].map((hour, n) => ({ ...jane, id: String(n), extracted_at: at(hour) }));

  test("the oldest first, so many rows each; those of one instant are never torn apart", async () => {
    expect(await shown(four, [])).toEqual([
      ["08 06", "08 07", 2, 2],
      ["08 08", "08 09", 2, 2],
    ]);
    const three = [7, 7, 7].map((hour, n) => ({ ...jane, id: `1${n}`, extracted_at: at(hour) }));
    expect(await shown([...three, ...four], [])).toEqual([
      ["08 06", "08 06", 1, 1],
      ["08 07", "08 08", 5, 5],
      ["08 09", "08 09", 1, 1],
    ]);
  });

  test("rows without an arrival are a portion of their own", async () => {
    expect(await shown([{ ...jane, extracted_at: null }, four[0] ?? {}], [])).toEqual([
      [null, null, 1, 1],
      ["08 06", "08 06", 1, 1],
    ]);
  });

  test("what has nothing to read is in one until the clean table has it, or a later version; what can be read, until it is emptied", async () => {
    const kept = { id: "1", _raw_arrived_at: at(6) };
    expect(await shown([nobody], [])).toEqual([["08 06", "08 06", 1, 0]]);
    expect(await shown([nobody], [kept])).toEqual([]);
    expect(await shown([nobody], [{ ...kept, _raw_arrived_at: at(7) }])).toEqual([]);
    expect(await shown([nobody], [{ ...kept, _raw_arrived_at: null }])).toHaveLength(1);
    expect(await shown([{ ...nobody, extracted_at: at(7) }], [kept])).toHaveLength(1);
    expect(await shown([{ ...nobody, id: null }], [])).toEqual([]);
    expect(await shown([jane], [kept])).toEqual([["08 06", "08 06", 1, 1]]);
  });

  test("of late: an older row with nothing to read does not come back, and one that can be read is found without bounds", async () => {
    const since = new Date("2026-02-08T05:00:00Z");
    const late = { ...jane, id: "2", extracted_at: at(-40) };
    const rows = [nobody, { ...nobody, id: "3", extracted_at: at(-40) }, late];
    expect(await shown(rows, [], 10, since)).toEqual([["08 06", "08 06", 1, 0]]);
    expect(await shown(rows, [], 10, since, false)).toEqual([["06 08", "08 06", 2, 1]]);
  });
});

describe("pii-hasher/rows", () => {
  async function rows(raws: readonly Row[], cleans: readonly Row[] = [], since: Date | null = null) {
    const pages = judges(raw(...raws), clean(...cleans)).pages(
      "pii-hasher/rows",
      {
        names: {
          ...shared,
          texts: texts(layout),
          has_key: hasKey(layout),
          erasable: isErasable(layout),
          recent: arrivedSince(layout, since),
          kept_since: keptSince("first_arrival"),
          portion,
        },
        params: { ...ofPortion, ...(since !== null && { since }) },
      },
      10,
    );
    for await (const page of pages) return page;
    return [];
  }

  test("what tells them apart and what is to be hashed, as texts, and whether the clean table has it", async () => {
    expect(
      await rows([{ ...jane, phone: "1", country: "DE", extracted_at: "2026-02-08 06:00:00.123456+00" }]),
    ).toEqual([
      {
        key_0: "1",
        value_0: "jane@x.example",
        value_1: "1",
        country_0: "DE",
        arrived: "2026-02-08 06:00:00.123456+00",
        has_key: true,
        is_erasable: false,
        is_stored: false,
      },
    ]);
  });

  test("of one instant or later is stored; an older version, and one without an arrival, are not", async () => {
    const stored = async (arrived: string | null) =>
      (await rows([jane], [{ id: "1", _raw_arrived_at: arrived }]))[0]?.is_stored;
    expect([await stored(at(6)), await stored(at(7)), await stored(at(5)), await stored(null)]).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  test("a note or a list can be erased; without a key nothing is stored", async () => {
    expect(await rows([{ ...nobody, note: "n" }])).toMatchObject([{ is_erasable: true, has_key: true }]);
    expect(await rows([{ ...nobody, aliases: ["J"] }])).toMatchObject([{ is_erasable: true }]);
    expect(await rows([{ ...jane, id: null }])).toMatchObject([
      { key_0: null, has_key: false, is_erasable: false },
    ]);
  });

  test("none that is stored and has nothing to read, nor one of long ago", async () => {
    expect(await rows([nobody], [{ id: "1", _raw_arrived_at: at(6) }])).toEqual([]);
    expect(await rows([nobody], [], new Date("2026-02-08T07:00:00Z"))).toEqual([]);
  });
});

/** What a statement makes of three tables. */
async function written(
  statement: string,
  raws: readonly Row[],
  cleans: readonly Row[],
  read: readonly Row[],
  bounds: { readonly arrivedBefore?: string; readonly hashedBefore?: string } = {},
) {
  const database = await googleSql.open([raw(...raws), clean(...cleans), stagedOf(...read)]);
  const { identifiers } = layout.table;
  const target = {
    name: layout.clean,
    copied: layout.copied,
    hashes: identifiers.map(({ hash }, nth) => ({ column: hash, staged: staged.hash(nth) })),
  };
  const names = statement.endsWith("empty-rows")
    ? emptyNames(layout, portion, "first_arrival")
    : targetNames(layout, target, portion);
  const never = "9999-12-31 00:00:00+00";
  const parameters = new Map<string, TypedValue>([
    ["first_arrival", instant("2020-01-01 00:00:00+00")],
    ["last_arrival", instant("2030-01-01 00:00:00+00")],
    ["now", instant(at(12))],
    ["generation", { type: { kind: "INT64" }, value: "1" }],
    ["arrived_before", instant(bounds.arrivedBefore ?? never)],
    ["hashed_before", instant(bounds.hashedBefore ?? never)],
  ]);
  const used = new Map(
    [...parameters].filter(([name]) => renderStatement(statement, names).includes(`@${name}`)),
  );
  try {
    const affected = await database.execute(renderStatement(statement, names), used);
    const cellsOf = async (sql: string) => {
      const { columns, rows } = await database.rows(sql);
      return rows.map((row) => Object.fromEntries(columns.map(({ name }, nth) => [name, row[nth] ?? null])));
    };
    return {
      affected,
      clean: await cellsOf("SELECT * FROM `shop.clean.orders` ORDER BY id, email_hash"),
      raw: await cellsOf("SELECT * FROM `shop.raw.orders` ORDER BY id, extracted_at, email"),
    };
  } finally {
    database.close();
  }
}

const later = { ...jane, extracted_at: at(7), email: "later@x.example", total: "7" };
const kept = (row: Row, parts: Row = {}): Row => ({
  id: row.id ?? null,
  extracted_at: row.extracted_at ?? null,
  _raw_arrived_at: row.extracted_at ?? null,
  ...hashesOf(row),
  _hashed_at: at(8),
  _key_generation: "1",
  ...parts,
});

describe("pii-hasher/insert-rows over pii-hasher/fresh-rows", () => {
  const inserted = (raws: readonly Row[], cleans: readonly Row[] = [], read = raws) =>
    written("pii-hasher/insert-rows", raws, cleans, read);

  test("a fact that is new, with its hashes, when it arrived, when it was hashed and by which key", async () => {
    const row = { ...jane, phone: "(650) 555-1212", country: "US", total: "9.5" };
    expect(await inserted([row])).toMatchObject({
      affected: 1,
      clean: [
        {
          id: "1",
          extracted_at: at(6),
          country: "US",
          total: "9.5",
          ...hashesOf(row),
          _raw_arrived_at: at(6),
          _hashed_at: at(12),
          _key_generation: "1",
          _unusable: null,
        },
      ],
    });
  });

  test("once, however often and in whatever versions it came: the last one", async () => {
    expect((await inserted([jane, jane])).clean).toMatchObject([{ email_hash: emailHash(jane.email) }]);
    expect((await inserted([later, jane])).clean).toMatchObject([
      { email_hash: emailHash(later.email), total: "7" },
    ]);
    const undated = { ...jane, extracted_at: null, email: "undated@x.example" };
    expect((await written("pii-hasher/insert-rows", [jane, undated], [], [jane])).clean).toMatchObject([
      { email_hash: emailHash(jane.email) },
    ]);
  });

  test("of two of one instant the same one, whichever is read first", async () => {
    const [a, b] = [
      { ...jane, total: "1" },
      { ...jane, email: "b@x.example", total: "2" },
    ];
    expect((await inserted([a, b])).clean).toEqual((await inserted([b, a])).clean);
  });

  test("not what is there, in any version", async () => {
    for (const there of [kept(jane), kept(later), kept({ ...jane, extracted_at: at(5) })])
      expect(await inserted([jane], [there])).toMatchObject({ affected: 0, clean: [{ _hashed_at: at(8) }] });
  });

  test("not what its owner has changed since it was read, moved to another country or deleted", async () => {
    for (const now of [
      { ...jane, email: "b@x.example" },
      { ...jane, country: "DE" },
      { ...jane, extracted_at: at(7) },
    ])
      expect((await inserted([now], [], [jane])).affected).toBe(0);
    expect((await inserted([], [], [jane])).affected).toBe(0);
  });

  test("with the columns whose values have no hash named", async () => {
    expect((await inserted([{ ...jane, email: "no address", phone: "none" }])).clean).toMatchObject([
      { email_hash: null, phone_hash: null, _unusable: "email,phone" },
    ]);
  });
});

describe("pii-hasher/update-rows over pii-hasher/fresh-rows", () => {
  const updated = (raws: readonly Row[], cleans: readonly Row[], read = raws) =>
    written("pii-hasher/update-rows", raws, cleans, read);

  test("takes a newer version over, whole", async () => {
    expect(await updated([later], [kept({ ...jane, phone: "(650) 555-1212" })])).toMatchObject({
      affected: 1,
      clean: [
        {
          email_hash: emailHash(later.email),
          phone_hash: null,
          total: "7",
          _raw_arrived_at: at(7),
          _hashed_at: at(12),
        },
      ],
    });
    expect((await updated([jane], [kept(later, { _raw_arrived_at: null })])).affected).toBe(1);
  });

  test("leaves an older version, and one that is there, alone", async () => {
    expect((await updated([jane], [kept(later)])).affected).toBe(0);
    expect((await updated([jane], [kept(jane)])).affected).toBe(0);
    expect((await updated([jane], [])).affected).toBe(0);
  });

  test("takes over what an owner has written into the same version, and takes no hash away that was emptied", async () => {
    const there = kept({ ...jane, phone: "(650) 555-1212" });
    const written = { ...jane, email: "changed@x.example" };
    expect((await updated([written], [there])).clean).toMatchObject([
      { email_hash: emailHash("changed@x.example"), phone_hash: there.phone_hash },
    ]);
    expect((await updated([nobody], [there])).affected).toBe(0);
  });

  test("remembers why what was emptied has no hash, until a newer version says something else", async () => {
    const there = kept(nobody, { _unusable: "email" });
    const number = { ...nobody, phone: "(650) 555-1212" };
    expect((await updated([number], [there])).clean).toMatchObject([
      { ...hashesOf(number), _unusable: "email" },
    ]);
    expect((await updated([later], [there])).clean).toMatchObject([{ _unusable: null }]);
  });
});

describe("pii-hasher/empty-rows", () => {
  const emptied = (
    raws: readonly Row[],
    cleans: readonly Row[],
    read = raws,
    bounds: Parameters<typeof written>[4] = {},
  ) => written("pii-hasher/empty-rows", raws, cleans, read, bounds);
  const full = { ...jane, phone: "(650) 555-1212", note: "n", aliases: ["J"], total: "1" };

  test("all that names people, of a row whose hashes are there, and nothing else of it", async () => {
    expect(await emptied([full, full], [kept(full)])).toMatchObject({
      affected: 2,
      raw: [0, 1].map(() => ({
        id: "1",
        email: null,
        phone: null,
        note: null,
        aliases: [],
        total: "1",
        extracted_at: at(6),
      })),
    });
  });

  test("of a row of which a later version is there", async () => {
    expect((await emptied([jane], [kept(later)])).raw).toMatchObject([{ email: null }]);
    expect((await emptied([{ ...jane, extracted_at: at(5) }], [kept(jane)])).affected).toBe(1);
  });

  test.each<[string, Row[]]>([
    ["nothing is there", []],
    ["an older version is there", [kept({ ...jane, extracted_at: at(5) })]],
    ["one without an arrival is there", [kept({ ...jane, extracted_at: null })]],
    ["another hash is there", [kept(jane, { email_hash: "another" })]],
    ["no hash is there", [kept(jane, { email_hash: null })]],
    ["another fact is there", [kept({ ...jane, id: "2" })]],
  ])("nothing, where %s", async (_, cleans) => {
    expect(await emptied([jane], cleans)).toMatchObject({ affected: 0, raw: [{ email: jane.email }] });
  });

  test("nothing of a row that its owner has changed since it was read", async () => {
    for (const now of [
      { ...jane, email: "b@x.example" },
      { ...jane, phone: "1" },
      { ...jane, country: "DE" },
    ])
      expect(await emptied([now], [kept(jane)], [jane])).toMatchObject({
        affected: 0,
        raw: [{ email: now.email }],
      });
  });

  test("not the value that has no hash; the other of the row, its note and its list go", async () => {
    const row = { ...full, email: "no address" };
    expect((await emptied([row], [kept(row)])).raw).toMatchObject([
      { email: "no address", phone: null, note: null, aliases: [] },
    ]);
  });

  test("touches no row of which all is kept, or nothing is left", async () => {
    const unusable = { ...jane, email: "no address" };
    expect((await emptied([unusable], [kept(unusable)])).affected).toBe(0);
    expect((await emptied([nobody], [kept(nobody)])).affected).toBe(0);
  });

  test("leaves out what arrived, or was hashed, as late as it is told", async () => {
    const cleans = [kept(jane)];
    expect((await emptied([jane], cleans, [jane], { arrivedBefore: at(6) })).affected).toBe(0);
    expect((await emptied([jane], cleans, [jane], { arrivedBefore: at(7) })).affected).toBe(1);
    expect((await emptied([jane], cleans, [jane], { hashedBefore: at(8) })).affected).toBe(0);
    expect((await emptied([jane], cleans, [jane], { hashedBefore: at(9) })).affected).toBe(1);
    expect(
      (await emptied([jane], [kept(jane, { _hashed_at: null })], [jane], { hashedBefore: at(0) })).affected,
    ).toBe(1);
  });
});

describe("pii-hasher/save-tables and pii-hasher/tables", () => {
  const save = (tables: Readonly<Record<string, Progress>>, now = noon) =>
    saveProgress(new Map(Object.entries(tables)), ops.warehouse, now);
  const full: Progress = {
    ...settled,
    rowsLeft: 1,
    pendingRows: 2,
    pendingSince: hoursAgo(1),
    unusable: [{ column: "email", reason: "no_at", count: 3 }],
    emptiedAt: hoursAgo(2),
    hasProblem: true,
  };

  test("what is remembered of each table comes back as it was, what is not known too", async () => {
    await save({ orders: full, [wholeFunction]: noProgress });
    expect(await readProgress(ops.warehouse)).toEqual(
      new Map([
        ["*", noProgress],
        ["orders", full],
      ]),
    );
  });

  test("a later tick replaces it, an earlier one does not, and nobody else's is touched", async () => {
    await save({ orders: full, customers: settled });
    await save({ orders: settled });
    await save({ orders: noProgress }, hoursAgo(1));
    expect(await readProgress(ops.warehouse)).toEqual(
      new Map([
        ["customers", settled],
        ["orders", settled],
      ]),
    );
  });
});

describe("pii-hasher/register-key and pii-hasher/keys", () => {
  const register = (generation: number, fingerprint: string, status = "active") =>
    ops.warehouse.execute("pii-hasher/register-key", {
      params: {
        generation,
        secret_version: `projects/p/secrets/s/versions/${generation}`,
        fingerprint,
        status,
        now: noon,
      },
    });

  test("keys in the order of their generations", async () => {
    await register(2, "b", "building");
    await register(1, "a");
    expect(await readRegistry(ops.warehouse)).toEqual([
      {
        generation: 1,
        secretVersion: "projects/p/secrets/s/versions/1",
        fingerprint: "a",
        status: "active",
        registeredAt: noon,
      },
      {
        generation: 2,
        secretVersion: "projects/p/secrets/s/versions/2",
        fingerprint: "b",
        status: "building",
        registeredAt: noon,
      },
    ]);
  });

  test("registered again, a generation stays as it is, unless it was undone", async () => {
    await register(1, "a");
    await register(1, "another");
    await register(2, "b", "undone");
    await register(2, "c", "building");
    expect(
      (await readRegistry(ops.warehouse)).map(({ fingerprint, status }) => `${fingerprint} ${status}`),
    ).toEqual(["a active", "b undone", "c building"]);
  });
});

/** By runs/take-lease, runs/ensure-lease and runs/give-back-lease. */
describe("the lease under which one run works at a time", () => {
  const take = <T>(work: () => Promise<T>, name = "pii-hasher") => withLease(name, ops.warehouse, work);
  const done = async () => "done";

  test("is had by one at a time, and again when it was given back", async () => {
    expect(await take(() => take(done))).toBeNull();
    expect(await take(done)).toBe("done");
    expect(await ops.rows("leases", ["name"])).toEqual([{ name: "pii-hasher" }]);
  });

  test("is given back by work that fails", async () => {
    await expect(take(() => Promise.reject(new Error("no")))).rejects.toThrow("no");
    expect(await take(done)).toBe("done");
  });

  test("of another name is another", async () => {
    expect(await take(() => take(done, "other"))).toBe("done");
  });

  test("runs out, and is not given back by whoever held it before", async () => {
    const runOut = () => ops.run(`UPDATE \`${opsDataset}.leases\` SET held_until = '2000-01-01' WHERE TRUE`);
    const later = take(async () => {
      await runOut();
      return take(async () => {
        await ops.warehouse.execute("runs/give-back-lease", {
          params: { name: "pii-hasher", holder: "somebody before", at: new Date() },
        });
        return take(done);
      });
    });
    expect(await later).toBeNull();
  });

  test("that two have made at once counts once", async () => {
    const row = `INSERT INTO \`${opsDataset}.leases\` (name, holder, held_until) VALUES ('pii-hasher', '', '2000-01-01')`;
    await ops.run(row);
    await ops.run(row);
    expect(await take(() => take(done))).toBeNull();
    expect(await take(done)).toBe("done");
  });
});
