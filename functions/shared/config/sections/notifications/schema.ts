import { z } from "zod";
import { parseInstant } from "../../../instant.ts";
import { duration, email, entries, secretName, text, type Written, words } from "../../values/forms.ts";

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
/** The subjects of a route or a silence: sources by id, by connector, by host. */
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
    why: words.describe("The planned work; notices quote it."),
    from: instant,
    until: instant.describe("31 days after from at the latest."),
    ...about,
  })
  .describe("Planned work: notices about these sources are suppressed during this time.");

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
  .describe(
    "Matches a notice that meets all its conditions; a route without conditions matches every notice.",
  );

const repeatAfter = z
  .union(
    [
      duration,
      z.literal("never"),
      z.array(duration).min(1, { error: "name at least one, like [4h, 12h, 24h], or write never" }),
    ],
    {
      error: "write a length of time with its unit, like 4h, a list of them, like [4h, 12h, 24h], or never",
    },
  )
  .describe(
    "Wait before the first reminder of the same findings, the second, ...; the last goes on. never: no reminders.",
  );

const flapping = z
  .strictObject({
    more_than: z
      .int({ error: "write a whole number, 1 or more" })
      .min(1, { error: "write a whole number, 1 or more" })
      .optional(),
    within: duration.optional(),
  })
  .describe("A finding that breaks more often than this is notified as flapping, once, until it is stable.");

const acknowledge = z
  .strictObject({
    secret: secretName.describe("Name of the secret that signs the links, at least 32 random characters."),
    for: duration.optional().describe("How long reminders are suppressed; 7d at most."),
  })
  .describe("Messages contain a link that suppresses the reminders of their incident.");

/** Who is notified, and when. */
export const notificationKeys = {
  notifications: z.strictObject({
    repeat_after: repeatAfter.optional(),
    flapping: flapping.optional(),
    heartbeat_at: text(
      /^([01]\d|2[0-3]):[0-5]\d$/,
      'write a time of day in 24 hours, in quotes, like "08:00"',
    )
      .optional()
      .describe(
        "When the daily heartbeat is due, in the file's time zone: a message that proves that somebody is watching.",
      ),
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
    channels: entries(channel, "channels"),
  }),
};

export type WrittenNotifications = Written<typeof notificationKeys>;

export const notificationDefaults = {
  repeatAfter: ["4h", "12h", "24h"],
  flapping: { moreThan: 3, within: "24h" },
  acknowledgeFor: "24h",
} as const;

/** A route without any of these selects every notice. */
export const routeConditions = ["severity", "sources", "connectors", "hosts", "owners"] as const;
