import type { Breakdown, Source } from "../../shared/config/types.ts";
import { addDays, endOfDay } from "../../shared/days.ts";
import { absolute, compare, type Decimal, sumOf } from "../../shared/decimal.ts";
import { formatCount, formatDays } from "../../shared/report/format.ts";
import { formatAmount } from "../../shared/report/format-amount.ts";
import { WarehouseError } from "../../shared/stores/bigquery/error.ts";
import { type EvidenceQuery, found, notRead, ok, type Result, unknown } from "../result.ts";
import { joinInputs, sideInputs } from "../table-stats/evidence-sides.ts";
import type { DayStats, StatsAnswer, TableStats, Window } from "../table-stats/types.ts";
import { type Difference, differenceOf, type Tolerance } from "../tolerance.ts";

type BrokenDown = Source & { readonly breakdown: Breakdown };

interface ComparedDay {
  readonly day: string;
  readonly base: Decimal;
  readonly cut: Decimal;
  /** Cut − base: negative if the breakdown lacks money. */
  readonly difference: Difference;
}

/**
 * Compares the sums of a breakdown with the whole, for each day. It uses the days of the window before today
 * for which both tables are complete: one is delivered hours after the other, and freshness reports a table
 * that is late. If only one table has rows for a day in between, the other counts as zero. Pure.
 *
 * @param base statistics of the table that is broken down
 * @param cut statistics of the breakdown
 */
export function judgeBreakdown(
  source: Source,
  base: StatsAnswer,
  cut: StatsAnswer,
  tolerance: Tolerance,
  window: Window,
): Result {
  const about = { check: "breakdown", subject: source.id, owner: source.owner } as const;
  if (!isBrokenDown(source)) return unknown(about, "nothing_compared", "It is no breakdown.");
  if (base instanceof WarehouseError) return notRead(about, base);
  if (cut instanceof WarehouseError) return notRead(about, cut);

  const { of } = source.breakdown;
  const { compared, unreadable } = compareDays(base, cut, tolerance, window);
  const differing = compared.filter(({ difference }) => difference.counts);
  const evidence = evidenceOf(compared, differing, unreadable);
  if (differing.length === 0) {
    if (unreadable.length > 0) {
      const text = `No amount can be read on one side for ${formatDays(unreadable)}.`;
      return unknown(about, "amounts_unreadable", text, { evidence });
    }
    if (compared.length === 0)
      return unknown(about, "nothing_compared", `There is no day that both it and ${of.id} have come to.`);
    const total = formatAmount(evidence.amount_base ?? "0", of.money.currency);
    const days = formatCount(compared.length, "day");
    return ok(
      about,
      `The totals of ${days} are those of ${of.id}: ${total}, ${formatDays(compared.map(({ day }) => day))}.`,
      evidence,
    );
  }
  const { lower, higher } = sidesOf(differing);
  return found(about, {
    status: "critical",
    code: "totals_differ",
    text: textOf(source, compared, differing, evidence),
    evidence,
    cause: causeOf(source, lower, higher),
    impact: {
      ...impactAmount(differing),
      currency: of.money.currency,
      what: `${of.money.kind} that ${!higher ? "is missing in" : !lower ? "is too much in" : "differs in"} the breakdown`,
      basis: `Sum of the daily differences from ${of.id}, over the days that differ`,
    },
    actions: [
      `Have ${source.connector.name} deliver ${formatDays(differing.map(({ day }) => day))} of ${source.id} again`,
      `Read no totals from ${source.id} until then: those of ${of.id} are the whole`,
    ],
    query: queryOf(base, cut, differing),
  });
}

function isBrokenDown(source: Source): source is BrokenDown {
  return source.breakdown !== null;
}

function compareDays(base: TableStats, cut: TableStats, tolerance: Tolerance, window: Window) {
  const [lastDay = ""] = [addDays(window.lastDay, -1), wholeDayOf(base), wholeDayOf(cut)].sort();
  const [baseDays, cutDays] = [base, cut].map(
    ({ days }) =>
      new Map(
        days.flatMap((it) =>
          it.day !== null && it.rows > 0 && it.day >= window.firstDay && it.day <= lastDay
            ? [[it.day, it]]
            : [],
        ),
      ),
  ) as [Map<string, DayStats>, Map<string, DayStats>];
  const compared: ComparedDay[] = [];
  const unreadable: string[] = [];
  for (const day of [...new Set([...baseDays.keys(), ...cutDays.keys()])].sort()) {
    const [whole, parts] = [amountOf(baseDays.get(day)), amountOf(cutDays.get(day))];
    if (whole === null || parts === null) unreadable.push(day);
    else compared.push({ day, base: whole, cut: parts, difference: differenceOf(parts, whole, tolerance) });
  }
  return { compared, unreadable };
}

