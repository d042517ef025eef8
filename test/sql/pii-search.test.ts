import { createHash } from "node:crypto";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { digestOf, digestsOf } from "../../functions/checks/pii-search/digest.ts";
import { fieldsOf } from "../../functions/checks/pii-search/fields.ts";
import { readSearches, rememberSearches } from "../../functions/checks/pii-search/remember.ts";
import { searchInputs, searchParams } from "../../functions/checks/pii-search/search.ts";
import type { Column, Partitioning, Range, Search } from "../../functions/checks/pii-search/types.ts";
import { renderStatement } from "../../functions/shared/stores/bigquery/statement.ts";
import type { SmallTable, TypedValue } from "../../infra/local/emulators/bigquery/analyzer.ts";
import type { GoogleType, ScalarKind, Value } from "../../infra/local/emulators/bigquery/types.ts";
import { difference, type GoogleSql, startGoogleSql } from "../support/googlesql.ts";
import { type OpsWarehouse, startOpsWarehouse } from "./ops-warehouse.ts";

let googleSql: GoogleSql;
let ops: OpsWarehouse;
beforeAll(async () => {
  googleSql = await startGoogleSql();
  ops = await startOpsWarehouse();
});
afterEach(() => ops.empty("pii_searches"));
afterAll(async () => {
  await ops.close();
  await googleSql.close();
});

type Columns = Readonly<Record<string, GoogleType | ScalarKind>>;

const person = {
  email: "canary.one@example.com",
  phone: "+16505550142",
  spellings: ["Canary.One@Example.com ", "(650) 555-0142"],
};
const hash = (text: string, algorithm = "sha256") => createHash(algorithm).update(text).digest("hex");
const hmacOfNothing = hash("stands for the keyed hash of an empty text");

/** What is found in each field, in words; both judges must give the same. */
async function searched(
  columns: Columns,
  rows: readonly (readonly Value[])[],
  read: { readonly partitioning: Partitioning; readonly ranges: readonly Range[] } | null = null,
): Promise<string[]> {
  const table: SmallTable = {
    name: "shop.raw.orders",
    columns: Object.entries(columns).map(([name, type]) => ({
      name,
      type: typeof type === "string" ? { kind: type } : type,
    })),
    rows,
  };
  const listed: Column[] = table.columns.map(({ name, type }) => ({
    name,
    type: typeName(type),
    isPartitioning: false,
  }));
  const reading = {
    table: table.name,
    bytes: 0,
    fields: fieldsOf(listed),
    hashPaths: [],
    partitioning: null,
    ranges: null,
  };
  const inputs = searchInputs({ ...reading, ...read });
  const params = searchParams({
    canaries: digestsOf([person]),
    hashesOfNothing: [digestOf(hmacOfNothing)],
  }).params;
  const parameters = new Map<string, TypedValue>();
  for (const [name, value] of Object.entries(params ?? {})) {
    parameters.set(name, typeof value === "string" ? text(value) : texts(value as readonly string[]));
  }
  for (const [name, value] of Object.entries(inputs.params ?? {})) {
    parameters.set(`${name}_0`, {
      type: { kind: read?.partitioning.type ?? "STRING" },
      value: String(value),
    });
  }
  const sql = `${renderStatement("pii-search/search", { ...inputs.names, n: "0" })}\nORDER BY field`;
  const it = { sql, tables: [table], parameters };
  const [local, oracle] = [await googleSql.runLocally(it), await googleSql.evaluateWithOracle(it)];
  expect(difference(local, oracle)).toBeNull();
  const kinds = ["emails", "phones", "canaries_plain", "canaries_unsalted", "of_nothing"];
  return oracle.rows.map((row) =>
    kinds
      .map((kind) => [kind, row[oracle.columns.findIndex(({ name }) => name === kind)]] as const)
      .filter(([, count]) => count !== "0")
      .map(([kind, count]) => (count === "1" ? kind : `${kind} ${String(count)}`))
      .join(", "),
  );
}

function typeName(type: GoogleType): string {
  if (type.kind === "ARRAY") return `ARRAY<${typeName(type.element)}>`;
  if (type.kind !== "STRUCT") return type.kind;
  return `STRUCT<${type.members.map(({ name, type: member }) => `${name} ${typeName(member)}`).join(", ")}>`;
}

