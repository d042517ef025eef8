import type { FindingGroup, Matter } from "../shared/alerting/types.ts";
import type { Channel } from "../shared/config/types.ts";
import { formatInstant } from "../shared/report/format.ts";
import type { Outcome } from "./decide.ts";

/** What is told of a channel: one matter. */
export function deliveryBy(channel: string): Matter {
  return { check: "delivery", subject: channel };
}

/** What a channel has missed since it last took a notice. */
export interface Missed {
  readonly notices: number;
  readonly since: Date;
}

/** Channels of which this attempt knows how they are: what failed for now proves nothing. */
export function judgedChannels(
  outcomes: ReadonlyMap<string, Outcome>,
  givenUp: boolean,
): ReadonlySet<string> {
  return new Set(
    [...outcomes].flatMap(([id, it]) => (it.status !== "failed" || lost(it) || givenUp ? [id] : [])),
  );
}

/** Ids of the channels that refused the notice whole. */
export function refusingChannels(outcomes: ReadonlyMap<string, Outcome>): readonly string[] {
  return [...outcomes].flatMap(([id, { status }]) => (status === "refused" ? [id] : []));
}

/**
 * What people must hear of on the other channels: one cause for each channel that refused the notice, or some of
 * whose recipients are refused for good.
 */
export function refusalGroups(
  channels: readonly Channel[],
  outcomes: ReadonlyMap<string, Outcome>,
  missed: ReadonlyMap<string, Missed>,
  givenUp: boolean,
): FindingGroup[] {
  return channels.flatMap((channel) => {
    const outcome = outcomes.get(channel.id);
    if (outcome === undefined) return [];
    if (outcome.status === "refused") return [channelRefuses(channel, outcome, missed.get(channel.id))];
    if (outcome.status === "failed" && givenUp) return [channelFails(channel, outcome)];
    return lost(outcome) ? [recipientsRefused(channel, outcome)] : [];
  });
}

function lost({ recipients = [] }: Outcome): boolean {
  return recipients.some(({ refusedWith }) => refusedWith !== null);
}

function channelRefuses(channel: Channel, { detail }: Outcome, missed: Missed | undefined): FindingGroup {
  const name = nameOf(channel);
  const count = missed?.notices ?? 1;
  const since = missed === undefined ? "" : ` since ${formatInstant(missed.since)}`;
  return {
    ...groupOf(channel, "critical", `${name} refuses messages: ${detail}`),
    since: missed?.since.toISOString() ?? null,
    message: {
      title: `${name} refuses messages: ${shortly(channel, detail)}`,
      lead: `It has missed ${count} ${count === 1 ? "notice" : "notices"}${since}; trying again changes nothing.`,
      facts: [
        { label: "It answered", value: detail },
        { label: "Missed", value: `${count} ${count === 1 ? "notice" : "notices"}${since}` },
      ],
      actions: actionsFor(channel),
      details: [],
    },
  };
}

/** Not "never", but for longer than Pub/Sub has tried. */
function channelFails(channel: Channel, { detail }: Outcome): FindingGroup {
  const name = nameOf(channel);
  return {
    ...groupOf(channel, "critical", `${name} has not taken a message: ${detail}`),
    message: {
      title: `${name} takes no messages`,
      lead: `It was tried until Pub/Sub gave up, and is still being tried: ${detail}.`,
      facts: [{ label: "What came of it", value: detail }],
      actions: actionsFor(channel),
      details: [],
    },
  };
}

function recipientsRefused(channel: Channel, { detail, recipients = [] }: Outcome): FindingGroup {
  const refused = recipients.flatMap(({ refusedWith }) => refusedWith ?? []);
  const all = channel.kind === "email" ? channel.to.length : recipients.length;
  const name = nameOf(channel);
  const what = `${refused.length} of ${all} recipients refused (${[...new Set(refused)].sort().join(", ")})`;
  return {
    ...groupOf(channel, "warning", `${name}: ${what}`),
    message: {
      title: `${name}: ${what}`,
      lead: "The others have the mail; these will not get one before their addresses are mended.",
      facts: [{ label: "It answered", value: detail }],
      actions: [
        `Look at the addresses under notifications.channels.${channel.id}.email.to of the warehouse file: one has gone, or is misspelt`,
        "Ask who runs the mail server why it refuses them; its log names the address",
      ],
      details: [],
    },
  };
}

function groupOf({ id }: Channel, severity: "critical" | "warning", summary: string) {
  return {
    key: `channel:${id}`,
    findings: [{ ...deliveryBy(id), severity, summary }],
  } satisfies Partial<FindingGroup>;
}

function nameOf({ kind, id }: Channel): string {
  return kind === "slack" ? `Slack channel ${id}` : `Email channel ${id}`;
}

/** `404 no_service`, `550`: what to look up, in a title. */
function shortly({ kind }: Channel, detail: string): string {
  if (kind === "slack") return detail.replace(":", "");
  if (detail.startsWith("EAUTH")) return "the login is refused";
  return /\((\d{3}[\d, ]*)\)/.exec(detail)?.[1] ?? /\b\d{3}\b/.exec(detail)?.[0] ?? "see what it answered";
}

function actionsFor(channel: Channel): readonly string[] {
  if (channel.kind === "slack") {
    return [
      "In Slack, look whether the channel is archived or the app was removed; make a new incoming webhook for it",
      `Add its URL: gcloud secrets versions add ${channel.webhookSecret} --data-file=- (no deployment is needed)`,
      "What it has missed is on the other channels, and in deliveries of the ops dataset with the status refused",
    ];
  }
  return [
    `Look at what the mail server answered: a login that changed needs a new version: gcloud secrets versions add ${channel.smtpSecret} --data-file=-`,
    `A sender or an address it does not take is mended in the warehouse file, under notifications.channels.${channel.id}.email`,
    "What it has missed is on the other channels, and in deliveries of the ops dataset with the status refused",
  ];
}
