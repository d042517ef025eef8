import { moneyText, type Problem, sinceText, type Total, titleOf } from "../checks/freshness/problems.ts";
import type { Verdict } from "../checks/freshness/types.ts";
import { nameOf } from "../shared/config/values/table-name.ts";
import { queriesOf } from "../shared/function/queries.ts";
import type { Block, TableBlock } from "../shared/report/blocks.ts";
import { formatDay, formatHours, formatInstant, formatMoney } from "../shared/report/format.ts";
import type { CheckResult } from "../shared/runs/runs.ts";
import type { StatementRun } from "../shared/stores/bigquery/types.ts";
import type { Decision } from "./decide.ts";

/** The answer as data. Field names are the contract of `GET /sync-watchdog`. */
export function toJson(decision: Decision, runs: readonly StatementRun[]): Record<string, unknown> {
  const problemOf = problemBySource(decision);
  return {
    as_of: decision.asOf.toISOString(),
    summary: decision.summary,
    complete: decision.complete,
    sources: decision.verdicts.map((verdict) => {
      const problem = problemOf.get(verdict);
      return {
        source: verdict.source.id,
        table: nameOf(verdict.source.table),
        status: verdict.status,
        arrival: verdict.arrival?.toISOString() ?? null,
        business_date: verdict.businessDate,
        modified: verdict.modified?.toISOString() ?? null,
        age_hours: verdict.ageMs === null ? null : Math.round(verdict.ageMs / 36_000) / 100,
        decided_by: verdict.decidedBy,
        finding: verdict.finding,
        notes: verdict.notes,
        impact: verdict.impact === null ? null : { ...rounded(verdict.impact), basis: verdict.impact.basis },
        cause: problem?.cause.text ?? null,
        action: problem?.actions ?? [],
        owner: verdict.source.owner,
      };
    }),
    groups: decision.problems.map(({ cause, severity, impact, actions, owners }) => ({
      key: cause.key,
      kind: cause.kind,
      title: titleOf(cause),
      severity,
      since: cause.since?.toISOString() ?? null,
      cause: cause.text,
      probable: cause.probable,
      evidence: cause.evidence,
      sources: cause.verdicts.map(({ source }) => source.id),
      impact: impact.map(rounded),
      actions,
      owner: owners.join(", "),
    })),
    queries: queriesOf(runs),
  };
}

/** The answer to read: the problems first, then every source, then the cost of the queries. */
export function toBlocks(decision: Decision, runs: readonly StatementRun[]): Block[] {
  const { ok, warning, critical, unknown } = decision.summary;
  return [
    { kind: "heading", level: 1, text: "Is every source fresh?" },
    {
      kind: "paragraph",
      text: `As of ${formatInstant(decision.asOf)}: ${ok} ok, ${warning} warning, ${critical} critical, ${unknown} unknown.`,
    },
    ...decision.problems.flatMap((problem) => problemBlocks(problem, decision.asOf)),
    { kind: "heading", level: 2, text: "Sources" },
    sourceTable(decision.verdicts),
    { kind: "heading", level: 2, text: "Queries" },
    {
      kind: "paragraph",
      text: "The queries of this report. BigQuery bills at least 10 MB for each table that a query names.",
    },
    {
      kind: "table",
      columns: [{ label: "Statement" }, { label: "Processed", align: "right" }, { label: "Job" }],
      rows: runs.map(({ statement, bytesProcessed, jobId }) => [
        statement,
        formatBytes(bytesProcessed),
        jobId ?? "estimated only",
      ]),
    },
    ...runs.map(({ sql }): Block => ({ kind: "code", language: "sql", text: sql })),
  ];
}

