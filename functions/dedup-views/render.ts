import { type Aspect, aspects } from "../checks/duplicates/types.ts";
import type { CheckId } from "../checks/registry.ts";
import { helpLinks } from "../shared/alerting/notices/help-links.ts";
import type { Finding, FindingGroup, FindingKey, Message, Severity } from "../shared/alerting/types.ts";
import { nameOf } from "../shared/config/values/table-name.ts";
import type { Fact } from "../shared/report/blocks.ts";
import { formatMoney } from "../shared/report/format.ts";
import { type Decision, overcounted, type ViewResult } from "./decide.ts";
import type { Changed } from "./news.ts";

/** The checks of a view: its state, and three checks of its rows. Each recovers separately. */
type Check = Extract<CheckId, "dedup_view"> | Aspect;

/** A problem of one view, with its texts for the notice. */
interface Wrong {
  readonly it: ViewResult;
  readonly check: Check;
  readonly code: string;
  readonly severity: Severity;
  readonly text: string;
  readonly actions: readonly string[];
}

/** The keys that were really evaluated at this tick: only these can recover. */
export function evaluatedKeys({ views }: Decision): FindingKey[] {
  return views.flatMap(({ view: { id }, status, duplicates }) => [
    ...(status === "unknown" ? [] : [{ check: "dedup_view", subject: id }]),
    ...aspects
      .filter((aspect) => duplicates?.judged[aspect])
      .map((aspect) => ({ check: aspect, subject: id })),
  ]);
}

/**
 * All keys that are monitored. A loss of rows that is older than it is reported is neither wrong nor ok,
 * because it will never be known to be back; its incident ends without a notice.
 */
export function monitoredKeys({ views }: Decision): FindingKey[] {
  return views.flatMap(({ view: { id }, duplicates }) => {
    const isComparable = duplicates !== null && duplicates.figures !== null && duplicates.previous !== null;
    const isWrong = duplicates?.findings.some(({ check }) => check === "duplicate_rows") ?? false;
    const isForgotten = isComparable && !duplicates.judged.duplicate_rows && !isWrong;
    return ["dedup_view", ...aspects]
      .filter((check) => check !== "duplicate_rows" || !isForgotten)
      .map((check) => ({ check, subject: id }));
  });
}

/** The finding groups: one for each kind of problem and connector. */
export function toFindingGroups(decision: Decision): FindingGroup[] {
  const wrong = decision.views.flatMap(wrongWith);
  const groups = Map.groupBy(wrong, ({ it, code }) => `${code}:${it.view.source.connector.id}`);
  return [...groups].map(([key, same]) => ({
    key: `dedup-views:${key}`,
    since: null,
    owners: [...new Set(same.map(({ it }) => it.view.source.owner))],
    findings: same.map(findingOf),
    message: messageOf(same),
  }));
}

function wrongWith(it: ViewResult): Wrong[] {
  const { view, refusal, duplicates, status } = it;
  // A check that a busy BigQuery could not answer is repeated, and no notice is sent.
  const ofRows = (duplicates?.findings ?? []).filter(
    ({ code }) => !(duplicates?.retry && failures.includes(code)),
  );
  return [
    ...(refusal === null || refusal.retry || isSaidByRows(it)
      ? []
      : [
          {
            it,
            check: "dedup_view" as const,
            code: refusal.code,
            severity: status === "warning" ? ("warning" as const) : ("critical" as const),
            text: refusal.text,
            actions: refusal.actions,
          },
        ]),
    ...ofRows.map(({ check, code, severity, text, actions }) => ({
      it,
      check,
      code,
      severity:
        severity === "warning" || notYetKnown.includes(code) ? ("warning" as const) : ("critical" as const),
      text: `${view.id}: ${text}`,
      actions,
    })),
  ];
}

/** A refusal that repeats a finding about the rows. */
function isSaidByRows({ refusal, duplicates }: ViewResult): boolean {
  if (refusal === null || duplicates === null) return false;
  if (refusal.code === "not_checked") return !duplicates.checked;
  return duplicates.findings.some(({ code }) => code === refusal.code);
}

const failures: readonly string[] = ["table_missing", "no_permission", "too_expensive", "not_checked"];

