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
      "One of `sources`, whose loader delivers facts again: its unique_key makes a row one fact, its arrival says which version is the latest.",
    ),
    view: table
      .optional()
      .describe("Where the view is kept; beside the source's table under its own id unless said."),
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
        "What is the same for all rows of one sync of the loader; unless said, rows that arrived in the same instant are of one sync. unknown: the loader does not say, and the key is taken as it is.",
      ),
    money: money
      .optional()
      .describe("What is counted twice in the raw table; the source's money unless said."),
    max_removed: share("2%")
      .optional()
      .describe(
        "A replacement that would remove a larger share of today's clean rows is refused; 2% unless said.",
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
