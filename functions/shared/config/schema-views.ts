import { z } from "zod";
import { column, columns, currency, currencyColumn, jsonPath, money, share, table, words } from "./forms.ts";
import { campaigns } from "./schema-reconciliation.ts";

/** Clean views over append-mode tables, and what spend is compared with. */

export const dedupView = z
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

export const platform = z
  .strictObject({
    name: words,
    spend: words.describe("One of `sources` with money of kind spend."),
    revenue: z
      .strictObject({
        source: words.describe("One of `sources`: a row is an order."),
        column: column.describe("The order's amount."),
        currency,
        currency_column: currencyColumn.optional(),
        attributed_by: column.describe("Column that says what brought the order."),
        is: z
          .array(words, { error: "write a list of values, like [facebook, fb]" })
          .min(1, { error: "name at least one value" })
          .describe("Values that stand for this platform; case and surrounding blanks do not matter."),
      })
      .describe("Revenue that is attributed to the platform."),
    campaigns: campaigns.optional(),
  })
  .describe("What is spent on a platform, and what it brings: return on ad spend.");
