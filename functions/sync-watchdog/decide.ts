import { closest, distance } from "fastest-levenshtein";
import type { Impact, Status, Verdict } from "../checks/freshness/types.ts";
import type { Severity } from "../shared/alerting/types.ts";
import type { Source } from "../shared/config/types.ts";
import { BadRequestError } from "../shared/errors.ts";
import { type Cause, findCauses } from "./causes.ts";

/** What is wrong, as of an instant. */
export interface Decision {
  readonly asOf: Date;
  readonly summary: Readonly<Record<Status, number>>;
  /** In the order of the warehouse file. */
  readonly verdicts: readonly Verdict[];
  /** Worst first. */
  readonly problems: readonly Problem[];
  /** Every check could be made; a run where one could not is a failed run. */
  readonly complete: boolean;
}

export interface Problem {
  readonly cause: Cause;
  readonly severity: Severity;
  /** Summed over the group's sources, by kind and currency: spend and revenue do not add up. */
  readonly impact: readonly Total[];
  /** What to do, most likely first. */
  readonly actions: readonly string[];
  /** Who is responsible, each once. */
  readonly owners: readonly string[];
  /** Only a busy BigQuery stands behind it: reported, but nobody is called for it. */
  readonly passing: boolean;
}

export type Total = Omit<Impact, "basis">;

/** Pure: what was seen → what is wrong, why, what it costs, what to do. */
export function decide(verdicts: readonly Verdict[], now: Date): Decision {
  return {
    asOf: now,
    summary: countByStatus(verdicts),
    verdicts,
    problems: findCauses(verdicts, now).map(problemOf),
    complete: verdicts.every(({ checked }) => checked),
  };
}

/**
 * The decision about one source, with the whole of the problem it is part of; all of it without a source.
 * @throws BadRequestError when the warehouse file has no such source
 */
export function narrowTo(source: string | undefined, decision: Decision): Decision {
  if (source === undefined) return decision;
  const verdicts = decision.verdicts.filter((verdict) => verdict.source.id === source);
  if (verdicts.length === 0) {
    throw noSource(
      source,
      decision.verdicts.map((verdict) => verdict.source),
    );
  }
  const problems = decision.problems.filter(({ cause }) =>
    cause.verdicts.some((verdict) => verdict.source.id === source),
  );
  return { ...decision, summary: countByStatus(verdicts), verdicts, problems };
}

/**
 * What must be looked at to say what is wrong with one source: itself, and whatever shares its connector or host,
 * because the cause lies there. All of them without a source.
 * @throws BadRequestError when there is no such source
 */
export function relatedTo(id: string | undefined, sources: readonly Source[]): readonly Source[] {
  if (id === undefined) return sources;
  const wanted = sources.find((source) => source.id === id);
  if (wanted === undefined) throw noSource(id, sources);
  const { connector } = wanted;
  return sources.filter(
    (source) =>
      source.connector === connector || (connector.host !== null && source.connector.host === connector.host),
  );
}

function noSource(id: string, known: readonly Source[]): BadRequestError {
  const delivered = known.filter(({ connector }) => connector.id === id).map((source) => source.id);
  if (delivered.length > 0) {
    return new BadRequestError(`${id} is a connector; its sources are ${delivered.join(", ")}`);
  }
  const ids = known.map((source) => source.id);
  const near = closest(id, ids);
  const guess =
    distance(id, near) <= Math.max(2, id.length / 3)
      ? `did you mean ${near}?`
      : `there are ${ids.join(", ")}`;
  return new BadRequestError(`The warehouse file has no source ${JSON.stringify(id)}; ${guess}`);
}

function countByStatus(verdicts: readonly Verdict[]): Record<Status, number> {
  const counts = { ok: 0, warning: 0, critical: 0, unknown: 0 };
  for (const { status } of verdicts) counts[status] += 1;
  return counts;
}

function problemOf(cause: Cause): Problem {
  return {
    cause,
    severity: cause.verdicts.some((verdict) => severityOf(verdict) === "critical") ? "critical" : "warning",
    impact: totalsOf(cause.verdicts.flatMap(({ impact }) => impact ?? [])),
    actions: actionsOf(cause),
    owners: ownersOf(cause),
    passing: cause.verdicts.every(({ retry }) => retry),
  };
}

/**
 * Nobody can tell is as bad as stale: the source may have been silent for as long. The one
 * exception is a source that was never told apart from fresh: its warehouse file needs a line.
 */
export function severityOf({ status, finding }: Verdict): Severity {
  if (status === "unknown") return finding?.code === "no_content_clock" ? "warning" : "critical";
  return status === "critical" ? "critical" : "warning";
}

/** Summed by kind and currency, the largest first. */
export function totalsOf(impacts: readonly Total[]): Total[] {
  const sum = (same: readonly Total[], of: (total: Total) => number) =>
    same.reduce((all, each) => all + of(each), 0);
  return [...Map.groupBy(impacts, ({ kind, currency }) => `${kind} ${currency}`).values()]
    .flatMap((same): Total[] => {
      const [first] = same;
      if (first === undefined) return [];
      return [
        {
          kind: first.kind,
          currency: first.currency,
          amount: sum(same, ({ amount }) => amount),
          low: sum(same, ({ low }) => low),
          high: sum(same, ({ high }) => high),
        },
      ];
    })
    .sort((a, b) => b.amount - a.amount);
}

/** From the widest cause to the narrowest, each step once. */
function actionsOf(cause: Cause): string[] {
  const { kind, host, connectors, verdicts } = cause;
  const steps = [
    ...(kind === "host" ? (host?.runbook ?? []) : []),
    // With the host down, a step for each connector would only repeat itself.
    ...(kind === "connector" || kind === "source" ? connectors.flatMap(({ runbook }) => runbook) : []),
    ...(kind === "host" ? [] : verdicts.flatMap(({ source }) => source.runbook)),
  ];
  const distinct = [...new Set(steps)];
  return distinct.length > 0 || kind === "dataset" ? distinct : [askTheOwner(cause)];
}

/** A message that leaves its reader alone is no help. */
function askTheOwner(cause: Cause): string {
  const sources = cause.verdicts.map(({ source }) => source.id).join(", ");
  return `Ask ${ownersOf(cause).join(", ")}: no steps are written down for ${sources} yet (runbook, in the warehouse file)`;
}

function ownersOf({ kind, host, connectors, verdicts }: Cause): string[] {
  if (kind === "host" && host?.owner) return [host.owner];
  const owners =
    kind === "connector" || kind === "host" ? connectors.flatMap(({ owner }) => owner ?? []) : [];
  const all = owners.length > 0 ? owners : verdicts.map(({ source }) => source.owner);
  return [...new Set(all)];
}