/**
 * The newest day for which rows arrived after its end; the newest day of all if no row says when it arrived.
 */
function wholeDayOf({ days, newestDay, request: { timeZone } }: TableStats): string {
  if (newestDay === null) return "";
  const arrival = days.find(({ day }) => day === newestDay)?.newestArrival ?? null;
  return arrival === null || arrival >= endOfDay(newestDay, timeZone) ? newestDay : addDays(newestDay, -1);
}

/** Zero if there are no facts; null if there are facts and no amount is readable. */
function amountOf(day: DayStats | undefined): Decimal | null {
  return day === undefined || day.facts === 0 ? "0" : day.clean;
}

function evidenceOf(
  compared: readonly ComparedDay[],
  differing: readonly ComparedDay[],
  unreadable: readonly string[],
) {
  return {
    days_compared: compared.length,
    from: compared[0]?.day ?? null,
    to: compared.at(-1)?.day ?? null,
    amount_base: sumOf(compared.map(({ base }) => base)),
    amount_breakdown: sumOf(compared.map(({ cut }) => cut)),
    differing_days: differing.map(({ day }) => day),
    difference: sumOf(differing.map(({ difference }) => difference.amount)),
    unreadable_days: unreadable,
  };
}

function sidesOf(differing: readonly ComparedDay[]) {
  const signs = differing.map(({ difference }) => compare(difference.amount, "0"));
  return { lower: signs.some((sign) => sign < 0), higher: signs.some((sign) => sign > 0) };
}

function textOf(
  { breakdown: { of } }: BrokenDown,
  compared: readonly ComparedDay[],
  differing: readonly ComparedDay[],
  { unreadable_days: unreadable }: { readonly unreadable_days: readonly string[] },
): string {
  const { currency, kind } = of.money;
  const part = (sign: number) => {
    const some = differing.filter(({ difference }) => compare(difference.amount, "0") === sign);
    return some.length === 0 ? null : formatAmount(sizeOf(some), currency);
  };
  const [missing, more] = [part(-1), part(1)];
  const said = [
    ...(missing === null ? [] : [`${missing} of ${kind} is missing in the breakdown`]),
    ...(more === null ? [] : [`${more} of ${kind} is too much in the breakdown`]),
  ];
  const days = `${differing.length} of ${compared.length} days ${differing.length === 1 ? "differs" : "differ"}`;
  const blank =
    unreadable.length === 0 ? "" : ` No amount can be read on one side for ${formatDays(unreadable)}.`;
  return (
    `${days} from ${of.id}: ${said.join(", and ")}, ` +
    `${formatDays(differing.map(({ day }) => day))}.${blank}`
  );
}

function sizeOf(differing: readonly ComparedDay[]): Decimal {
  return sumOf(differing.map(({ difference }) => absolute(difference.amount))) ?? "0";
}

function impactAmount(differing: readonly ComparedDay[]) {
  const amount = Number(sizeOf(differing));
  return { amount, low: amount, high: amount };
}

function causeOf({ breakdown: { of } }: BrokenDown, lower: boolean, higher: boolean): string {
  if (!higher)
    return `Rows of the breakdown were probably not delivered, or the vendor gives no row for what it cannot break down.`;
  if (!lower) return `Rows of the breakdown probably count twice, or rows of ${of.id} were not delivered.`;
  return `The two were probably delivered at different times, and amounts have changed in between.`;
}

function queryOf(base: TableStats, cut: TableStats, differing: readonly ComparedDay[]): EvidenceQuery {
  const days = { params: { days: differing.map(({ day }) => day) }, types: { days: ["DATE"] } } as const;
  return {
    statement: "breakdown/evidence",
    inputs: joinInputs([sideInputs("base", base.request), sideInputs("cut", cut.request)], days),
  };
}
