import { type Problem, titleOf } from "../checks/freshness/problems.ts";
import { checkOf } from "../checks/registry.ts";
import type { Impact, Status } from "../checks/result.ts";
import { earliest } from "../shared/instants.ts";
import type { Marked } from "./causes.ts";

/** One thing to do; results with one cause are one item. */
export interface Item {
  readonly title: string;
  readonly status: Exclude<Status, "ok">;
  /** By kind and currency; amounts of different kinds or currencies are never added. */
  readonly impact: readonly Impact[];
  /** When it began; null if unknown. */
  readonly since: Date | null;
  readonly cause: string | null;
  readonly actions: readonly string[];
  readonly owners: readonly string[];
  readonly results: readonly Marked[];
  /** Results that follow from it and are fixed with it. */
  readonly consequences: readonly Marked[];
}

/**
 * The most expensive first, then the oldest, then the worst. Amounts of different currencies cannot be
 * compared without a rate: the currency with the most items comes first, and items without a known cost come
 * last. Pure.
 */
export function itemsOf(results: readonly Marked[], problems: readonly Problem[]): Item[] {
  const own = results.filter(({ status, consequenceOf }) => status !== "ok" && consequenceOf === null);
  const groups = [...Map.groupBy(own, (it) => causeKeyOf(it, problems)).values()];
  const items = groups.map((some) => itemOf(some, results, problems));
  const currencies = mostCommonFirst(
    items.flatMap(({ impact }) => [...new Set(impact.map((it) => it.currency))]),
  );
  const rankOf = (it: Impact | undefined) =>
    it === undefined ? currencies.length : currencies.indexOf(it.currency);
  const shown = items.map((it) => ({
    ...it,
    // Within one currency, the largest first as before.
    impact: it.impact.toSorted((a, b) => rankOf(a) - rankOf(b)),
  }));
  return shown.sort(
    (a, b) =>
      rankOf(a.impact[0]) - rankOf(b.impact[0]) ||
      amountOf(b) - amountOf(a) ||
      ageOf(a) - ageOf(b) ||
      worst[a.status] - worst[b.status] ||
      (a.title < b.title ? -1 : 1),
  );
}

const worst: Readonly<Record<Item["status"], number>> = { critical: 0, unknown: 1, warning: 2 };

/** Groups stale sources by their cause, and all other results by problem, owner and actions. */
function causeKeyOf({ check, subject, code, owner, cause }: Marked, problems: readonly Problem[]): string {
  if (check !== "freshness") return [check, code, owner, cause].join("/");
  return problemOf(subject, problems)?.cause.key ?? `freshness/${subject}`;
}

function problemOf(subject: string, problems: readonly Problem[]): Problem | null {
  return (
    problems.find(({ cause }) =>
      cause.verdicts.some(({ source, finding }) => source.id === subject && finding !== null),
    ) ?? null
  );
}

function itemOf(some: readonly Marked[], all: readonly Marked[], problems: readonly Problem[]): Item {
  const [first] = some;
  if (first === undefined) throw new Error("an item without a result");
  const problem = first.check === "freshness" ? problemOf(first.subject, problems) : null;
  const isOwn = ({ check, subject }: Pick<Marked, "check" | "subject">) =>
    some.some((it) => it.check === check && it.subject === subject);
  return {
    title: problem === null ? titleFor(first, some) : titleOf(problem.cause),
    status: worstOf(some),
    impact: totalsOf(some.flatMap(({ impact }) => impact ?? [])),
    since: earliest(some.map(({ since }) => since)),
    cause: first.cause,
    actions: [...new Set(some.flatMap(({ actions }) => actions))],
    owners: [...new Set(some.map(({ owner }) => owner))],
    results: some,
    consequences: all.filter(({ consequenceOf }) => consequenceOf !== null && isOwn(consequenceOf)),
  };
}

export function titleFor(
  { check, status }: Pick<Marked, "check" | "status">,
  some: readonly Pick<Marked, "subject">[],
): string {
  const subjects = some.map(({ subject }) => subject);
  const shown =
    subjects.length <= 3
      ? subjects.join(", ")
      : `${subjects.slice(0, 2).join(", ")} and ${subjects.length - 2} more`;
  return `${shown}: ${status === "unknown" ? `${check.replaceAll("_", " ")} is unknown` : checkOf(check).title}`;
}

function worstOf(some: readonly Marked[]): Item["status"] {
  const [first] = some
    .flatMap(({ status }) => (status === "ok" ? [] : [status]))
    .sort((a, b) => worst[a] - worst[b]);
  if (first === undefined) throw new Error("an item of results that are ok");
  return first;
}

/** By kind and currency, the largest first. */
function totalsOf(impacts: readonly Impact[]): Impact[] {
  const sum = (same: readonly Impact[], of: (it: Impact) => number) =>
    same.reduce((all, it) => all + of(it), 0);
  return [...Map.groupBy(impacts, ({ what, currency }) => `${currency} ${what}`).values()]
    .flatMap((same): Impact[] => {
      const [first] = same;
      if (first === undefined) return [];
      const { currency, what, basis } = first;
      return [
        {
          amount: sum(same, ({ amount }) => amount),
          low: sum(same, ({ low }) => low),
          high: sum(same, ({ high }) => high),
          currency,
          what,
          basis: same.length === 1 ? basis : same.map((it) => it.basis).join("; "),
        },
      ];
    })
    .sort((a, b) => b.amount - a.amount);
}

function amountOf({ impact }: Item): number {
  return impact[0]?.amount ?? 0;
}

/** An unknown beginning comes last. */
function ageOf({ since }: Item): number {
  return since?.getTime() ?? Number.MAX_SAFE_INTEGER;
}

function mostCommonFirst(words: readonly string[]): string[] {
  const counts = [...Map.groupBy(words, (it) => it)].map(([word, all]) => ({ word, count: all.length }));
  return counts.sort((a, b) => b.count - a.count || (a.word < b.word ? -1 : 1)).map(({ word }) => word);
}