/** The one table of the answer, for CSV. */
export function toTable(decision: Decision): TableBlock {
  const names = [
    "source",
    "status",
    "arrival",
    "business_date",
    "modified",
    "age_hours",
    "decided_by",
    "finding",
  ];
  const moneyNames = [
    "impact_amount",
    "impact_low",
    "impact_high",
    "impact_currency",
    "impact_kind",
    "impact_basis",
  ];
  const problemOf = problemBySource(decision);
  return {
    kind: "table",
    columns: [...names, ...moneyNames, "cause", "action", "owner"].map((label) => ({ label })),
    rows: decision.verdicts.map((verdict) => {
      const impact =
        verdict.impact === null ? null : { ...rounded(verdict.impact), basis: verdict.impact.basis };
      return [
        verdict.source.id,
        verdict.status,
        verdict.arrival?.toISOString() ?? null,
        verdict.businessDate,
        verdict.modified?.toISOString() ?? null,
        verdict.ageMs === null ? null : Math.round(verdict.ageMs / 36_000) / 100,
        verdict.decidedBy,
        verdict.finding?.code ?? null,
        impact?.amount ?? null,
        impact?.low ?? null,
        impact?.high ?? null,
        impact?.currency ?? null,
        impact?.kind ?? null,
        impact?.basis ?? null,
        problemOf.get(verdict)?.cause.text ?? null,
        problemOf.get(verdict)?.actions[0] ?? null,
        verdict.source.owner,
      ];
    }),
  };
}

/** A row of `check_results` for each source. */
export function toCheckResults(verdicts: readonly Verdict[]): CheckResult[] {
  return verdicts.map(
    ({ source, status, arrival, businessDate, modified, ageMs, decidedBy, finding, notes, impact }) => ({
      check: "freshness",
      subject: source.id,
      status,
      code: finding?.code ?? null,
      text: finding?.text ?? null,
      detail: {
        decided_by: decidedBy,
        arrival,
        business_date: businessDate,
        modified,
        age_hours: ageMs === null ? null : ageMs / 3_600_000,
        notes,
        impact,
      },
    }),
  );
}

function problemBlocks({ cause, severity, impact, actions, owners }: Problem, now: Date): Block[] {
  return [
    { kind: "heading", level: 2, text: titleOf(cause) },
    {
      kind: "facts",
      facts: [
        { label: "Severity", value: severity },
        ...(cause.since === null ? [] : [{ label: "Since", value: sinceText(cause.since, now) }]),
        ...(impact.length === 0 ? [] : [{ label: "Not visible", value: impact.map(moneyText).join("; ") }]),
        { label: cause.probable ? "Cause" : "Facts", value: cause.text },
        { label: "Owner", value: owners.join(", ") },
      ],
    },
    ...titled("What to do", true, actions),
    ...titled("Evidence", false, cause.evidence),
    ...titled("How the money is estimated", false, basesOf(cause.verdicts)),
  ];
}

function titled(title: string, ordered: boolean, items: readonly string[]): Block[] {
  if (items.length === 0) return [];
  return [
    { kind: "heading", level: 3, text: title },
    { kind: "list", ordered, items },
  ];
}

export function basesOf(verdicts: readonly Verdict[]): string[] {
  return verdicts.flatMap(({ source, impact }) =>
    impact === null ? [] : [`${source.id}: ${impact.basis}.`],
  );
}

function sourceTable(verdicts: readonly Verdict[]): Block {
  return {
    kind: "table",
    columns: [
      { label: "Source" },
      { label: "Status" },
      { label: "Last arrival" },
      { label: "Business day" },
      { label: "Age", align: "right" },
      { label: "Decided by" },
      { label: "Not visible", align: "right" },
    ],
    rows: verdicts.map(({ source, status, arrival, businessDate, modified, ageMs, decidedBy, impact }) => [
      source.id,
      status,
      arrival !== null
        ? formatInstant(arrival)
        : modified !== null && decidedBy === "modified"
          ? `by ${formatInstant(modified)}`
          : "–",
      businessDate === null ? "–" : formatDay(businessDate),
      ageMs === null ? "–" : formatHours(ageMs),
      decidedBy ?? "–",
      impact === null ? "–" : formatMoney(impact.amount, impact.currency),
    ]),
  };
}

function problemBySource(decision: Decision): Map<Verdict, Problem> {
  return new Map(
    decision.problems.flatMap((problem) => problem.cause.verdicts.map((verdict) => [verdict, problem])),
  );
}

function rounded({ amount, low, high, currency, kind }: Total): Total {
  return { amount: cents(amount), low: cents(low), high: cents(high), currency, kind };
}

function cents(amount: number): number {
  return Math.round(amount * 100) / 100;
}

function formatBytes(bytes: number): string {
  return bytes < 2 ** 20 ? `${(bytes / 2 ** 10).toFixed(1)} KiB` : `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}
