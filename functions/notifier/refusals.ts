import type { FindingGroup, FindingKey } from "../shared/alerting/types.ts";
import type { Channel } from "../shared/config/types.ts";
import { formatInstant } from "../shared/report/format.ts";
import type { Outcome } from "./channels/outcome.ts";
import { kindOf } from "./channels/registry.ts";

/** The key of a channel's deliveries. */
export function deliveryBy(channel: string): FindingKey {
  return { check: "delivery", subject: channel };
}

/** The notices a channel has missed since it last accepted one. */
export interface Missed {
  readonly notices: number;
  readonly since: Date;
}

/** Channels whose state this attempt shows: a temporary failure shows nothing. */
export function judgedChannels(
  outcomes: ReadonlyMap<string, Outcome>,
  givenUp: boolean,
): ReadonlySet<string> {
  return new Set(
    [...outcomes].flatMap(([id, it]) => (it.status !== "failed" || lost(it) || givenUp ? [id] : [])),
  );
}

/** Ids of the channels that refused the whole notice. */
export function refusingChannels(outcomes: ReadonlyMap<string, Outcome>): readonly string[] {
  return [...outcomes].flatMap(([id, { status }]) => (status === "refused" ? [id] : []));
}

/**
 * One finding group for each channel that refused the notice, or that refused some recipients permanently.
 * The other channels deliver it.
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
      title: `${name} refuses messages: ${kindOf(channel).describeRefusal(channel, detail).shortly}`,
      lead: `It has missed ${count} ${count === 1 ? "notice" : "notices"}${since}; retries do not help.`,
      facts: [
        { label: "It answered", value: detail },
        { label: "Missed", value: `${count} ${count === 1 ? "notice" : "notices"}${since}` },
      ],
      actions: actionsFor(channel, detail),
      details: [],
    },
  };
}

/** Not a permanent refusal, but longer than Pub/Sub tries. */
function channelFails(channel: Channel, { detail }: Outcome): FindingGroup {
  const name = nameOf(channel);
  return {
    ...groupOf(channel, "critical", `${name} has not taken a message: ${detail}`),
    message: {
      title: `${name} refuses messages`,
      lead: `It was tried until Pub/Sub gave up, and is still being tried: ${detail}.`,
      facts: [{ label: "Result", value: detail }],
      actions: actionsFor(channel, detail),
      details: [],
    },
  };
}

function recipientsRefused(channel: Channel, { detail, recipients = [] }: Outcome): FindingGroup {
  const refused = recipients.flatMap(({ refusedWith }) => refusedWith ?? []);
  const kind = kindOf(channel).recipients;
  const all = kind?.count(channel) ?? recipients.length;
  const name = nameOf(channel);
  const what = `${refused.length} of ${all} recipients refused (${[...new Set(refused)].sort().join(", ")})`;
  return {
    ...groupOf(channel, "warning", `${name}: ${what}`),
    message: {
      title: `${name}: ${what}`,
      lead: "The others have the mail; these will not get one before their addresses are corrected.",
      facts: [{ label: "It answered", value: detail }],
      actions: kind?.actions(channel) ?? [],
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

function nameOf(channel: Channel): string {
  return `${kindOf(channel).name} ${channel.id}`;
}

function actionsFor(channel: Channel, detail: string): readonly string[] {
  return [
    ...kindOf(channel).describeRefusal(channel, detail).actions,
    "What it has missed is on the other channels, and in deliveries of the ops dataset with the status refused",
  ];
}
