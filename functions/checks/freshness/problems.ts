import type { Severity } from "../../shared/alerting/types.ts";
import { formatDay, formatDuration, formatInstant, formatMoney } from "../../shared/report/format.ts";
import type { MoneyImpact } from "../result.ts";
import { type Cause, findCauses } from "./causes.ts";
import type { Verdict } from "./types.ts";

/** One cause with its cost and actions. */
export interface Problem {
  readonly cause: Cause;
  readonly severity: Severity;
  /** Sums over the group's sources, by kind and currency: spend and revenue are not added. */
  readonly impact: readonly Total[];
  /** What to do, most likely first. */
  readonly actions: readonly string[];
  /** Responsible owners, each once. */
  readonly owners: readonly string[];
  /** True if only a busy BigQuery is the reason: it is reported, but nobody is notified. */
  readonly passing: boolean;
}

export type Total = Omit<MoneyImpact, "basis">;

/** The problems, one for each cause, worst first. Pure. */
export function problemsOf(verdicts: readonly Verdict[], now: Date): Problem[] {
  return findCauses(verdicts, now).map(problemOf);
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
 * `unknown` is as bad as stale, because the source may have been stale for as long. The exception is a source
 * for which the warehouse file lacks a line.
 */
export function severityOf({ status, finding }: Verdict): Severity {
  if (status === "unknown") return finding?.code === "no_content_clock" ? "warning" : "critical";
  return status === "critical" ? "critical" : "warning";
}

/** Sums by kind and currency, the largest first. */
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

/** Actions from the widest cause to the narrowest, each once. */
function actionsOf(cause: Cause): string[] {
  const { kind, host, connectors, verdicts } = cause;
  const steps = [
    ...(kind === "host" ? (host?.runbook ?? []) : []),
    // If the host is down, an action for each connector would only repeat the host's.
    ...(kind === "connector" || kind === "source" ? connectors.flatMap(({ runbook }) => runbook) : []),
    ...(kind === "host" ? [] : verdicts.flatMap(({ source }) => source.runbook)),
  ];
  const distinct = [...new Set(steps)];
  return distinct.length > 0 || kind === "dataset" ? distinct : [askTheOwner(cause)];
}

/** Every message needs at least one action. */
function askTheOwner(cause: Cause): string {
  const sources = cause.verdicts.map(({ source }) => source.id).join(", ");
  return `Ask ${ownersOf(cause).join(", ")}: there is no runbook for ${sources} in the warehouse file`;
}

function ownersOf({ kind, host, connectors, verdicts }: Cause): string[] {
  if (kind === "host" && host?.owner) return [host.owner];
  const owners =
    kind === "connector" || kind === "host" ? connectors.flatMap(({ owner }) => owner ?? []) : [];
  const all = owners.length > 0 ? owners : verdicts.map(({ source }) => source.owner);
  return [...new Set(all)];
}

/** "Facebook Marketing stopped on 2 Feb 2026", without a severity word. */
export function titleOf(cause: Problem["cause"]): string {
  const { kind, name, verdicts, since } = cause;
  const [first] = verdicts;
  if (kind === "host")
    return `${cause.connectors.map((connector) => connector.name).join(" and ")} stopped together on ${formatDay(since ?? "")}`;
  if (kind === "connector") {
    const onlyDays = verdicts.every(({ finding }) => finding?.code === "arrives_but_business_day_old");
    if (onlyDays) return `${name} brings no day newer than ${newestDay(verdicts)}`;
    return cause.key.startsWith("streams:")
      ? `${verdicts.map(({ source }) => source.id).join(", ")} of ${name} stopped on ${formatDay(since ?? "")}`
      : `${name} stopped on ${formatDay(since ?? "")}`;
  }
  if (kind === "dataset")
    return `${name} cannot be checked (${verdicts.length} ${verdicts.length === 1 ? "source" : "sources"})`;
  const what: Readonly<Record<string, string>> = {
    table_missing: "its table is missing",
    empty: "it is empty",
    clock_null: "its clock is NULL",
    no_content_clock: "it has no clock",
    arrival_in_future: "rows arrive from the future",
    not_checked: "it cannot be checked",
  };
  return `${name}: ${what[first?.finding?.code ?? ""] ?? first?.finding?.text ?? "something is wrong"}`;
}

/** The newest business day of a group. */
export function newestDay(verdicts: readonly Verdict[]): string {
  return formatDay(
    verdicts
      .flatMap(({ businessDate }) => businessDate ?? [])
      .sort()
      .at(-1) ?? "",
  );
}

export function sinceText(since: Date, now: Date): string {
  return `${formatInstant(since)} (${formatDuration(now.getTime() - since.getTime())})`;
}

/** "about $120K of spend ($112K to $131K)" */
export function moneyText({ amount, low, high, currency, kind }: Total): string {
  const money = (value: number) => formatMoney(value, currency);
  return `about ${money(amount)} of ${kind} (${money(low)} to ${money(high)})`;
}
