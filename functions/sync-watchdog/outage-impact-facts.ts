import type { Backlog } from "../checks/freshness/outage.ts";
import { moneyText, totalsOf } from "../checks/freshness/problems.ts";
import { addDays } from "../shared/days.ts";
import type { Fact } from "../shared/report/blocks.ts";
import { formatDay, formatMoney } from "../shared/report/format.ts";

/** Longer lists of days are shortened. */
const spansShown = 5;

/**
 * The cost of an outage, in the order a reader needs it: what was not visible, what arrived, what is missing.
 *
 * @param failures why the cost of a source could not be computed, a sentence each
 */
export function outageImpactFacts(backlogs: readonly Backlog[], failures: readonly string[]): Fact[] {
  const estimates = totalsOf(backlogs.flatMap(({ notVisible }) => notVisible ?? []));
  const missing = missingText(backlogs);
  return [
    ...(estimates.length === 0
      ? []
      : [{ label: "Was not visible", value: estimates.map(moneyText).join(" and ") }]),
    ...(backlogs.length === 0 ? [] : [{ label: "Arrived since", value: arrivedText(backlogs) }]),
    ...(missing === "" ? [] : [{ label: "Still missing", value: missing }]),
    ...(failures.length === 0
      ? []
      : [
          {
            label: backlogs.length === 0 ? "Was not visible" : "Not counted",
            value: `could not be worked out: ${failures.join("; ")}`,
          },
        ]),
  ];
}

/** "$98K of spend: 4 of 5 whole days, and part of 2 Feb 2026 and 8 Feb 2026" */
function arrivedText(backlogs: readonly Backlog[]): string {
  const sums = totalsOf(
    backlogs.flatMap(({ source: { money }, arrived }) =>
      money === null ? [] : [{ ...money, amount: arrived, low: arrived, high: arrived }],
    ),
  ).map(({ amount, currency, kind }) => `${formatMoney(amount, currency)} of ${kind}`);
  const whole = distinct(backlogs.flatMap(({ wholeDays }) => wholeDays));
  const missing = new Set(backlogs.flatMap(({ missingDays }) => missingDays));
  const complete = whole.filter((day) => !missing.has(day)).length;
  const part = distinct(backlogs.flatMap(({ partialDays }) => partialDays)).filter(
    (day) => !whole.includes(day),
  );
  if (complete === 0 && part.length === 0) return "nothing";
  const counts = [
    ...(whole.length === 0 ? [] : [`${countOf(complete, whole.length)} whole ${daysWord(whole.length)}`]),
    ...(part.length === 0 ? [] : [`part of ${part.map(formatDay).join(" and ")}`]),
  ];
  return [sums.join(" and "), ...(counts.length === 0 ? [] : [counts.join(", and ")])].join(": ");
}

/** "4 Feb 2026 and the rest of 2 Feb 2026"; for each source if they differ. */
function missingText(backlogs: readonly Backlog[]): string {
  const bySource = backlogs.map((it) => ({ id: it.source.id, text: missingOf(it) }));
  const texts = distinct(bySource.map(({ text }) => text));
  if (texts.length === 1) return texts[0] ?? "";
  return bySource
    .filter(({ text }) => text !== "")
    .map(({ id, text }) => `${id}: ${text}`)
    .join("; ");
}

function missingOf({ missingDays, restMissing }: Backlog): string {
  const spans = spansOf(missingDays);
  const shown = spans.slice(0, spansShown).map(spanText);
  const rest = spans.slice(spansShown).reduce((sum, span) => sum + span.length, 0);
  return [
    ...(restMissing === null ? [] : [`the rest of ${formatDay(restMissing)}`]),
    ...shown,
    ...(rest === 0 ? [] : [`${rest} more ${daysWord(rest)}`]),
  ].join(", ");
}

/** Groups of consecutive days. */
function spansOf(days: readonly string[]): string[][] {
  const spans: string[][] = [];
  for (const day of days) {
    const span = spans.at(-1);
    const last = span?.at(-1);
    if (span !== undefined && last !== undefined && addDays(last, 1) === day) span.push(day);
    else spans.push([day]);
  }
  return spans;
}

function spanText(days: readonly string[]): string {
  const [first = "", last = first] = [days[0], days.at(-1)];
  if (days.length === 1) return formatDay(first);
  return days.length === 2
    ? `${formatDay(first)}, ${formatDay(last)}`
    : `${formatDay(first)} to ${formatDay(last)}`;
}

/** "all 5", "both", "4 of 5", "none of 5" */
function countOf(some: number, all: number): string {
  if (some === all) return all === 1 ? "1" : all === 2 ? "both" : `all ${all}`;
  return `${some === 0 ? "none" : some} of ${all}`;
}

function daysWord(count: number): string {
  return count === 1 ? "day" : "days";
}

function distinct(items: readonly string[]): string[] {
  return [...new Set(items)].sort();
}
