import { z } from "zod";
import {
  column,
  columnOrPlace,
  columns,
  currency,
  decimal,
  owner,
  place,
  share,
  size,
  table,
  words,
} from "./forms.ts";

/** What figures are compared with, how, and when people hear of it. */

export const breakdown = z
  .strictObject({
    of: words.describe("One of `sources`, which has the same money cut less finely."),
    ...place,
  })
  .describe(
    "The money of another source once more, cut finer, as by country: its totals must be the other's.",
  );

export const campaigns = z
  .strictObject({
    spend: columnOrPlace("$.campaign_name").describe("Where the source of spend names the campaign."),
    revenue: column.describe("Column in which the source of revenue names the campaign."),
  })
  .describe("Campaigns are compared by the name both sides give them.");

const side = z.strictObject({
  table,
  key: columns("[order_id]").describe(
    "What makes a row one fact; as many columns on both sides, in the same order.",
  ),
  business_date: column.describe("Column of the day a row is about."),
  time_zone: words.optional().describe("IANA name; business days begin and end here."),
  amount: columnOrPlace("$.total")
    .optional()
    .describe("What is compared beside the rows; on both sides or on neither."),
});

const twoSides = "name exactly two tables, each with table, key and business_date";
export const pair = z
  .strictObject({
    owner,
    currency: currency.optional().describe("ISO 4217, of both amounts."),
    between: z.array(side, { error: twoSides }).length(2, { error: twoSides }),
  })
  .describe("Two tables that hold the same facts.");

const tolerance = (what: string) =>
  z
    .strictObject({
      absolute: decimal.optional().describe(what),
      relative: share("0.1%").optional().describe("Share of the larger figure."),
    })
    .describe("A difference counts only when it is larger than both.");

export const weekdays = [
  "sunday",
  "monday",
  "tuesday",
  "wednesday",
  "thursday",
  "friday",
  "saturday",
] as const;

export const reconciliation = z
  .strictObject({
    tolerances: z
      .strictObject({
        money: tolerance("An amount in the figures' currency.").optional(),
        rows: tolerance("A number of rows.").optional(),
      })
      .optional(),
    break_even_roas: z
      .number({ error: "write a number above 0, like 1 or 1.5" })
      .positive({ error: "write a number above 0, like 1 or 1.5" })
      .optional()
      .describe("Return on ad spend at which a platform earns what it costs."),
    report_on: z
      .enum([...weekdays, "never"], { error: "write a day of the week, like monday, or never" })
      .optional()
      .describe("When the whole report goes out."),
    full_scan_up_to: size
      .optional()
      .describe("A table larger than this is read only as far as the window reaches."),
    max_scan: size.optional().describe("One run reads no more: what it would read is asked first."),
  })
  .describe("How figures are compared, and when the report goes out.");
