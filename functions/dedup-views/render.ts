import type { Finding, FindingGroup, Matter, Message, Severity } from "../shared/alerting/types.ts";
import type { DedupView } from "../shared/config/types.ts";
import type { Fact } from "../shared/report/blocks.ts";
import { formatMoney } from "../shared/report/format.ts";
import type { Decision, Judged } from "./decide.ts";
import { nameOf } from "./definition.ts";
import type { Changed } from "./news.ts";

/** Something that is wrong about one view, with what is told of it. */
interface Wrong {
  readonly it: Judged;
  readonly check: "dedup_view" | "duplicates";
  readonly code: string;
  readonly severity: Severity;
  readonly text: string;
  readonly actions: readonly string[];
}

/** Both checks of a view: how it stands, and what its rows say. */
export function mattersOf({ id }: DedupView): Matter[] {
  return [
    { check: "dedup_view", subject: id },
    { check: "duplicates", subject: id },
  ];
}

/** What was really judged at this tick: only that can be told to be over. */
export function judgedMatters({ views }: Decision): Matter[] {
  return views.flatMap(({ view, status, duplicates }) => {
    const [own, rows] = mattersOf(view);
    return [
      ...(own === undefined || status === "unknown" ? [] : [own]),
      ...(rows === undefined || duplicates === null || duplicates.status === "unknown" ? [] : [rows]),
    ];
  });
}

/** What is told: one group for what is wrong in the same way with what one connector delivers. */
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

function wrongWith(it: Judged): Wrong[] {
  const { refusal, duplicates, status } = it;
  const rows = duplicates?.finding ?? null;
  const isOfRows = duplicates?.findings.some(({ code }) => code === refusal?.code) ?? false;
  const isPassing = refusal?.retry ?? false;
  return [
    ...(refusal === null || isOfRows || isPassing
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
    // Why it could not be looked at is said once.
    ...(rows === null || duplicates === null || duplicates.retry || (!duplicates.checked && refusal !== null)
      ? []
      : [
          {
            it,
            check: "duplicates" as const,
            code: rows.code,
            severity:
              rows.severity === "warning" || notYetKnown.includes(rows.code)
                ? ("warning" as const)
                : ("critical" as const),
            text: `${it.view.id}: ${rows.text}`,
            actions: duplicates.actions,
          },
        ]),
  ];
}

/** Nobody can tell, because the warehouse file or the table is not complete yet: nothing was lost. */
const notYetKnown: readonly string[] = ["no_rows", "no_sync"];

/**
 * Not a consequence of what the sync watchdog says of the source: a source that is known to be stale hides a table
 * that is gone, and two messages are better than none.
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
  not_ours: "cannot be made: somebody else's view has its name",
  key_too_coarse: "has a key that throws real rows away",
  order_not_total: "cannot tell which version is the latest",
  removes_too_much: "is not replaced: too many rows would go",
  not_done: "could not be changed",
  not_checked: "could not be looked at",
  emptied: "has lost all its rows",
  clean_rows_lost: "has lost rows",
  rate_rising: "gets more duplicates than it used to",
  no_rows: "has no rows",
  table_missing: "could not be looked at",
  no_permission: "could not be looked at",
  too_expensive: "could not be looked at",
  no_arrival: "has rows that do not say when they arrived",
  no_sync: "has rows that do not say which sync brought them",
};

function messageOf(same: readonly Wrong[]): Message {
  const [first, ...others] = same;
  if (first === undefined) throw new Error("a group of nothing");
  const what = titles[first.code] ?? `is not as it should be (${first.code})`;
  const ids = same.map(({ it }) => it.view.id);
  const costs = same.flatMap(({ it }) => costOf(it));
  return {
    title: others.length === 0 ? `${ids[0]} ${what}` : `${same.length} clean views: each ${what}`,
    lead: others.length === 0 ? sentence(first.text) : `${ids.join(", ")}.`,
    facts: [
      { label: "Views", value: same.map(({ it }) => nameOf(it.view.view)).join(", ") },
      ...costs,
      { label: "Owner", value: [...new Set(same.map(({ it }) => it.view.source.owner))].join(", ") },
    ],
    actions: [...new Set(same.flatMap(({ actions }) => actions))],
    details: [{ kind: "list", ordered: false, items: same.map(({ text }) => sentence(text)) }],
  };
}

/** Of each view by itself: breakdowns hold the same money again, so nothing is added up. */
function costOf({ view, duplicates }: Judged): Fact[] {
  const impact = duplicates?.impact ?? null;
  if (impact === null) return [];
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

/** Views as they stand after this run, with when and how they were last changed. */
export function changesOf({ views, asOf }: Decision): Changed[] {
  return views.flatMap(({ view, plan, duplicates }) => {
    const figures = duplicates?.figures ?? null;
    const amount = figures?.amounts?.overcounted ?? null;
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