const text = (value: string): TypedValue => ({ type: { kind: "STRING" }, value });
const texts = (value: readonly string[]): TypedValue => ({
  type: { kind: "ARRAY", element: { kind: "STRING" } },
  value,
});
const arrayOf = (element: GoogleType): GoogleType => ({ kind: "ARRAY", element });
const struct = (members: Columns): GoogleType => ({
  kind: "STRUCT",
  members: Object.entries(members).map(([name, type]) => ({
    name,
    type: typeof type === "string" ? { kind: type } : type,
  })),
});

/** Each text in a column of its own, so that one query judges them all. */
async function each(
  samples: readonly string[],
  column: (at: number) => string,
): Promise<Record<string, string>> {
  const columns = Object.fromEntries(samples.map((_, at) => [column(at), "STRING" as const]));
  const found = await searched(columns, [samples]);
  return Object.fromEntries(samples.map((sample, at) => [sample, found[at] ?? ""]));
}

const all = (samples: readonly string[], found: string) =>
  Object.fromEntries(samples.map((sample) => [sample, found]));

const addresses = [
  "anna@example.com",
  "ANNA@EXAMPLE.COM",
  "Please write to anna.b+shop@mail.example.co.uk, thanks.",
  "https://shop.example/unsubscribe?email=anna%40example.com&x=1",
  "https://shop.example/?next=%2Fu%3Femail%3Danna%2540example.com",
  '{"contact":{"mail":"anna@example.com"}}',
  '{"mail":"anna\\u0040example.com"}',
  "anna&#64;example.com",
  "anna＠example.com",
  "müller@exämple.de",
  "анна@пример.рф",
  "anna@xn--exmple-cua.xn--p1ai",
  "o'brien@example.ie",
  "1@2x.de",
  "anna@126.com",
  "<Anna> anna_@example.com;bob",
  "YW5uYUBleGFtcGxlLmNvbQ==",
  "mailto:anna@example.com",
  "YW5uYUB4LmRl",
  "anna&#x40;example.com",
  "a@b.de",
];
const noAddresses = [
  "logo@2x.png",
  "banner@1.5x.webp",
  "a@2x.jpg",
  "a@2x.jpeg",
  "a@3x.gif",
  "a@2x.svg",
  "a@2x.avif",
  "https://cdn.example/npm/lodash@4.17.21.min.js",
  "react@18.2.0",
  "root@localhost",
  "https://www.tiktok.com/@brand.name/video/7234567890123456789",
  "Follow @brand.shop now",
  "50% off @ shop.example",
  "5 @ 3.50 each",
  "https://maps.example/@52.520008,13.404954,15z",
  "user@",
  "a@b",
  "Advantage+ | Prospecting | EU",
];

