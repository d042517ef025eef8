import { parseInstant } from "../../../instant.ts";
import { getOrThrow, ms, type Resolved } from "../../values/resolved.ts";
import type { DedupView } from "../dedup-views/resolve.ts";
import type { Source } from "../sources/resolve.ts";
import { notificationDefaults as defaults, type WrittenNotifications } from "./schema.ts";

type Written = WrittenNotifications["notifications"];

/** Who is notified, with connectors and hosts resolved to their sources. */
export function resolveNotifications(
  { notifications }: WrittenNotifications,
  sources: readonly Source[],
  views: readonly DedupView[],
) {
  const channels = Object.entries(notifications.channels).map(([id, it]) => channel(id, it));
  const byId = new Map(channels.map((it) => [it.id, it]));
  const {
    routes = [{ to: channels.map(({ id }) => id) }],
    repeat_after,
    flapping,
    acknowledge,
  } = notifications;
  return {
    channels,
    /** Never empty: without routes in the file, there is one that selects everything for every channel. */
    routes: routes.map((it) => ({
      to: [...new Set(it.to)].map((id) => getOrThrow(byId, id)),
      /** The lowest severity; null means any, also notices that nothing is wrong. */
      severity: it.severity ?? null,
      /** Ids of sources and of clean views over them: the notice is about one of these; null means any. */
      sources: subjectsOf(it, sources, views),
      /** One of these is an owner; null means any. */
      owners: it.owners?.map((owner) => owner.trim()) ?? null,
    })),
    /** The wait before each reminder, in order; the last one repeats. Empty means no reminders. */
    repeatAfterMs: repeat_after === "never" ? [] : [repeat_after ?? defaults.repeatAfter].flat().map(ms),
    flapping: {
      moreThan: flapping?.more_than ?? defaults.flapping.moreThan,
      withinMs: ms(flapping?.within ?? defaults.flapping.within),
    },
    silences: (notifications.silences ?? []).map((it) => ({
      /** Ids of sources and of clean views over them; connectors and hosts are resolved to theirs. */
      sources: subjectsOf(it, sources, views) ?? [],
      from: instant(it.from),
      until: instant(it.until),
      why: it.why,
    })),
    /** `HH:MM` in the file's time zone: when the daily heartbeat is due. Null for no heartbeat. */
    heartbeatAt: notifications.heartbeat_at ?? null,
    /** Null if messages have no link to acknowledge. */
    acknowledge:
      acknowledge === undefined
        ? null
        : {
            /** Name of the secret that signs the links. */
            secret: acknowledge.secret,
            /** How long an acknowledgement suppresses reminders. */
            forMs: ms(acknowledge.for ?? defaults.acknowledgeFor),
          },
  };
}

type Condition = NonNullable<Written["routes"]>[number];
type About = Pick<Condition, "sources" | "connectors" | "hosts">;

/**
 * Ids of sources and of the clean views over them, in the order of the file; null if no sources, connectors
 * or hosts are named.
 */
function subjectsOf(about: About, sources: readonly Source[], views: readonly DedupView[]): string[] | null {
  if (about.sources === undefined && about.connectors === undefined && about.hosts === undefined) return null;
  const meant = ({ id, connector }: Source) =>
    about.sources?.includes(id) ||
    about.connectors?.includes(connector.id) ||
    (connector.host !== null && about.hosts?.includes(connector.host.id));
  const ids = [...sources.filter(meant), ...views.filter(({ source }) => meant(source))].map(({ id }) => id);
  return [...new Set(ids)];
}

/** Texts that are not an instant have been refused before. */
function instant(written: string): Date {
  const at = parseInstant(written);
  if (at === null) throw new Error(`${written} is no instant`);
  return at;
}

function channel(id: string, it: Written["channels"][string]) {
  if (it.slack !== undefined)
    return {
      kind: "slack" as const,
      id,
      /** Name of the secret that holds the incoming-webhook URL. */
      webhookSecret: it.slack.webhook_secret,
    };
  if (it.email !== undefined)
    return {
      kind: "email" as const,
      id,
      /** Name of the secret that holds the SMTP URL, `smtps://user:password@host:465`. */
      smtpSecret: it.email.smtp_secret,
      from: it.email.from,
      to: it.email.to,
    };
  throw new Error(`channel ${id} is neither slack nor email`);
}

export type Notifications = Resolved<ReturnType<typeof resolveNotifications>>;

/**
 * Selects notices for channels. A notice goes to every route that selects it; one route selects everything.
 */
export type Route = Notifications["routes"][number];

/** A finding that breaks more often than `moreThan` times within `withinMs` is flapping. */
export type Flapping = Notifications["flapping"];

/** Planned work: notices about these sources are suppressed during it. */
export type Silence = Notifications["silences"][number];
export type Acknowledge = NonNullable<Notifications["acknowledge"]>;

export type Channel = Notifications["channels"][number];
export type SlackChannel = Extract<Channel, { readonly kind: "slack" }>;
export type EmailChannel = Extract<Channel, { readonly kind: "email" }>;
