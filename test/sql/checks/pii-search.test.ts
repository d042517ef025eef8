import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { digestsOf } from "../../../functions/checks/pii-search/digest.ts";
import { rememberSearches } from "../../../functions/checks/pii-search/remember.ts";
import { searchForPii } from "../../../functions/checks/pii-search/search-datasets.ts";
import type { Scope, Verdict } from "../../../functions/checks/pii-search/types.ts";
import { formatInstant } from "../../../functions/shared/report/format.ts";
import { openWarehouse } from "../../../functions/shared/stores/bigquery/bigquery.ts";
import { WarehouseError } from "../../../functions/shared/stores/bigquery/error.ts";
import type { Warehouse } from "../../../functions/shared/stores/bigquery/types.ts";
import { hours, noon } from "../../support/a-source.ts";
import { startWarehouse } from "../../support/a-warehouse.ts";
import type { LocalBigQuery } from "../../support/local-bigquery.ts";
import { opsSql } from "../ops-warehouse.ts";

const person = {
  email: "canary.one@example.com",
  phone: "+16505550142",
  spellings: ["Canary.One@Example.com"],
};
const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
const scope: Scope = {
  datasets: ["shop.raw"],
  leftOut: [{ column: "shop.raw.staff.email", reason: "the firm's own people" }],
  hashColumns: ["shop.raw.clean.email_hash"],
  hashesOfNothing: [],
  canaries: digestsOf([person]),
};

let bigquery: LocalBigQuery;
let now = noon;

beforeAll(async () => {
  bigquery = await startWarehouse("shop", ":memory:", () => now);
  const client = bigquery.client();
  await client.createDataset("ops", { location: "US" });
  await client.query({ query: opsSql("pii_searches.sql").replaceAll("hulken.plumbline_ops", "shop.ops") });
  await client.createDataset("raw", { location: "US" });
  for (const statement of tables) await client.query({ query: statement, location: "US" });
}, 60_000);
afterAll(() => bigquery.close());

const byDay =
  "CREATE OR REPLACE TABLE raw.by_day (day DATE, note STRING) PARTITION BY day OPTIONS (require_partition_filter = TRUE)";

/** One table a leak, beside others that are clean. */
const tables = [
  `CREATE TABLE raw.clean AS SELECT 1 AS id, '${sha256("key and anna")}' AS email_hash, 'a note' AS notes
   UNION ALL SELECT 2, NULL, NULL`,
  "CREATE TABLE raw.copy AS SELECT id, email_hash, notes, 'anna@example.com' AS email FROM raw.clean",
  'CREATE TABLE raw.in_json AS SELECT JSON \'{"customer":{"email":"anna@example.com"}}\' AS payload',
  "CREATE TABLE raw.in_array AS SELECT [STRUCT('sku' AS sku, [STRUCT('call (650) 555-1212' AS note)] AS options)] AS items",
  "CREATE TABLE raw.in_notes AS SELECT 'ask ANNA%40EXAMPLE.COM' AS notes",
  `CREATE TABLE raw.unsalted AS SELECT '${sha256(person.email)}' AS id`,
  `CREATE TABLE raw.planted AS SELECT 'x ${person.email.toUpperCase()} y' AS note`,
  "CREATE TABLE raw.staff AS SELECT 'boss@shop.example' AS email",
  "CREATE TABLE raw.numbers AS SELECT 1 AS id, 2.5 AS amount",
  "CREATE TABLE raw.nobody (email STRING)",
  "CREATE VIEW raw.of_copy AS SELECT email FROM `shop.raw.copy`",
  byDay,
  "INSERT INTO raw.by_day (day, note) VALUES ('2026-02-07', 'x'), (NULL, 'anna@example.com')",
];

const open = () => openWarehouse({ project: "shop", location: "US", opsDataset: "ops", from: "test" });
const found = (verdicts: readonly Verdict[]) =>
  Object.fromEntries(
    verdicts.map(({ subject, findings }) => [
      subject.replace("shop.raw.", ""),
      findings.map(({ code, path, count }) => [code, path, count].filter((it) => it !== null).join(" ")),
    ]),
  );
const searched = (verdicts: readonly Verdict[]) =>
  verdicts.filter(({ read }) => read).map(({ subject }) => subject.replace("shop.raw.", ""));
