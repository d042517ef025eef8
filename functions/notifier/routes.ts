import type { Notice, Severity } from "../shared/alerting/types.ts";
import type { Channel, Route } from "../shared/config/types.ts";

const badness: Readonly<Record<Severity | "info", number>> = { info: 0, warning: 1, critical: 2 };

/**
 * Every channel of every route that takes the notice, each once, in the order of the routes. Empty only where no
 * route takes it, which a checked warehouse file rules out.
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