/** `unknown` because the warehouse file or the table is not complete yet; nothing was lost. */
const notYetKnown: readonly string[] = ["no_rows", "no_sync"];

/**
 * It does not follow from the source's freshness: a source that is known to be stale would hide a missing
 * table, and two notices are better than none.
 */
function findingOf({ it, check, severity, text }: Wrong): Finding {
  return { check, subject: it.view.id, severity, summary: text };
}

const titles: Readonly<Record<string, string>> = {
  raw_missing: "has no raw table any more",
  raw_not_a_table: "has no table to read",
  needs_partition_filter: "cannot be made over its raw table",
  column_missing: "misses a column of its raw table",
  column_type: "needs a column of another type",
  column_name: "cannot name a column of its raw table",
  name_taken: "cannot be made: a table has its name",
  not_ours: "cannot be made: a view of another owner has its name",
  key_too_coarse: "has a key that removes real rows",
  order_not_total: "has rows without a known latest version",
  removes_too_much: "is not replaced: too many rows would be lost",
  not_done: "could not be changed",
  not_checked: "could not be checked",
  emptied: "has lost all its rows",
  clean_rows_lost: "has lost rows",
  rate_rising: "gets more duplicates than it used to",
  no_rows: "has no rows",
  table_missing: "could not be checked",
  no_permission: "could not be checked",
  too_expensive: "could not be checked",
  no_arrival: "has rows without an arrival",
  no_sync: "has a key that cannot be proven",
  arrival_in_future: "has rows from the future",
};

function messageOf(same: readonly Wrong[]): Message {
  const [first] = same;
  if (first === undefined) throw new Error("a group of nothing");
  const what = titles[first.code] ?? `is wrong (${first.code})`;
  const about = [...new Set(same.map(({ it }) => it))];
  const ids = about.map(({ view }) => view.id);
  const costs = about.flatMap(costOf);
  return {
    title: ids.length === 1 ? `${ids[0]} ${what}` : `${ids.length} clean views: each ${what}`,
    lead: ids.length === 1 ? sentence(first.text) : `${ids.join(", ")}.`,
    facts: [
      { label: "Views", value: about.map(({ view }) => nameOf(view.view)).join(", ") },
      ...costs,
      { label: "Owner", value: [...new Set(about.map(({ view }) => view.source.owner))].join(", ") },
    ],
    actions: [...new Set(same.flatMap(({ actions }) => actions))],
    links: helpLinks(about.flatMap(({ view: { source } }) => [source.connector, source])),
    details: [{ kind: "list", ordered: false, items: [...new Set(same.map(({ text }) => sentence(text)))] }],
  };
}

/** For each view separately: breakdowns contain the same money again, so nothing is added up. */
function costOf(it: ViewResult): Fact[] {
  const { view, duplicates } = it;
  const impact = duplicates?.impact ?? null;
  if (impact === null) return [];
  if (overcounted(it) === null) {
    const value = `up to ${formatMoney(impact.high, impact.currency)} of ${impact.kind}`;
    return [{ label: `By this key ${view.id} would lose`, value }];
  }
  return [
    {
      label: `Counted twice in the raw table of ${view.id}`,
      value: `${formatMoney(impact.amount, impact.currency)} of ${impact.kind}: ${impact.basis}`,
    },
  ];
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

/** Views after this run, with the time and kind of their last change. */
export function changesOf({ views, asOf }: Decision): Changed[] {
  return views.flatMap((it) => {
    const { view, plan, duplicates } = it;
    const figures = duplicates?.figures ?? null;
    const amount = overcounted(it);
    const repeats = figures && {
      rawRows: figures.rawRows,
      cleanRows: figures.cleanRows,
      overcounted: amount === null || view.money === null ? null : { ...view.money, amount: Number(amount) },
    };
    const change =
      plan.action === "unchanged"
        ? plan.change
        : plan.action === "create"
          ? { at: asOf, what: "made" }
          : plan.action === "replace"
            ? { at: asOf, what: plan.reasons.join("; ") }
            : null;
    const diff = plan.action === "replace" ? plan.diff : null;
    return change === null ? [] : [{ view, change, figures: repeats, diff }];
  });
}
