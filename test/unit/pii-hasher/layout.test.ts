import { describe, expect, test } from "vitest";
import {
  clusterColumns,
  cleanColumns as columnsOfClean,
  layoutOf,
} from "../../../functions/pii-hasher/tables/layout.ts";
import type { Refusal } from "../../../functions/pii-hasher/tables/types.ts";
import type { TableInfo } from "../../../functions/shared/stores/bigquery/types.ts";
import { aClean, aLayout, aPiiTable, aRaw, cleanColumns, column, rawColumns } from "./a-table.ts";

const names = (columns: readonly { readonly name: string }[]) => columns.map(({ name }) => name);
const instead = (columns: typeof rawColumns, ...other: typeof rawColumns) =>
  columns.map((it) => other.find(({ name }) => name === it.name) ?? it);
const without = (columns: typeof rawColumns, ...gone: string[]) =>
  columns.filter(({ name }) => !gone.includes(name));

function refusal(raw: TableInfo, clean: TableInfo | null = null, lines: readonly string[] = []): Refusal {
  const layout = layoutOf(aPiiTable(lines), raw, clean, null);
  if (!("code" in layout)) throw new Error("it is not refused");
  return layout;
}

describe("a clean table", () => {
  test("that is not there takes all columns but identifiers, erased ones and the loader's own", () => {
    const layout = aLayout(["erase: [total]"], aRaw(), null);
    expect(names(layout.copied)).toEqual(["id", "extracted_at", "country"]);
    expect(names(columnsOfClean(layout))).toEqual([
      "id",
      "extracted_at",
      "country",
      "email_hash",
      "phone_hash",
      "_raw_arrived_at",
      "_hashed_at",
      "_key_generation",
      "_unusable",
    ]);
    expect(layout.notCopied).toEqual([]);
  });

  test("that is there decides what it takes; what it does not take is said, but for the loader's own", () => {
    const raw = aRaw({ columns: [...rawColumns, column("street"), column("_airbyte_meta", "JSON")] });
    expect(names(aLayout([], raw).copied)).toEqual(["id", "extracted_at", "country", "total"]);
    expect(aLayout([], raw).notCopied).toEqual(["street"]);
    const clean = aClean({ columns: [...cleanColumns, column("street"), column("_airbyte_meta", "JSON")] });
    expect(names(aLayout([], raw, clean).copied)).toEqual([
      "id",
      "extracted_at",
      "country",
      "total",
      "street",
      "_airbyte_meta",
    ]);
  });

  test("never takes an identifier, in whatever case it is written, even if somebody has added it there", () => {
    const clean = aClean({ columns: [...cleanColumns, column("EMAIL"), column("Phone")] });
    expect(names(aLayout([], aRaw(), clean).copied)).toEqual(["id", "extracted_at", "country", "total"]);
    const raw = aRaw({ columns: instead(rawColumns).map((it) => ({ ...it, name: it.name.toUpperCase() })) });
    expect(names(aLayout([], raw).copied)).toEqual(["ID", "EXTRACTED_AT", "COUNTRY", "TOTAL"]);
  });

  test("is clustered by its key, by four columns at most", () => {
    expect(
      clusterColumns({ ...aLayout(), key: ["a", "b", "c", "d", "e"].map((name) => column(name)) }),
    ).toEqual(["a", "b", "c", "d"]);
  });
});

test("hashes are staged beside the raw table, and uploads have a dataset of their own", () => {
  const uploads = { project: "shop", dataset: "ad_uploads", platforms: ["meta"], tiktokPlus: true } as const;
  expect(aLayout()).toMatchObject({
    raw: "shop.raw.orders",
    clean: "shop.clean.orders",
    staged: "shop.raw.plumbline_staged_orders",
    uploads: null,
    arrival: "extracted_at",
    key: [{ name: "id", type: "INTEGER" }],
  });
  expect(layoutOf(aPiiTable(), aRaw(), aClean(), uploads)).toMatchObject({
    uploads: "shop.ad_uploads.orders",
  });
});

