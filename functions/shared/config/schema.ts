import { z } from "zod";
import { parseInstant } from "../instant.ts";
import {
  column,
  columnForm,
  columns,
  duration,
  email,
  links,
  money,
  owner,
  secretName,
  table,
  text,
  words,
} from "./forms.ts";
import { pii } from "./schema-pii.ts";
import { breakdown, pair, reconciliation } from "./schema-reconciliation.ts";
import { dedupView, platform } from "./schema-views.ts";

/**
 * The warehouse file as it is written. One definition: `parse.ts` checks by it, and the JSON Schema for
 * editors is generated from it. What one value says about another is checked in `contradictions.ts`.
 */

const idForm = /^[a-z][a-z0-9_-]*$/;

const steps = z
  .array(words, { error: "write a list of steps, most likely first" })
  .describe("What to do, most likely first.");
const host = z.strictObject({
  name: words,
  owner: owner.optional(),
  runbook: steps.optional(),
  links: links.optional(),
});

const connector = z.strictObject({
  name: words,
  host: words.optional().describe("The host it runs on: one of `hosts`."),
  every: duration.describe("How often it is expected to deliver."),
  owner: owner.optional(),
  usual_causes: z
    .array(words, { error: "write a list of causes, most likely first" })
    .optional()
    .describe("Known ways it fails, most likely first; quoted as probable."),
  runbook: steps.optional(),
  links: links.optional(),
});

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
  also_written_by: z
    .array(words, { error: "write a list of names, like [pii-hasher]" })
    .optional()
    .describe("Anything but the loader that writes the table."),
  built_from: z
    .array(words, { error: "write a list of sources, like [ads, orders]" })
    .min(1, { error: "name at least one source, or leave the line out" })
    .optional()
    .describe(
      "Sources it is computed from, like a clean table or a mart: while one of them is known to be stale, nobody is told that it is too.",
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

const channel = z.strictObject({
  slack: z.strictObject({ webhook_secret: secretName }).optional(),
  email: z
    .strictObject({
      smtp_secret: secretName,
      from: email,
      to: z
        .array(email, { error: "write a list of email addresses" })
        .min(1, { error: "name at least one address" }),
    })
    .optional(),
});

const ids = (what: string) =>
  z
    .array(words, { error: `write a list of ${what}, like [a, b]` })
    .min(1, { error: `name at least one of the ${what}, or leave the line out` })
    .optional();
/** What a route or a silence is about: sources by name, by what delivers them, by where that runs. */
const about = {
  sources: ids("sources"),
  connectors: ids("connectors").describe("All sources that these deliver."),
  hosts: ids("hosts").describe("All sources whose connectors run on these."),
};

const instant = z
  .string({ error: "write an instant with its zone, like 2026-02-10T08:00:00Z" })
  .refine((written) => parseInstant(written) !== null, {
    error: "write an instant with its zone, like 2026-02-10T08:00:00Z or 2026-02-10T09:00:00+01:00",
  });

const silence = z
  .strictObject({
    why: words.describe("What is worked on; people read it."),
    from: instant,
    until: instant.describe("31 days after from at the latest."),
    ...about,
  })
  .describe("Planned work: nobody is told of these sources in the meantime.");

const route = z
  .strictObject({
    to: z
      .array(words, { error: "write a list of channels, like [data-alerts]" })
      .min(1, { error: "name at least one channel" })
      .describe("Some of `channels`."),
    severity: z
      .enum(["warning", "critical"], { error: "write warning or critical" })
      .optional()
      .describe("At least this bad."),
    ...about,
    owners: ids("owners").describe("Any of these is responsible."),
  })
  .describe("Takes a notice that meets all its conditions; one without conditions takes everything.");

const remindAfter = z
  .union([duration, z.array(duration).min(1, { error: "name at least one, like [4h, 12h, 24h]" })], {
    error: "write a length of time with its unit, like 4h, or a list of them, like [4h, 12h, 24h]",
  })
  .describe("Wait before the first reminder of the same findings, the second, ...; the last goes on.");

const flapping = z
  .strictObject({
    more_than: z
      .int({ error: "write a whole number, 1 or more" })
      .min(1, { error: "write a whole number, 1 or more" })
      .optional(),
    within: duration.optional(),
  })
  .describe("What breaks more often than this is said to be flapping, once, until it holds still.");

const acknowledge = z
  .strictObject({
    secret: secretName.describe("Name of the secret that signs the links, at least 32 random characters."),
    for: duration.optional().describe("How long the reminders are held; 7d at most."),
  })
  .describe("Messages carry a link that holds the reminders of their incident.");

const section = <T extends z.ZodType>(of: T, what: string) =>
  z.record(text(idForm, "write an id: lower-case letters, digits, _ and -, beginning with a letter"), of, {
    error: `write ${what} here, each under its own id`,
  });

export const warehouseFileSchema = z
  .strictObject({
    project: text(/^[a-z][a-z0-9-]*[a-z0-9]$/, "write a Google Cloud project id, like my-project"),
    location: text(
      /^(US|EU|[a-z]+-[a-z]+\d+)$/,
      "write the datasets' location as BigQuery does: US, EU or a region like europe-west1",
    ),
    time_zone: words.describe("IANA name, like Europe/Berlin; business days begin and end here."),
    ops_dataset: text(columnForm, "write a dataset's name, like plumbline_ops").describe(
      "Dataset of the bundle's own tables.",
    ),
    freshness: z
      .strictObject({ warn_after: duration.optional(), critical_after: duration.optional() })
      .optional(),
    hosts: section(host, "hosts").optional(),
    connectors: section(connector, "connectors"),
    sources: section(source, "sources"),
    dedup_views: section(dedupView, "dedup views").optional(),
    platforms: section(platform, "platforms").optional(),
    pii: pii.optional(),
    pairs: section(pair, "pairs of tables").optional(),
    reconciliation: reconciliation.optional(),
    tell: z.strictObject({
      remind_after: remindAfter.optional(),
      flapping: flapping.optional(),
      all_quiet_at: text(
        /^([01]\d|2[0-3]):[0-5]\d$/,
        'write a time of day in 24 hours, in quotes, like "08:00"',
      )
        .optional()
        .describe("When the line of the day is told, in the file's time zone."),
      acknowledge: acknowledge.optional(),
      silences: z
        .array(silence, { error: "write a list of silences, each with why, from and until" })
        .optional(),
      routes: z
        .array(route, { error: "write a list of routes, like - { to: [data-alerts] }" })
        .min(1, {
          error: "name at least one route, or leave the line out: everything then goes to every channel",
        })
        .optional(),
      channels: section(channel, "channels"),
    }),
  })
  .meta({ title: "Plumbline warehouse file" });

export type WrittenFile = z.infer<typeof warehouseFileSchema>;

export const defaults = {
  warnAfter: "30h",
  criticalAfter: "48h",
  remindAfter: ["4h", "12h", "24h"],
  flapping: { moreThan: 3, within: "24h" },
  acknowledgeFor: "24h",
  removeAtMost: "2%",
  tolerances: { money: { absolute: 1, relative: "0.1%" }, rows: { absolute: 0, relative: "0%" } },
  breakEvenRoas: 1,
  reportOn: "monday",
  wholeUpTo: "10GiB",
  atMost: "50GiB",
} as const;

/** A route without any of these takes every notice. */
export const routeConditions = ["severity", "sources", "connectors", "hosts", "owners"] as const;
