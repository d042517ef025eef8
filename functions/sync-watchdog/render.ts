import { isStopped, stopOf } from "../checks/freshness/causes.ts";
import {
  moneyText,
  newestDay,
  type Problem,
  severityOf,
  sinceText,
  titleOf,
} from "../checks/freshness/problems.ts";
import type { Verdict } from "../checks/freshness/types.ts";
import { helpLinks } from "../shared/alerting/notices/help-links.ts";
import type { FindingGroup, FindingKey, Link, Message, MessageFact } from "../shared/alerting/types.ts";
import type { Source } from "../shared/config/types.ts";
import type { Block } from "../shared/report/blocks.ts";
import { formatDuration, formatHours, formatInstant } from "../shared/report/format.ts";
import type { Decision } from "./decide.ts";
import { basesOf } from "./report.ts";

/** The finding groups, one for each cause. A busy BigQuery is reported in the answer and not notified. */
export function toFindingGroups(decision: Decision): FindingGroup[] {
  return decision.problems
    .filter(({ passing }) => !passing)
    .map((problem) => ({
      key: problem.cause.key,
      since: problem.cause.since?.toISOString() ?? null,
      owners: problem.owners,
      findings: problem.cause.verdicts.map((verdict) => ({
        ...freshnessKey(verdict.source),
        severity: severityOf(verdict),
        summary: `${verdict.source.id}: ${verdict.finding?.text ?? ""}`,
        follows: followsOf(verdict),
        since: isStopped(verdict) ? stopOf(verdict).toISOString() : null,
        // It can be ok again only after its own next run.
        graceMs: verdict.source.connector.everyMs,
      })),
      message: toMessage(problem, decision.asOf),
    }));
}

/** A source that is computed from stale sources is stale because of them. */
function followsOf(verdict: Verdict): FindingKey[] {
  if (!isStopped(verdict)) return [];
  return verdict.source.builtFrom.map((id) => freshnessKey({ id }));
}

/** The key of a source's freshness. */
export function freshnessKey({ id }: Pick<Source, "id">): FindingKey {
  return { check: "freshness", subject: id };
}

/** The keys of the sources that were really evaluated: only these can recover. */
export function evaluatedKeys(verdicts: readonly Verdict[]): FindingKey[] {
  return verdicts.filter(({ status }) => status !== "unknown").map(({ source }) => freshnessKey(source));
}

function toMessage({ cause, impact, actions, owners }: Problem, now: Date): Message {
  const money = impact.map(moneyText).join(" and ");
  const silence = silenceOf(cause, now);
  const bases = basesOf(cause.verdicts);
  return {
    title: titleOf(cause),
    lead: money === "" ? withStop(silence) : `${silence}: ${money} not visible.`,
    facts: [
      ...fact(cause.probable ? "Cause" : "Facts", cause.text),
      ...fact("Severity", howBad(cause.verdicts), "detail"),
      ...(cause.since === null ? [] : fact("Since", sinceText(cause.since, now), "detail")),
      ...fact("Not visible", money, "detail"),
      ...fact("Owner", owners.join(", ")),
    ],
    actions,
    links: linksOf(cause),
    details: [
      shortTable(cause.verdicts),
      ...listed("Evidence:", [...cause.evidence, ...notesOf(cause.verdicts)]),
      ...(bases.length === 0
        ? []
        : [{ kind: "paragraph", text: `How the money is estimated: ${bases.join(" ")}` } as const]),
    ],
  };
}

/** The pages of the cause; if the host is down, the pages of each source would add nothing. */
function linksOf({ kind, host, connectors, verdicts }: Problem["cause"]): readonly Link[] {
  if (kind === "host") return helpLinks([...(host === null ? [] : [host]), ...connectors]);
  const sources = verdicts.map(({ source }) => source);
  return helpLinks(kind === "dataset" ? sources : [...connectors, ...sources]);
}

/** "Nothing new for 6.0 days" */
function silenceOf({ verdicts, since }: Problem["cause"], now: Date): string {
  if (since === null) return verdicts[0]?.finding?.text ?? "";
  if (verdicts.every(({ finding }) => finding?.code === "arrives_but_business_day_old")) {
    return `Rows still come, but none of a day after ${newestDay(verdicts)}`;
  }
  return `Nothing new for ${formatDuration(now.getTime() - since.getTime())}`;
}

/** "5 sources critical"; "3 sources: 2 critical, 1 warning" */
function howBad(verdicts: readonly Verdict[]): string {
  const byStatus = [...Map.groupBy(verdicts, ({ status }) => status)].map(([status, { length }]) => ({
    status,
    length,
  }));
  const sources = `${verdicts.length} ${verdicts.length === 1 ? "source" : "sources"}`;
  const [only, ...more] = byStatus;
  if (only !== undefined && more.length === 0) return `${sources} ${only.status}`;
  return `${sources}: ${byStatus.map(({ status, length }) => `${length} ${status}`).join(", ")}`;
}

/** Narrow, because a chat shows one line for each source, also on a phone held sideways. */
function shortTable(verdicts: readonly Verdict[]): Block {
  const isMixed = new Set(verdicts.map(({ status }) => status)).size > 1;
  return {
    kind: "table",
    columns: [
      { label: "Source" },
      ...(isMixed ? [{ label: "Status" }] : []),
      { label: "Newest data" },
      { label: "Age", align: "right" },
    ],
    rows: verdicts.map(({ source, status, arrival, visibleThrough, ageMs, decidedBy }) => {
      const newest = decidedBy === "business_date" ? visibleThrough : (arrival ?? visibleThrough);
      return [
        source.id,
        ...(isMixed ? [status] : []),
        newest === null
          ? "–"
          : (arrival === null && decidedBy === "modified" ? "by " : "") +
            formatInstant(newest).replace(/ \d{4} (\d\d:\d\d) UTC$/, " $1"),
        ageMs === null ? "–" : formatHours(ageMs),
      ];
    }),
  };
}

function notesOf(verdicts: readonly Verdict[]): string[] {
  return verdicts.flatMap(({ source, finding, notes }) => [
    ...(finding !== null && finding.code !== "stale" ? [`${source.id}: ${finding.text}`] : []),
    ...notes.map((note) => `${source.id}: ${note}`),
  ]);
}

function listed(title: string, items: readonly string[]): Block[] {
  if (items.length === 0) return [];
  return [
    { kind: "paragraph", text: title },
    { kind: "list", ordered: false, items },
  ];
}

function fact(label: string, value: string, detail?: "detail"): MessageFact[] {
  return value === "" ? [] : [{ label, value, ...(detail !== undefined && { detail: true }) }];
}

function withStop(text: string): string {
  return text.endsWith(".") ? text : `${text}.`;
}