const international = [
  "+16505551212",
  "+49 (0)170 1234567",
  "+44 20 7946 0958",
  "+33-6-12-34-56-78",
  "+1 (650) 555-1212",
  "+1.650.555.1212",
  "tel:+16505551212",
  "https://shop.example/?phone=%2B16505551212",
  "Call +16505551212.",
  "q=%2B1%20650%20555%201212",
  '{"contact":"+16505551212"}',
  "0049 170 1234567",
  "＋491701234567",
  "%252B491701234567",
  "+47123456",
  "+123456789012345",
  "+16505551212, ask for Anna",
  "+44.20.7946.0958",
  "+351.21.12.34.567",
  "001 650 555 1212",
  "00351 912 345 678",
  "(030)123456",
  "(01234) 567890",
  '{"telefon":"1701234567"}',
  '{"telefono":"612345678"}',
  '{"teléfono":"612345678"}',
  '{"whats_app":"612345678"}',
  '{"msisdn":"491701234567"}',
  '{"handynummer":"01701234567"}',
  '{"mobilnummer":"01701234567"}',
  '{"phone":"5551212"}',
  '{"phone":"123456789012345"}',
  '{"phone":"+16505551212"}',
  '{"phone_num":"6505551212"}',
  "phone no: 6505551212",
  "Telefon-Nr. 1, telefon nr: 1701234567",
  '{"phone_e164":"16505551212"}',
  '{"phone2":"16505551212"}',
  '{"mobil":"01701234567"}',
  '{"mobile":"123456789"}',
  '{"mobile":"123456789012345"}',
  '{"mobile_number":"+4917012345678"}',
  "Tel. 1, fax: 0301234567",
  "my cell = 6505551212",
  "(650) 555-1212",
  "call (650)555-1212 now",
  "(0161) 496 0000",
  '{"phone":"16505551212"}',
  '{"phone":16505551212}',
  '{"customerPhone" : "6505551212"}',
  '{"phone_number":"650 555 1212"}',
  '"{\\"phone\\":\\"16505551212\\"}"',
  '{"name":"phone","value":"16505551212"}',
  '{"mobile":"4917012345678"}',
  '{"whatsapp":"491701234567"}',
  "Phone: 6505551212",
  "tel=6505551212",
];
const nationals = [
  "650-555-1212",
  "1-800-555-0100",
  "650.555.1212",
  "650 555 1212",
  "06 12 34 56 78",
  "06.12.34.56.78",
  "0170 1234567",
  "0170/1234567",
  "030 12345678",
  "020 7946 0958",
  "07700 900123",
  "0412 345 678",
  "06-12345678",
  "06-12-34-56-78",
  "call 06 12 34 56 78 now",
  "06 12 34 56 78-",
  "030 123456",
  "01234 567 8901",
  "01234 5678 90123",
  "tel 06-12345678, please",
  "0161-496 0000",
  "030-123456",
  "01234-5678-90123",
  "my number is 650-555-1212!",
  "650-555-1212-- Anna",
];
const noPhones = [
  "120210000000000000",
  "23851234567890123",
  "1770552000000",
  "1770552000",
  "2026-02-08",
  "2026-02-08 12:00:00",
  "2026-02-08T12:00:00+00:00",
  "2026-02-08T12:00:00.123+0100",
  "Sun, 08 Feb 2026 12:00:00 +1000",
  "08-02-2026",
  "08/02/2026 12:00",
  "20260208",
  "4006381333931",
  "9783161484100",
  "978-3-16-148410-0",
  "c0a80101-1234-4234-8234-123456789012",
  "01234567-0123-4567-8901-234567890123",
  "#1001",
  "5400000596543",
  "gid://shopify/Order/5400000596543",
  "act_334792038",
  "GA1.2.1234567890.1700000000",
  "fb.1.1554763741205.1098115397",
  "192.168.100.200",
  "605.1.15",
  "Mozilla/5.0 (iPhone; CPU iPhone OS 17_2 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148",
  "1,234,567.89",
  "1234567.891011",
  "-12345678",
  "$12345678",
  "52.5200080,13.4049540",
  '{"spend":"1234.56","impressions":12345678,"clicks":"9876543"}',
  '{"mobile":12345678,"desktop":23456789}',
  '{"hotel":1234567890}',
  '{"phone_clicks":123456789,"phone_verified":true}',
  '{"order_number":1234567890}',
  '{"ad_id":120210000000000000}',
  "https://shop.example/products/0123-456789?variant=41234567890123",
  "CL-0123-456789",
  "TT_EU_SpringSale_4",
  "https://scontent.example/v/t45.1600-4/123456789_120210000000000000_n.jpg?_nc_cat=101&ccb=1-7",
  "EwAR2x9-0123456789_fbclid",
  "100 200 300",
  "300x250 728x90 160x600",
  "iPhone 15 Pro 256GB",
  "foo+1234567890",
  "+1234567",
  "+1234567890123456",
  "+16505551212abc",
  "+1.65.55",
  "+52.5200080",
  "x650-555-1212",
  "650-555-1212x",
  "650-555-1212-7",
  "650-555-12123",
  "01 02 03 04",
  "01.02.03.04",
  "01-02-03-04",
  "1.06.12.34.56.78",
  "0123 45 678",
  "012-34-56789",
  "030 12345",
  "030-12345",
  "(030) 12345",
  '{"phone":"123456"}',
  '{"mobile":"12345678"}',
  "0-123-4567",
];

