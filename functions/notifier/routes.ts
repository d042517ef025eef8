import type { Notice, Severity } from "../shared/alerting/types.ts";
import type { Channel, Notifications, Route } from "../shared/config/types.ts";
import { log } from "../shared/log.ts";

const badness: Readonly<Record<Severity | "info", number>> = { info: 0, warning: 1, critical: 2 };

/**
 * The notifier's own notices go to every channel, because a channel that refuses messages cannot report
 * itself. So do notices that no route selects: the file may have changed since it was checked.
 *
 * @param self name of the notifier
 */
export function whereTo(
  notice: Notice,
  { routes, channels }: Pick<Notifications, "routes" | "channels">,
  self: string,
): readonly Channel[] {
  if (notice.from === self) return channels;
  const routed = channelsFor(notice, routes);
  if (routed.length > 0 || channels.length === 0) return routed;
  log.warning("No route of the warehouse file matches this notice; it goes to every channel.");
  return channels;
}

/**
 * The channels of every route that selects the notice, each once, in the order of the routes. Empty only if
 * no route selects it, which a checked warehouse file rules out.
 */
export function channelsFor(notice: Notice, routes: readonly Route[]): readonly Channel[] {
  const taking = routes.filter((route) => takes(route, notice)).flatMap(({ to }) => to);
  return [...new Map(taking.map((channel) => [channel.id, channel])).values()];
}

function takes({ severity, sources, owners }: Route, notice: Notice): boolean {
  return (
    (severity === null || badness[notice.severity] >= badness[severity]) &&
    (sources === null || notice.subjects.some((it) => sources.includes(it))) &&
    (owners === null || notice.owners.some((it) => owners.includes(it)))
  );
}