/** Looks and keeps what was seen, as a function does at a tick. */
async function tick(parts: Partial<Scope> = {}) {
  now = new Date(now.getTime() + hours(1));
  const warehouse = open();
  const verdicts = await searchForPii({ ...scope, ...parts }, warehouse, now);
  await rememberSearches(
    verdicts.flatMap(({ read, search }) => (read && search !== null ? [search] : [])),
    warehouse,
    now,
  );
  return { verdicts, runs: warehouse.runs };
}
const leaks = {
  by_day: ["plaintext_email note 1"],
  clean: [],
  copy: ["plaintext_email email 2"],
  in_array: ["plaintext_phone items[].options[].note 1"],
  in_json: ["plaintext_email payload 1"],
  in_notes: ["plaintext_email notes 1"],
  nobody: [],
  numbers: [],
  planted: ["canary_plain note 1", "plaintext_email note 1"],
  staff: [],
  unsalted: ["canary_unsalted_hash id 1"],
};

describe("the check", () => {
  test("finds each leak in its table and column, and nothing else", async () => {
    const { verdicts } = await tick();
    expect(found(verdicts)).toEqual(leaks);
    const staff = verdicts.find(({ subject }) => subject === "shop.raw.staff");
    expect(staff?.notes).toEqual(["shop.raw.staff.email is left out: the firm's own people"]);
    const clean = verdicts.find(({ subject }) => subject === "shop.raw.clean");
    expect(clean?.search?.hashColumns).toEqual([
      { path: "email_hash", rows: 2, nulls: 1, hashes: 1, ofNothing: 0 },
    ]);
  });

  test("reads nothing again where nothing was written, and finds the same", async () => {
    const { verdicts, runs } = await tick();
    expect(searched(verdicts)).toEqual([]);
    expect(runs.filter(({ statement }) => statement === "pii-search/search")).toEqual([]);
    expect(found(verdicts)).toEqual(leaks);
  });

  test("reads the table that was written and no other; what is clean now is found no more", async () => {
    await bigquery.client().query("UPDATE raw.in_notes SET notes = NULL WHERE TRUE");
    const { verdicts, runs } = await tick();
    expect(searched(verdicts)).toEqual(["in_notes"]);
    const [run, ...others] = runs.filter(({ statement }) => statement === "pii-search/search");
    expect([run?.sql.match(/shop\.raw\.\w+/g), others]).toEqual([["shop.raw.in_notes"], []]);
    expect(found(verdicts).in_notes).toEqual([]);
  });

  test("a table that was clean and is partitioned is read where it was written", async () => {
    await bigquery.client().query(byDay);
    const cleaned = await tick();
    expect(found(cleaned.verdicts).by_day).toEqual([]);
    await bigquery
      .client()
      .query("INSERT INTO raw.by_day (day, note) VALUES ('2026-02-08', 'bob@example.com')");
    const { verdicts } = await tick();
    const verdict = verdicts.find(({ subject }) => subject === "shop.raw.by_day");
    expect([verdict?.findings[0]?.code, verdict?.search?.whole]).toEqual(["plaintext_email", false]);
    await bigquery.client().query("INSERT INTO raw.by_day (day, note) VALUES ('2026-02-09', 'x')");
    const later = (await tick()).verdicts.find(({ subject }) => subject === "shop.raw.by_day");
    expect([later?.findings[0]?.code, later?.search?.whole]).toEqual(["plaintext_email", true]);
  });

  test("another column, left-out or canary means that the table is read again", async () => {
    await bigquery.client().query("ALTER TABLE raw.numbers ADD COLUMN note STRING");
    expect(searched((await tick()).verdicts)).toEqual(["numbers"]);
    const without = await tick({ leftOut: [] });
    expect(searched(without.verdicts)).toEqual(["staff"]);
    expect(found(without.verdicts).staff).toEqual(["plaintext_email email 1"]);
    const others = await tick({ canaries: digestsOf([{ ...person, email: "two@example.com" }]) });
    expect(searched(others.verdicts).length).toBeGreaterThan(9);
  });

  test("columns that must hold hashes: anything else, the hash of nothing, and no such column", async () => {
    await bigquery.client().query(`CREATE TABLE raw.hashed AS SELECT h FROM UNNEST([
      '${sha256("a")}', '${sha256("")}', '${sha256("a").toUpperCase()}', '', 'abc', NULL]) AS h`);
    const hashColumns = ["shop.raw.hashed.h", "shop.raw.hashed.gone"];
    const { verdicts } = await tick({ hashColumns });
    const verdict = verdicts.find(({ subject }) => subject === "shop.raw.hashed");
    expect(found(verdicts).hashed).toEqual(["not_a_hash h 3", "hash_of_nothing h 1", "column_missing gone"]);
    expect(verdict?.search?.hashColumns).toEqual([{ path: "h", rows: 6, nulls: 1, hashes: 2, ofNothing: 1 }]);
  });

  test("a dataset that is not there, and one without tables, are unknown; the others stand", async () => {
    await bigquery.client().createDataset("bare", { location: "US" });
    const verdicts = await searchForPii(
      { ...scope, datasets: ["shop.raw", "shop.gone", "shop.bare"] },
      open(),
      now,
    );
    const status = (subject: string) => verdicts.find((it) => it.subject === subject);
    expect([status("shop.gone")?.status, status("shop.gone")?.finding?.code]).toEqual([
      "unknown",
      "dataset_missing",
    ]);
    expect([status("shop.gone")?.checked, status("shop.bare")?.finding?.code]).toEqual([false, "no_tables"]);
    expect(status("shop.raw.clean")?.status).toBe("ok");
  });

  test("a table that cannot be read is unknown, and keeps no other from being read", async () => {
    const warehouse = open();
    const refusing: Warehouse = {
      ...warehouse,
      async queryAll(statement, branches, shared) {
        if (JSON.stringify(branches).includes("shop.raw.in_json"))
          throw new WarehouseError("invalid", statement, "no");
        return warehouse.queryAll(statement, branches, shared);
      },
    };
    const canaries = digestsOf([{ ...person, phone: null }]);
    const verdicts = await searchForPii({ ...scope, canaries }, refusing, now);
    const unread = verdicts.filter(({ read }) => !read);
    expect(unread.map(({ subject }) => subject)).toEqual(["shop.raw.in_json"]);
    expect(unread[0]).toMatchObject({ status: "critical", checked: false });
    expect(unread[0]?.findings.map(({ code }) => code)).toEqual(["plaintext_email", "not_searched"]);
    expect(verdicts.find(({ subject }) => subject === "shop.raw.clean")?.status).toBe("ok");
  });

  test("no value, canary or plain hash of one is in a verdict, in a job's text or parameters, or in what is kept", async () => {
    const left = [
      JSON.stringify((await tick()).verdicts),
      JSON.stringify(await bigquery.client().query("SELECT found, hash_columns FROM ops.pii_searches")),
      JSON.stringify(
        (await bigquery.client().getJobs({ maxResults: 1000, projection: "full" }))[0]
          .map((job) => job.metadata)
          .filter((metadata) => metadata.configuration?.labels?.plumbline_function !== undefined),
      ),
    ];
    expect(left[2]).toContain("pii_search");
    expect(left[2]).toContain("canaries_plain");
    const secrets = [
      "anna@",
      "ANNA%40",
      "bob@",
      "boss@",
      "555-1212",
      person.email,
      "16505550142",
      sha256(person.email),
    ];
    for (const secret of secrets)
      for (const text of left) expect(text.toLowerCase()).not.toContain(secret.toLowerCase());
  });
});