describe("pii/search: shapes", () => {
  test("addresses, however they are written", async () => {
    expect(await each(addresses, (at) => `note_${at}`)).toEqual(all(addresses, "emails"));
  });

  test("what only looks like one", async () => {
    expect(await each(noAddresses, (at) => `note_${at}`)).toEqual(all(noAddresses, ""));
  });

  test("numbers that say that they are phone numbers, in columns of ids too", async () => {
    expect(await each(international, (at) => `note_${at}`)).toEqual(all(international, "phones"));
    expect(await each(international, (at) => `note_${at}_id`)).toEqual(all(international, "phones"));
  });

  test("numbers as a country writes them, but not in columns of ids, where they are accounts", async () => {
    expect(await each(nationals, (at) => `note_${at}`)).toEqual(all(nationals, "phones"));
    expect(await each(nationals, (at) => `note_${at}_id`)).toEqual(all(nationals, ""));
  });

  test("ids, instants, amounts, versions and links", async () => {
    expect(await each(noPhones, (at) => `note_${at}`)).toEqual(all(noPhones, ""));
  });

  test("in a column whose name says so, any run of digits; not in one that counts or names phones", async () => {
    const digits = [
      "16505551212",
      "5551212",
      "call 5551212 now",
      "5551212ext9",
      "123456789012345",
      "0170 1234567",
      "650-555-1212 x12",
      "4917012345678",
    ];
    expect(await each(digits, (at) => `phone_${at}`)).toEqual(all(digits, "phones"));
    expect(await each(digits.slice(0, 2), (at) => `customerPhone${at}Id`)).toEqual(
      all(digits.slice(0, 2), ""),
    );
    const none = [hash("anna"), "n/a", "12", "123456", ""];
    expect(await each(none, (at) => `phone_${at}`)).toEqual(all(none, ""));
  });
});

describe("pii/search: where", () => {
  const note = { kind: "STRING" } as const;

  test("records, arrays of records, arrays in them, JSON, bytes and numbers named like phones", async () => {
    const columns: Columns = {
      customer: struct({ note, contact: struct({ phone: "INT64" }) }),
      items: arrayOf(struct({ sku: "STRING", options: arrayOf(struct({ note })) })),
      tags: arrayOf({ kind: "STRING" }),
      payload: "JSON",
      blob: "BYTES",
      phone: "FLOAT64",
      quantity: "INT64",
    };
    const clean = [
      ["-", ["1"]],
      [["a", [["b"], [null]]]],
      ["x"],
      '{"a":1}',
      Buffer.from("nothing").toString("base64"),
      "1.5",
      "16505551212",
    ];
    const leaky = [
      ["see anna@example.com", ["16505551212"]],
      [
        ["a", [["b"]]],
        ["c", [["d"], ["anna@example.com"]]],
      ],
      ["x", "anna@example.com"],
      '{"contact":{"phone":16505551212}}',
      Buffer.from("mail anna@example.com").toString("base64"),
      "16505551212",
      "16505551212",
    ];
    // customer.note, customer.contact.phone, items.sku, items.options.note, tags, payload, blob, phone
    expect(await searched(columns, [clean])).toEqual(["", "", "", "", "", "", "", ""]);
    expect(await searched(columns, [clean, leaky, leaky])).toEqual([
      "emails 2",
      "phones 2",
      "",
      "emails 2",
      "emails 2",
      "phones 2",
      "emails 2",
      "phones 2",
    ]);
  });

  test("a list of names with values, by the names", async () => {
    const params = arrayOf(
      struct({ key: "STRING", value: struct({ string_value: "STRING", int_value: "INT64" }) }),
    );
    const row = (key: string): Value[] => [
      [
        [key, ["16505551212", null]],
        ["x", [null, "1770552000"]],
      ],
    ];
    expect(await searched({ params }, [row("ga_session_id")])).toEqual(["", "", ""]);
    expect(await searched({ params }, [row("phone")])).toEqual(["", "phones", ""]);
  });

  test("rows of other partitions are not read; rows without a partition are", async () => {
    const columns = { email: "STRING", arrived: "TIMESTAMP" } as const;
    const rows = ["2026-02-06", "2026-02-07", "2026-02-08"].map((day) => [
      `${day}@example.com`,
      `${day} 12:00:00+00`,
    ]);
    const partitioning = { column: "arrived", type: "TIMESTAMP" } as const;
    const range = { from: "2026-02-07 00:00:00+00", until: "2026-02-07 23:59:59.999999+00" };
    const read = { partitioning, ranges: [range] };
    expect(await searched(columns, rows, read)).toEqual(["emails"]);
    expect(await searched(columns, [...rows, ["null@example.com", null]], read)).toEqual(["emails 2"]);
    expect(await searched(columns, [...rows, ["x@example.com", null]], { partitioning, ranges: [] })).toEqual(
      ["emails"],
    );
  });

  test("equal rows are counted one by one; an empty table has no rows", async () => {
    const rows = [["anna@example.com"], ["anna@example.com"], [null], [null]];
    expect(await searched({ note: "STRING" }, rows)).toEqual(["emails 2"]);
    expect(await searched({ note: "STRING" }, [])).toEqual([]);
  });
});

