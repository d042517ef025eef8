import type { Connector, Host } from "../../shared/config/types.ts";
import { datasetOf } from "../../shared/config/values/table-name.ts";
import { formatDuration, formatInstant, formatList } from "../../shared/report/format.ts";
import type { Status } from "../result.ts";
import type { FindingCode, Verdict } from "./types.ts";

/** Sources that are notified together because one cause explains them. */
export interface Cause {
  /** Stable while the cause is the same: `connector:facebook`, `host:airbyte`, `source:shopify_utm`. */
  readonly key: string;
  readonly kind: "host" | "connector" | "dataset" | "source";
  readonly name: string;
  readonly connectors: readonly Connector[];
  readonly host: Host | null;
  readonly verdicts: readonly Verdict[];
  /** When the newest data of the group stopped; null if unknown. */
  readonly since: Date | null;
  /** One sentence; called probable unless the evidence is the cause itself. */
  readonly text: string;
  readonly probable: boolean;
  readonly evidence: readonly string[];
}

/**
 * Finds the causes of the findings.
 *
 * - Stale sources of one connector that stopped within one of its intervals have one cause.
 * - Two or more connectors of one host that stopped within the same interval point to the host.
 * - A dataset that cannot be read explains all its sources.
 * - Every other finding is its own cause.
 *
 * This is correlation only: a cause is called probable and comes with its evidence. Pure.
 */
export function findCauses(verdicts: readonly Verdict[], now: Date): Cause[] {
  const bad = verdicts.filter(({ finding }) => finding !== null);
  const stopped = bad.filter(isStopped);
  const stops = [...Map.groupBy(stopped, ({ source }) => source.connector)].flatMap(([connector, members]) =>
    stopsOf(connector, members, verdicts),
  );
  const [ofHosts, alone] = byHost(stops);
  const causes = [
    ...ofHosts.map(([host, members]) => hostCause(host, members, stops, verdicts, now)),
    ...alone.map((stop) => connectorCause(stop, now)),
    ...otherCauses(bad.filter((verdict) => !isStopped(verdict))),
  ].sort(byBadness);
  return causes.map((cause, n) =>
    causes.findIndex(({ key }) => key === cause.key) === n
      ? cause
      : { ...cause, key: `${cause.key}/${cause.verdicts[0]?.source.id}` },
  );
}

const stoppedCodes: ReadonlySet<FindingCode> = new Set([
  "stale",
  "written_but_nothing_arrived",
  "arrives_but_business_day_old",
]);

/** The source had data and gets nothing new, which is different from a source that cannot be checked. */
export function isStopped({ finding, status }: Verdict): boolean {
  return finding !== null && status !== "unknown" && stoppedCodes.has(finding.code);
}

/** Sources of one connector that stopped together. */
interface Stop {
  readonly connector: Connector;
  readonly verdicts: readonly Verdict[];
  readonly at: Date;
  /** All sources of the connector, these included. */
  readonly total: number;
  /**
   * The rest of the connector: it still delivers, stopped at another time, cannot be judged, or does not
   * exist.
   */
  readonly others: "deliver" | "stopped_apart" | "not_evaluated" | "none";
}

/** The stale sources of one connector, split if they did not stop within one interval of each other. */
function stopsOf(connector: Connector, stale: readonly Verdict[], all: readonly Verdict[]): Stop[] {
  const siblings = all.filter(({ source }) => source.connector === connector);
  const others = (verdicts: readonly Verdict[]): Stop["others"] => {
    if (verdicts.length === siblings.length) return "none";
    if (siblings.some(({ status }) => status === "ok")) return "deliver";
    return siblings.length > stale.length ? "not_evaluated" : "stopped_apart";
  };
  return clusters(stale, stopOf, connector.everyMs).map((verdicts) => ({
    connector,
    verdicts,
    at: latest(verdicts.map(stopOf)),
    total: siblings.length,
    others: others(verdicts),
  }));
}

/**
 * The instant at which a source's data ends: its newest arrival, else its last write, else the end of its
 * newest business day.
 */
export function stopOf(verdict: Verdict): Date {
  if (verdict.decidedBy === "business_date") return verdict.visibleThrough ?? new Date(0);
  return verdict.arrival ?? verdict.modified ?? verdict.visibleThrough ?? new Date(0);
}

/** Stops of one host within the shortest of their intervals; the others stay separate. */
function byHost(stops: readonly Stop[]): [[Host, Stop[]][], Stop[]] {
  const together: [Host, Stop[]][] = [];
  const alone: Stop[] = stops.filter(({ connector }) => connector.host === null);
  const hosted = stops.filter(({ connector }) => connector.host !== null);
  for (const [host, members] of Map.groupBy(hosted, ({ connector }) => connector.host as Host)) {
    const interval = Math.min(...members.map(({ connector }) => connector.everyMs));
    for (const cluster of clusters(members, ({ at }) => at, interval)) {
      const connectors = new Set(cluster.map(({ connector }) => connector));
      if (connectors.size > 1) together.push([host, cluster]);
      else alone.push(...cluster);
    }
  }
  return [together, alone];
}

/**
 * Groups in order of time, each at most `span` from first to last: a chain of neighbours is not one event.
 */
function clusters<T>(items: readonly T[], at: (item: T) => Date, span: number): T[][] {
  const found: T[][] = [];
  for (const item of [...items].sort((a, b) => at(a).getTime() - at(b).getTime())) {
    const current = found.at(-1);
    const first = current?.[0];
    if (current !== undefined && first !== undefined && at(item).getTime() - at(first).getTime() < span)
      current.push(item);
    else found.push([item]);
  }
  return found;
}