describe("a run with a ceiling of bytes", () => {
  /** Sizes as BigQuery counts them: a text is its bytes and two more. */
  const sizes = { small: 100, middle: 200, large: 1_000 };
  const only: Scope = { ...scope, datasets: ["shop.sized"], leftOut: [], hashColumns: [] };
  const write = async (...named: string[]) => {
    now = new Date(now.getTime() + hours(1));
    for (const table of named)
      await bigquery.client().query(`UPDATE sized.${table} SET note = note WHERE TRUE`);
  };
  /** What is read, and what is put off. */
  async function run(atMostBytes: number) {
    now = new Date(now.getTime() + hours(1));
    const warehouse = open();
    const verdicts = await searchForPii(only, warehouse, now, atMostBytes);
    const read = verdicts.flatMap((it) => (it.read && it.search !== null ? [it.search] : []));
    await rememberSearches(read, warehouse, now);
    const named = (some: readonly Verdict[]) => some.map(({ subject }) => subject.replace("shop.sized.", ""));
    return {
      read: named(verdicts.filter((it) => it.read)),
      putOff: named(verdicts.filter(({ findings }) => findings.some(({ code }) => code === "put_off"))),
      verdict: (table: string) => verdicts.find(({ subject }) => subject === `shop.sized.${table}`),
      searches: warehouse.runs.filter(({ statement }) => statement === "pii-search/search").length,
    };
  }

  beforeAll(async () => {
    const client = bigquery.client();
    await client.createDataset("sized", { location: "US" });
    for (const [table, bytes] of Object.entries(sizes))
      await client.query(`CREATE TABLE sized.${table} AS SELECT REPEAT('x', ${bytes - 2}) AS note`);
    await client.query("CREATE TABLE sized.nothing (note STRING)");
  });

  test("none is read with 0, not even one that is empty, and no query asked", async () => {
    const { read, putOff, searches, verdict } = await run(0);
    expect([read, putOff, searches]).toEqual([[], ["large", "middle", "nothing", "small"], 0]);
    expect(verdict("small")).toMatchObject({ status: "unknown", checked: false, retry: true, search: null });
    expect(verdict("small")?.finding?.text).toBe("It was not searched yet.");
  });

  test("as many as fit are read, and the next run goes on with the others", async () => {
    const first = await run(1_100);
    expect([first.read, first.putOff]).toEqual([["large", "nothing", "small"], ["middle"]]);
    const second = await run(1_100);
    expect([second.read, second.putOff]).toEqual([["middle"], []]);
    expect((await run(1_100)).read).toEqual([]);
  });

  test("what fits to the byte is read, and not with one byte less", async () => {
    await write("small", "middle");
    expect((await run(299)).putOff).toEqual(["middle"]);
    await write("small");
    expect((await run(300)).putOff).toEqual([]);
  });

  test("what was read longest ago comes first", async () => {
    for (const table of ["middle", "small"]) {
      await write(table);
      await run(1_100);
    }
    await write("small", "middle");
    expect((await run(200)).read).toEqual(["middle"]);
    await write("middle");
    expect((await run(200)).read).toEqual(["small"]);
    expect((await run(200)).read).toEqual(["middle"]);
  });

  test("and before it what was never read, so that a busy table keeps no new one waiting", async () => {
    await bigquery.client().query("CREATE TABLE sized.young AS SELECT REPEAT('x', 98) AS note");
    await write("small");
    const { read, putOff } = await run(100);
    expect([read, putOff]).toEqual([["young"], ["small"]]);
    await run(100);
  });

  test("one table is read, however large", async () => {
    await write("large", "small");
    expect((await run(1)).read).toEqual(["large"]);
    expect((await run(1)).read).toEqual(["small"]);
  });

  test("what was found of a table that is put off stays found", async () => {
    await bigquery.client().query("UPDATE sized.large SET note = 'anna@example.com' WHERE TRUE");
    const { searchedAt } = (await run(1_100)).verdict("large")?.search ?? {};
    await write("large");
    const put = (await run(0)).verdict("large");
    expect(put).toMatchObject({ status: "critical", checked: false, retry: true, read: false });
    expect(put?.findings.map(({ text }) => text)).toEqual([
      "note contains text like an email address, in 1 row.",
      `It was written since it was searched, ${formatInstant(searchedAt ?? noon)}.`,
    ]);
  });

  test("one that is large and not partitioned is read once a day, whatever is written into it", async () => {
    const day = hours(24);
    const begin = now;
    const large = async (atMostBytes: number) => {
      const warehouse = open();
      const query: Warehouse["query"] = async (statement, inputs) => {
        const rows = await warehouse.query(statement, inputs);
        return statement === "pii-search/tables"
          ? rows.map((row) => ({ ...row, size_bytes: 257 * 2 ** 20 }))
          : rows;
      };
      const verdicts = await searchForPii(only, { ...warehouse, query }, now, atMostBytes);
      return verdicts.find(({ subject }) => subject === "shop.sized.large");
    };
    await write("large");
    const { searchedAt = begin } = (await run(Number.POSITIVE_INFINITY)).verdict("large")?.search ?? {};
    await write("large");
    now = new Date(searchedAt.getTime() + day - 1);
    const put = await large(2 ** 40);
    // Nothing is left for the next run, and nobody vouches for it.
    expect(put).toMatchObject({ read: false, checked: false, retry: false });
    expect(put?.findings.at(-1)?.text).toContain("it is read once a day");
    expect((await large(Number.POSITIVE_INFINITY))?.read).toBe(true);
    now = new Date(searchedAt.getTime() + day);
    expect((await large(2 ** 40))?.read).toBe(true);
  });

  test("what one dataset has used up is not there for the next", async () => {
    await bigquery.client().createDataset("sized_too", { location: "US" });
    await bigquery.client().query("CREATE TABLE sized_too.other AS SELECT 'a note' AS note");
    const both = { ...only, datasets: ["shop.sized", "shop.sized_too"] };
    const other = async (atMostBytes: number) => {
      const verdicts = await searchForPii(both, open(), now, atMostBytes);
      return verdicts.find(({ subject }) => subject === "shop.sized_too.other")?.read;
    };
    await write("large");
    expect([await other(18), await other(1_100)]).toEqual([false, true]);
  });
});