describe("pii/search: canaries and hashes of nothing", () => {
  const base64 = (value: string, algorithm = "sha256") =>
    createHash(algorithm).update(value).digest("base64");

  test.each([
    ["canary.one@example.com", "emails, canaries_plain"],
    ["Write to CANARY.One@Example.com!", "emails, canaries_plain"],
    ["?e=canary.one%40example.com", "emails, canaries_plain"],
    [Buffer.from("canary.one@example.com").toString("base64"), "emails, canaries_plain"],
    ["another.one@example.com", "emails"],
    ["+16505550142", "phones, canaries_plain"],
    ["call 650-555-0142", "phones, canaries_plain"],
    ["6505550142", "canaries_plain"],
    ["6505550143", ""],
    ["canary.one", ""],
  ])("%s: %s", async (cell, found) => {
    expect(await searched({ note: "STRING" }, [[cell]])).toEqual([found]);
  });

  test.each(["sha256", "sha1", "md5"])(
    "%s without a key, in hex of any case and base64",
    async (algorithm) => {
      const cells = [
        hash(person.email, algorithm),
        hash(person.email, algorithm).toUpperCase(),
        `{"em":"${hash(person.email, algorithm)}"}`,
        base64(person.email, algorithm),
        base64(person.email, algorithm).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", ""),
        hash("Canary.One@Example.com ", algorithm),
        hash("+16505550142", algorithm),
        hash("16505550142", algorithm),
      ];
      expect(
        await searched(
          { note: "STRING" },
          cells.map((cell) => [cell]),
        ),
      ).toEqual(["canaries_unsalted 8"]);
      const others = [hash("somebody", algorithm), base64("somebody", algorithm)];
      expect(
        await searched(
          { note: "STRING" },
          others.map((cell) => [cell]),
        ),
      ).toEqual([""]);
    },
  );

  test("the hash of nothing, plain and the one that is given", async () => {
    const cells = [hash(""), hmacOfNothing, hash("somebody")];
    expect(
      await searched(
        { note: "STRING" },
        cells.map((cell) => [cell]),
      ),
    ).toEqual(["of_nothing 2"]);
  });

  test("neither plaintext nor its plain hash stands in a parameter", () => {
    const inputs = JSON.stringify(searchParams({ canaries: digestsOf([person]), hashesOfNothing: [] }));
    for (const secret of [
      person.email,
      "16505550142",
      hash(person.email),
      hash("16505550142"),
      base64(person.email),
    ])
      expect(inputs).not.toContain(secret);
  });
});

describe("pii/tables and pii/partitions", () => {
  const listing = (name: string, columns: Columns, rows: readonly (readonly Value[])[]): SmallTable => ({
    name: `shop.raw.${name}`,
    columns: Object.entries(columns).map(([column, type]) => ({
      name: column,
      type: typeof type === "string" ? { kind: type } : type,
    })),
    rows,
  });
  async function rowsOf(
    statement: string,
    tables: readonly SmallTable[],
    parameters = new Map<string, TypedValue>(),
  ) {
    const it = { sql: renderStatement(statement, { dataset: "shop.raw" }), tables, parameters };
    const oracle = await googleSql.evaluateWithOracle(it);
    expect(difference(await googleSql.runLocally(it), oracle)).toBeNull();
    return oracle.rows;
  }

  test("tables, external ones and snapshots with their columns in order; views hold nothing of their own", async () => {
    const kinds = ["BASE TABLE", "EXTERNAL", "SNAPSHOT", "VIEW", "MATERIALIZED VIEW"];
    const tables = [
      listing(
        "INFORMATION_SCHEMA.TABLES",
        { table_name: "STRING", table_type: "STRING" },
        kinds.map((kind) => [kind.toLowerCase(), kind]),
      ),
      listing(
        "INFORMATION_SCHEMA.COLUMNS",
        {
          table_name: "STRING",
          column_name: "STRING",
          data_type: "STRING",
          is_partitioning_column: "STRING",
          ordinal_position: "INT64",
        },
        kinds.flatMap((kind) => [
          [kind.toLowerCase(), "note", "STRING", "NO", "2"],
          [kind.toLowerCase(), "day", "DATE", "YES", "1"],
        ]),
      ),
      listing("__TABLES__", { table_id: "STRING", last_modified_time: "INT64", size_bytes: "INT64" }, [
        ["base table", "1770552000000", "1000"],
        ["external", "1770552000000", "0"],
      ]),
    ];
    const columns = [
      ["day", "DATE", "true"],
      ["note", "STRING", "false"],
    ];
    expect(await rowsOf("pii-search/tables", tables)).toEqual([
      ["base table", "false", "2026-02-08 12:00:00+00", "1000", columns],
      ["external", "true", null, "0", columns],
      ["snapshot", "false", null, "0", columns],
    ]);
  });

  test("partitions of the tables that are asked about; a table without any has none", async () => {
    const modified = "2026-02-08 12:00:00+00";
    const table = listing(
      "INFORMATION_SCHEMA.PARTITIONS",
      { table_name: "STRING", partition_id: "STRING", last_modified_time: "TIMESTAMP" },
      [
        ["orders", "20260208", modified],
        ["orders", "20260207", null],
        ["orders", "__NULL__", modified],
        ["plain", null, modified],
        ["others", "20260208", modified],
      ],
    );
    expect(
      await rowsOf("pii-search/partitions", [table], new Map([["tables", texts(["orders", "plain"])]])),
    ).toEqual([
      ["orders", "20260207", null],
      ["orders", "20260208", modified],
      ["orders", "__NULL__", modified],
    ]);
  });
});

