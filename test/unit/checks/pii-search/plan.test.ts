import { describe, expect, test } from "vitest";
import { fieldsOf, pathOf } from "../../../../functions/checks/pii-search/fields.ts";
import { rangeOf, together } from "../../../../functions/checks/pii-search/partitions.ts";
import { planSearch } from "../../../../functions/checks/pii-search/plan.ts";
import type { Column, Listed, Search } from "../../../../functions/checks/pii-search/types.ts";

const monday = new Date("2026-02-02T12:00:00Z");
const tuesday = new Date("2026-02-03T12:00:00Z");

const column = (name: string, type: string, isPartitioning = false): Column => ({
  name,
  type,
  isPartitioning,
});
const table = (parts: Partial<Listed> = {}): Listed => ({
  table: "shop.raw.orders",
  isExternal: false,
  modified: tuesday,
  bytes: 0,
  columns: [column("note", "STRING"), column("arrived", "TIMESTAMP", true)],
  ...parts,
});
const last = (parts: Partial<Search> = {}): Search => ({
  table: "shop.raw.orders",
  modified: monday,
  fingerprint: "same",
  rows: 1,
  whole: true,
  found: [],
  hashColumns: [],
  searchedAt: monday,
  ...parts,
});
const partitions = [
  { id: "20260201", modified: new Date("2026-02-01T12:00:00Z") },
  { id: "20260202", modified: monday },
  { id: "20260203", modified: tuesday },
  { id: "20260110", modified: tuesday },
  { id: "__NULL__", modified: tuesday },
];
const whole = { kind: "read", partitioning: { column: "arrived", type: "TIMESTAMP" }, ranges: null };

describe("what is read of a table", () => {
  test("nothing, where it has not been written since it was searched", () => {
    const search = last({ modified: tuesday, found: [{ kind: "email", path: "note", count: 1 }] });
    expect(planSearch(table(), search, "same", partitions)).toEqual({ kind: "as_before", search });
  });

  test("what was written since, where it was clean; the partition of that very instant too", () => {
    expect(planSearch(table(), last(), "same", partitions)).toEqual({
      ...whole,
      ranges: [
        { from: "2026-01-10 00:00:00+00", until: "2026-01-10 23:59:59.999999+00" },
        { from: "2026-02-02 00:00:00+00", until: "2026-02-03 23:59:59.999999+00" },
      ],
    });
  });

  test("only rows without a partition, where none was written", () => {
    const plan = planSearch(table(), last(), "same", partitions.slice(0, 1));
    expect(plan).toMatchObject({
      ranges: [{ from: "0001-01-01 00:00:00+00", until: "0001-01-01 00:00:00+00" }],
    });
  });

  test.each([
    ["it was never searched", table(), null],
    ["something was found", table(), last({ found: [{ kind: "email", path: "note", count: 1 }] })],
    ["columns, left-outs or patterns were others", table(), last({ fingerprint: "another" })],
    ["nobody keeps when it changes", table({ modified: null }), last({ modified: null })],
  ])("all, where %s", (_, listed, search) => {
    expect(planSearch(listed, search, "same", partitions)).toEqual(whole);
  });

  test("all, where its partitions are not known or are of numbers", () => {
    expect(planSearch(table(), last(), "same", null)).toEqual(whole);
    const byNumber = table({ columns: [column("n", "INT64", true), column("note", "STRING")] });
    expect(planSearch(byNumber, last(), "same", partitions)).toEqual({
      kind: "read",
      partitioning: null,
      ranges: null,
    });
  });
});

describe("a partition's bounds by its id", () => {
  test.each([
    ["2026", "DATE", "2026-01-01", "2026-12-31"],
    ["202602", "DATE", "2026-02-01", "2026-02-28"],
    ["20260208", "DATE", "2026-02-08", "2026-02-08"],
    ["202612", "DATETIME", "2026-12-01 00:00:00", "2026-12-31 23:59:59.999999"],
    ["2026020823", "TIMESTAMP", "2026-02-08 23:00:00+00", "2026-02-08 23:59:59.999999+00"],
  ] as const)("%s of %s", (id, type, from, until) => {
    expect(rangeOf(id, type)).toEqual({ from, until });
  });

  test("what has none", () => {
    expect(["__NULL__", "__UNPARTITIONED__", "12", ""].map((id) => rangeOf(id, "DATE"))).toEqual([
      null,
      null,
      null,
      null,
    ]);
  });

  test("neighbours are one range, and many ranges are one", () => {
    const days = (...ids: string[]) => ids.flatMap((id) => rangeOf(id, "DATE") ?? []);
    expect(together(days("20260301", "20260228", "20260302"), "DATE")).toEqual([
      { from: "2026-02-28", until: "2026-03-02" },
    ]);
    const odd = days(
      ...Array.from(
        { length: 21 },
        (_, n) =>
          `2026${String(n < 14 ? 1 : 2).padStart(2, "0")}${String((n % 14) * 2 + 1).padStart(2, "0")}`,
      ),
    );
    expect(together(odd.slice(0, 20), "DATE")).toHaveLength(20);
    expect(together(odd, "DATE")).toEqual([{ from: "2026-01-01", until: "2026-02-13" }]);
  });
});

describe("the fields of a table", () => {
  const fields = (...columns: [string, string][]) =>
    fieldsOf(columns.map(([name, type]) => column(name, type))).map(
      (field) => `${pathOf(field)} ${field.type} ${field.digits}`,
    );

  test("texts at every depth, and numbers whose name says phone", () => {
    expect(
      fields(
        ["id", "INT64"],
        ["note", "STRING(100)"],
        ["amount", "NUMERIC(38, 9)"],
        ["days", "RANGE<DATE>"],
        ["payload", "JSON"],
        ["raw", "BYTES"],
        ["customer", "STRUCT<name STRING, `home phone` INT64, at TIMESTAMP>"],
        ["items", "ARRAY<STRUCT<sku STRING, tags ARRAY<STRING>, price NUMERIC(10, 2)>>"],
        ["phone_count", "INT64"],
        ["phone_numbers", "ARRAY<INT64>"],
      ),
    ).toEqual([
      "note STRING unknown",
      "payload JSON unknown",
      "raw BYTES unknown",
      "customer.name STRING unknown",
      "customer.home phone NUMBER phone",
      "items[].sku STRING identifier",
      "items[].tags[] STRING unknown",
      "phone_numbers[] NUMBER phone",
    ]);
  });

  test.each([
    ["phone", "phone"],
    ["phoneNumber", "phone"],
    ["billing_phone_2", "phone"],
    ["Mobile", "phone"],
    ["msisdn", "phone"],
    ["fax", "phone"],
    ["phone_hash", "identifier"],
    ["phone_verified_at", "unknown"],
    ["hotel", "unknown"],
    ["mobile_os", "unknown"],
    ["customer_id", "identifier"],
    ["paid", "unknown"],
  ])("digits in %s: %s", (name, digits) => {
    expect(fields([name, "STRING"])).toEqual([`${name} STRING ${digits}`]);
  });

  test.each(["STRUCT<a STRING", "ARRAY<>", "STRING INT64", ""])(
    "a type that is none is refused: %s",
    (type) => {
      expect(() => fields(["x", type])).toThrow("not a supported type");
    },
  );
});
