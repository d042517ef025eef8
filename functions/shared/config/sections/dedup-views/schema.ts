import { z } from "zod";
import {
  column,
  columns,
  entries,
  jsonPath,
  money,
  share,
  table,
  type Written,
  words,
} from "../../values/forms.ts";

const dedupView = z
  .strictObject({
    source: words.describe(
      "One of `sources` whose loader delivers facts again: its unique_key identifies a fact, its arrival orders the versions.",
    ),
    view: table
      .optional()
      .describe("Name of the view; by default its id, in the dataset of the source's table."),
    tie_break: columns("[_airbyte_raw_id]")
      .optional()
      .describe(
        "Which of two versions that arrived in the same instant counts: the one with the higher values.",
      ),
    sync: z
      .union([z.strictObject({ column: column, json_path: jsonPath.optional() }), z.literal("unknown")], {
        error: "write { column: <column>, json_path: $.sync_id }, or unknown",
      })
      .optional()
      .describe(
        "A column that is the same for all rows of one sync of the loader; by default rows that arrived in the same instant are one sync. unknown: the loader has no such column, and the key is not verified.",
      ),
    money: money
      .optional()
      .describe("The money that the raw table counts twice; the source's money by default."),
    max_removed: share("2%")
      .optional()
      .describe(
        "A replacement that would remove a larger share of today's clean rows is refused; 2% by default.",
      ),
    adopt: z
      .boolean({ error: "write true or false" })
      .optional()
      .describe("A view of that name that somebody else made is taken over."),
  })
  .describe("One row per fact: the version that arrived last.");

/** Clean views over append-mode tables. */
export const dedupViewKeys = { dedup_views: entries(dedupView, "dedup views").optional() };

export type WrittenDedupViews = Written<typeof dedupViewKeys>;

export const maxRemovedDefault = "2%";