function connectorCause({ connector, verdicts, at, total, others }: Stop, now: Date): Cause {
  const age = formatDuration(now.getTime() - at.getTime());
  const missed = Math.floor((now.getTime() - at.getTime()) / connector.everyMs);
  return {
    key: `${others === "none" || others === "not_evaluated" ? "connector" : "streams"}:${connector.id}`,
    kind: "connector",
    name: connector.name,
    connectors: [connector],
    host: connector.host,
    verdicts,
    since: at,
    text: connectorText(connector, verdicts, others),
    probable: true,
    evidence: [
      `${counted(verdicts.length, total)} brought nothing new since ${formatInstant(at)} (${age}).`,
      ...(missed > 0
        ? [`It is due every ${formatDuration(connector.everyMs)}: at least ${missed} missed.`]
        : []),
    ],
  };
}

function connectorText(connector: Connector, verdicts: readonly Verdict[], others: Stop["others"]): string {
  const causes =
    connector.usualCauses.length === 0
      ? ""
      : ` Usual causes, most likely first: ${connector.usualCauses.join("; ")}.`;
  if (verdicts.every(({ decidedBy }) => decidedBy === "business_date")) {
    return `Probably the ${connector.name} connector re-sends old days without adding new ones.${causes}`;
  }
  const where = {
    none: `Probably the ${connector.name} connector itself: everything it delivers has stopped.`,
    deliver: `Probably single streams of the ${connector.name} connector: its other streams still deliver.`,
    not_evaluated: `Probably the ${connector.name} connector: all its streams that can be evaluated have stopped.`,
    stopped_apart: `Probably the ${connector.name} connector: its other streams stopped at another time.`,
  };
  return where[others] + causes;
}

function counted(count: number, total: number): string {
  if (count < total) return `${count} of its ${total} sources ${count === 1 ? "has" : "have"}`;
  return count === 1 ? "Its only source has" : `All ${count} of its sources have`;
}

function hostCause(
  host: Host,
  stops: readonly Stop[],
  allStops: readonly Stop[],
  verdicts: readonly Verdict[],
  now: Date,
): Cause {
  const connectors = [...new Set(stops.map(({ connector }) => connector))];
  const times = stops.map(({ at }) => at.getTime());
  const first = new Date(Math.min(...times));
  const since = new Date(Math.max(...times));
  const apart = since.getTime() - first.getTime();
  const names = connectors.map(({ name }) => name);
  const delivering = [
    ...new Set(
      verdicts
        .filter(
          ({ source, status, arrival, modified }) =>
            source.connector.host === host && status === "ok" && (arrival ?? modified ?? since) > since,
        )
        .map(({ source }) => source.connector),
    ),
  ].filter((connector) => !connectors.includes(connector));
  const earlier = allStops.filter(
    ({ connector, at }) => connector.host === host && !connectors.includes(connector) && at < first,
  );
  return {
    key: `host:${host.id}`,
    kind: "host",
    name: host.name,
    connectors,
    host,
    verdicts: stops.flatMap((stop) => stop.verdicts),
    since,
    text:
      delivering.length === 0
        ? `Probably ${host.name}: ${formatList(names)} run on it and stopped together.`
        : `Possibly ${host.name}: ${formatList(names)} run on it and stopped together, but ${formatList(delivering.map(({ name }) => name))} on the same host still ${delivering.length === 1 ? "delivers" : "deliver"}.`,
    probable: true,
    evidence: [
      `${formatList(names)} stopped within ${formatDuration(apart)} of each other, at ${formatInstant(since)} (${formatDuration(now.getTime() - since.getTime())} ago).`,
      ...(delivering.length === 0 ? [`Nothing on ${host.name} has delivered since.`] : []),
      ...earlier.map(
        ({ connector, at }) =>
          `${connector.name}, on the same host, had stopped earlier (${formatInstant(at)}) and has a message of its own.`,
      ),
    ],
  };
}

/** Findings that no stopped connector explains. */
function otherCauses(verdicts: readonly Verdict[]): Cause[] {
  return [...Map.groupBy(verdicts, otherKey)].map(([key, members]) => {
    const [first] = members;
    const isSource = key.startsWith("source:");
    return {
      key,
      kind: isSource ? "source" : "dataset",
      name: isSource ? `${first?.source.id}` : `${first?.source.table.dataset}`,
      connectors: [...new Set(members.map(({ source }) => source.connector))],
      host: null,
      verdicts: members,
      since: null,
      text: first?.finding?.text ?? "",
      probable: false,
      evidence: [],
    };
  });
}

/**
 * An unreadable or misplaced dataset explains all its sources, and so does a busy BigQuery. Other reasons,
 * such as a missing column, belong to one source.
 */
function otherKey({ source, finding, retry }: Verdict): string {
  const dataset = datasetOf(source.table);
  if (finding?.code === "no_permission" || finding?.code === "wrong_location")
    return `${finding.code}:${dataset}`;
  return retry ? `busy:${dataset}` : `source:${source.id}`;
}

const order: Readonly<Record<Status, number>> = { critical: 0, unknown: 1, warning: 2, ok: 3 };

/** Worst first, then the one that stopped first. */
function byBadness(a: Cause, b: Cause): number {
  const worst = (cause: Cause) => Math.min(...cause.verdicts.map(({ status }) => order[status]));
  return (
    worst(a) - worst(b) || (a.since?.getTime() ?? 0) - (b.since?.getTime() ?? 0) || (a.key < b.key ? -1 : 1)
  );
}

function latest(instants: readonly Date[]): Date {
  return new Date(Math.max(...instants.map((instant) => instant.getTime())));
}
