import { z } from "zod";
import {
  column,
  columnOrPlace,
  columns,
  currency,
  entries,
  owner,
  table,
  type Written,
  words,
} from "../../values/forms.ts";

const side = z.strictObject({
  table,
  key: columns("[order_id]").describe(
    "What makes a row one fact; as many columns on both sides, in the same order.",
  ),
  business_date: column.describe("Column of the day a row is about."),
  time_zone: words.optional().describe("IANA name; business days begin and end here."),
  amount: columnOrPlace("$.total")
    .optional()
    .describe("Amount to compare in addition to the rows; on both sides or on neither."),
});

const twoSides = "name exactly two tables, each with table, key and business_date";
const pair = z
  .strictObject({
    owner,
    currency: currency.optional().describe("ISO 4217, of both amounts."),
    between: z.array(side, { error: twoSides }).length(2, { error: twoSides }),
  })
  .describe("Two tables that contain the same facts.");

export const pairKeys = { pairs: entries(pair, "pairs of tables").optional() };

export type WrittenPairs = Written<typeof pairKeys>;
