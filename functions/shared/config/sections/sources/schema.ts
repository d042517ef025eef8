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
    "The money of another source once more, cut finer, as by country: its totals must be the other's.",
  );

const source = z.strictObject({
  table,
  connector: words.describe("What delivers it: one of `connectors`."),
  owner,
  arrival: column.optional().describe("TIMESTAMP column that says when a row reached the warehouse."),
  business_date: column
    .optional()
    .describe("Column of the day a row is about; _TABLE_SUFFIX where the shards' names say it."),
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
      "Sources it is computed from, like a clean table or a mart: while one of them is known to be stale, nobody is notified that it is too.",
    ),
  unique_key: columns("[ad_id, date]")
    .optional()
    .describe("Columns that make a row one fact, when the loader delivers facts again."),
  required: columns("[ad_id, campaign_name]")
    .optional()
    .describe("Columns that must hold a value, beside those of the unique key."),
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