const noon = new Date("2026-02-08T12:00:00Z");
const one = new Date("2026-02-08T13:00:00Z");
const search = (parts: Partial<Search> = {}): Search => ({
  table: "shop.raw.orders",
  modified: noon,
  fingerprint: "f",
  rows: 3,
  whole: true,
  found: [{ kind: "email", path: "items[].note", count: 2 }],
  hashColumns: [{ path: "email_hash", rows: 3, nulls: 1, hashes: 2, ofNothing: 0 }],
  searchedAt: noon,
  ...parts,
});

describe("pii-search/record-searches and pii-search/read-searches", () => {
  const read = async (at: Date, datasets = ["shop.raw"]) => [
    ...(await readSearches(datasets, ops.warehouse, at)).values(),
  ];

  test("a search is read as it was kept, by its dataset", async () => {
    const external = search({ table: "shop.raw.external", modified: null, whole: false });
    const others = [search({ table: "shop.raw2.orders" }), search({ table: "other.raw.orders" })];
    await rememberSearches([search(), external, ...others], ops.warehouse, noon);
    expect(await read(noon)).toEqual([external, search()]);
    expect(await read(noon, [])).toEqual([]);
    expect(await read(new Date(noon.getTime() - 1))).toEqual([]);
  });

  test("the later search replaces the earlier one, and never the other way round", async () => {
    await rememberSearches([search()], ops.warehouse, noon);
    await rememberSearches([search({ rows: 4, modified: one })], ops.warehouse, one);
    await rememberSearches([search({ rows: 5 })], ops.warehouse, noon);
    await rememberSearches([search({ rows: 6 })], ops.warehouse, one);
    expect(await read(one)).toEqual([search({ rows: 4, modified: one, searchedAt: one })]);
  });

  test("nothing to keep is no statement", async () => {
    const before = ops.warehouse.runs.length;
    await rememberSearches([], ops.warehouse, noon);
    expect(ops.warehouse.runs.length).toBe(before);
  });

  test("both judges read the same rows", async () => {
    const table: SmallTable = {
      name: "hulken.plumbline_ops.pii_searches",
      columns: Object.entries({
        searched_table: "STRING",
        modified: "TIMESTAMP",
        fingerprint: "STRING",
        row_count: "INT64",
        whole: "BOOL",
        found: "STRING",
        hash_columns: "STRING",
        schedule_time: "TIMESTAMP",
      } as const).map(([name, kind]) => ({ name, type: { kind } })),
      rows: ["shop.raw.b", "shop.raw.a", "shop.raw2.a"].map((name) => [
        name,
        null,
        "f",
        "1",
        "true",
        "[]",
        "[]",
        "2026-02-08 12:00:00+00",
      ]),
    };
    const sql = renderStatement("pii-search/read-searches", { ops: "hulken.plumbline_ops" });
    const now: TypedValue = { type: { kind: "TIMESTAMP" }, value: "2026-02-08 12:00:00+00" };
    const it = {
      sql,
      tables: [table],
      parameters: new Map([
        ["now", now],
        ["datasets", texts(["shop.raw"])],
      ]),
    };
    const oracle = await googleSql.evaluateWithOracle(it);
    expect(difference(await googleSql.runLocally(it), oracle)).toBeNull();
    expect(oracle.rows.map(([name]) => name)).toEqual(["shop.raw.a", "shop.raw.b"]);
  });
});
