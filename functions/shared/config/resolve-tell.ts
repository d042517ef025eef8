import { parseInstant } from "../instant.ts";
import { known, ms } from "./resolved.ts";
import { defaults, type WrittenFile } from "./schema.ts";
import type { Channel, DedupView, Notifications, Route, Silence, Source } from "./types.ts";

type Written = WrittenFile["notifications"];

/** Who is told, with every default applied, and connectors and hosts resolved to their sources. */
export function resolveNotifications(
  notifications: Written,
  sources: readonly Source[],
  views: readonly DedupView[],
): Notifications {
  const channels = Object.entries(notifications.channels).map(([id, it]) => channel(id, it));
  const byId = new Map(channels.map((it) => [it.id, it]));
  const everything: Route = { to: channels, severity: null, sources: null, owners: null };
  return {
    channels,
    routes: notifications.routes?.map(
      (it): Route => ({
        to: [...new Set(it.to)].map((id) => known(byId, id)),
        severity: it.severity ?? null,
        sources: subjectsOf(it, sources, views),
        owners: it.owners?.map((owner) => owner.trim()) ?? null,
      }),
    ) ?? [everything],
    repeatAfterMs:
      notifications.repeat_after === "never"
        ? []
        : [notifications.repeat_after ?? defaults.repeatAfter].flat().map(ms),
    flapping: {
      moreThan: notifications.flapping?.more_than ?? defaults.flapping.moreThan,
      withinMs: ms(notifications.flapping?.within ?? defaults.flapping.within),
    },
    silences: (notifications.silences ?? []).map(
      (it): Silence => ({
        sources: subjectsOf(it, sources, views) ?? [],
        from: instant(it.from),
        until: instant(it.until),
        why: it.why,
      }),
    ),
    heartbeatAt: notifications.heartbeat_at ?? null,
    acknowledge:
      notifications.acknowledge === undefined
        ? null
        : {
            secret: notifications.acknowledge.secret,
            forMs: ms(notifications.acknowledge.for ?? defaults.acknowledgeFor),
          },
  };
}

type About = Pick<NonNullable<Written["silences"]>[number], "sources" | "connectors" | "hosts">;

/**
 * Ids in the order of the file, of sources and of the clean views over them; null where neither sources nor
 * connectors nor hosts are named.
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

/** What is no instant has been ruled out before. */
function instant(written: string): Date {
  const at = parseInstant(written);
  if (at === null) throw new Error(`${written} is no instant`);
  return at;
}

function channel(id: string, it: Written["channels"][string]): Channel {
  if (it.slack !== undefined) return { kind: "slack", id, webhookSecret: it.slack.webhook_secret };
  if (it.email !== undefined) {
    return { kind: "email", id, smtpSecret: it.email.smtp_secret, from: it.email.from, to: it.email.to };
  }
  throw new Error(`channel ${id} is neither slack nor email`);
}
