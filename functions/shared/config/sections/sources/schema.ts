import { z } from "zod";
import {
  column,
  columns,
  duration,
  entries,
  links,
  money,
  owner,
  place,
  steps,
  table,
  type Written,
  words,
} from "../../values/forms.ts";

const breakdown = z
  .strictObject({
    of: words.describe("One of `sources`, which has the same money cut less finely."),
    ...place,
  })
  .describe(
    "A breakdown of the money of another source, as by country: its totals must equal those of the other source.",
  );

const source = z.strictObject({
  table,
  connector: words.describe("What delivers it: one of `connectors`."),
  owner,
  arrival: column.optional().describe("TIMESTAMP column with the time at which a row reached the warehouse."),
  business_date: column
    .optional()
    .describe("Column with the day of a row; _TABLE_SUFFIX if the shards' names contain it."),
  time_zone: words.optional().describe("IANA name; business days begin and end here."),
  warn_after: duration.optional(),
  critical_after: duration.optional(),
  other_writers: z
    .array(words, { error: "write a list of names, like [pii-hasher]" })
    .optional()
    .describe("Anything but the loader that writes the table."),
  built_from: z
    .array(words, { error: "write a list of sources, like [ads, orders]" })
    .min(1, { error: "name at least one source, or leave the line out" })
    .optional()
    .describe(
      "Sources it is computed from, like those of a clean table or a mart: while one of them is notified as stale, no notice is sent that this one is stale too.",
    ),
  unique_key: columns("[ad_id, date]")
    .optional()
    .describe("Columns that make a row one fact, when the loader delivers facts again."),
  required: columns("[ad_id, campaign_name]")
    .optional()
    .describe("Columns that must have a value, in addition to those of the unique key."),
  money: money.optional().describe("What a missing day costs."),
  final_after: duration
    .optional()
    .describe(
      "How long after a day has ended its amounts may still change, as while an ad platform attributes sales.",
    ),
  breakdown: breakdown.optional(),
  runbook: steps.optional(),
  links: links.optional(),
});

export const sourceKeys = {
  freshness: z
    .strictObject({ warn_after: duration.optional(), critical_after: duration.optional() })
    .optional(),
  sources: entries(source, "sources"),
};

export type WrittenSources = Written<typeof sourceKeys>;
export type WrittenSource = WrittenSources["sources"][string];

/** Used if the file has no `freshness`. */
export const freshnessDefaults = { warnAfter: "30h", criticalAfter: "48h" } as const;