describe("a raw table", () => {
  test.each(["STRING", "INTEGER"])("may hold identifiers as %s", (type) => {
    const raw = aRaw({ columns: instead(rawColumns, column("phone", type)) });
    expect(aLayout([], raw).raw).toBe("shop.raw.orders");
  });

  test.each(["STRING", "INTEGER", "NUMERIC", "BIGNUMERIC", "DATE", "DATETIME", "TIMESTAMP", "BOOLEAN"])(
    "may tell its rows apart by %s",
    (type) =>
      expect(aLayout([], aRaw({ columns: instead(rawColumns, column("id", type)) })).key[0]?.type).toBe(type),
  );

  test.each<[string, TableInfo, Partial<Refusal>]>([
    [
      "that is a view",
      aRaw({ kind: "view" }),
      { code: "raw_not_a_table", text: "shop.raw.orders is not a table, so it cannot be emptied" },
    ],
    [
      "that demands a partition filter",
      aRaw({ needsPartitionFilter: true }),
      {
        code: "needs_partition_filter",
        actions: ["ALTER TABLE `shop.raw.orders` SET OPTIONS (require_partition_filter = FALSE)"],
      },
    ],
    [
      "without an identifier",
      aRaw({ columns: without(rawColumns, "email") }),
      { code: "column_missing", text: "shop.raw.orders has no column email" },
    ],
    [
      "without its key, its arrival and a country",
      aRaw({ columns: without(rawColumns, "id", "extracted_at", "country") }),
      { code: "column_missing", text: "shop.raw.orders has no column id, extracted_at, country" },
    ],
    [
      "whose address is a list",
      aRaw({ columns: instead(rawColumns, column("email", "STRING", true)) }),
      { code: "column_type", text: "shop.raw.orders: email is a list and must be STRING or INTEGER" },
    ],
    [
      "whose number is a FLOAT",
      aRaw({ columns: instead(rawColumns, column("phone", "FLOAT")) }),
      { code: "column_type", text: "shop.raw.orders: phone is FLOAT and must be STRING or INTEGER" },
    ],
    [
      "whose key is a FLOAT",
      aRaw({ columns: instead(rawColumns, column("id", "FLOAT")) }),
      { code: "column_type" },
    ],
    [
      "whose arrival is a DATE",
      aRaw({ columns: instead(rawColumns, column("extracted_at", "DATE")) }),
      { code: "column_type", text: "shop.raw.orders: extracted_at is DATE and must be TIMESTAMP" },
    ],
    [
      "whose country is a number",
      aRaw({ columns: instead(rawColumns, column("country", "INTEGER")) }),
      { code: "column_type" },
    ],
  ])("%s is refused, with what to do", (_, raw, expected) => {
    expect(refusal(raw)).toMatchObject({ ...expected, retry: false });
    expect(refusal(raw).actions.join()).not.toBe("");
  });

  test("without a column that is to be erased is refused", () => {
    expect(refusal(aRaw(), null, ["erase: [note]"])).toMatchObject({
      code: "column_missing",
      text: "shop.raw.orders has no column note",
    });
  });
});

describe("a clean table that is there", () => {
  test.each<[string, TableInfo, Partial<Refusal>]>([
    ["and is a view", aClean({ kind: "view" }), { code: "clean_not_a_table" }],
    [
      "without the key",
      aClean({ columns: without(cleanColumns, "id") }),
      { code: "column_missing", text: "shop.clean.orders has no column id" },
    ],
    [
      "whose hash is no text",
      aClean({ columns: instead(cleanColumns, column("email_hash", "BYTES")) }),
      { code: "column_missing", text: "shop.clean.orders has no column email_hash" },
    ],
  ])("%s is refused", (_, clean, expected) =>
    expect(refusal(aRaw(), clean)).toMatchObject({ ...expected, retry: false }),
  );

  test("without columns of the function's own is refused with the statement that adds them", () => {
    const clean = aClean({ columns: without(cleanColumns, "phone_hash", "_key_generation") });
    expect(refusal(aRaw(), clean).actions[0]).toBe(
      "ALTER TABLE `shop.clean.orders` ADD COLUMN IF NOT EXISTS phone_hash STRING, ADD COLUMN IF NOT EXISTS _key_generation INT64, if its rows were hashed with the registered key",
    );
  });
});
