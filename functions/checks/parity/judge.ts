import type { Pair } from "../../shared/config/types.ts";
import { absolute, compare, sumOf } from "../../shared/decimal.ts";
import { formatDays, formatNumber } from "../../shared/report/format.ts";
import { formatAmount } from "../../shared/report/format-amount.ts";
import { WarehouseError } from "../../shared/stores/bigquery/error.ts";
import { type EvidenceQuery, found, type Impact, notRead, ok, type Result, unknown } from "../result.ts";
import { joinInputs, nameOfSide, sideInputs } from "../table-stats/evidence-sides.ts";
import type { StatsAnswer, TableStats } from "../table-stats/types.ts";
import type { Tolerance } from "../tolerance.ts";
import { causeOf } from "./cause.ts";
import { type ComparedDay, type Counted, compareDays } from "./compare-days.ts";

/**
 * Compares the facts of two tables for each day. Pure.
 *
 * It uses the days that both tables hold completely: from the later of the two first days to the day before
 * the earlier of the two newest ones, which may be incomplete.
 *
 * @param left, right statistics by whole days, with a checksum of the keys of each
 */
export function judgeParity(
  pair: Pair,
  left: StatsAnswer,
  right: StatsAnswer,
  tolerances: { readonly rows: Tolerance; readonly money: Tolerance },
): Result {
  const about = { check: "parity", subject: pair.id, owner: pair.owner } as const;
  if (left instanceof WarehouseError) return notRead(about, left);
  if (right instanceof WarehouseError) return notRead(about, right);

  const { compared, outside, withoutDay } = compareDays(pair, left, right, tolerances);
  const outsideText = notCompared(outside, withoutDay);
  if (compared.length === 0) {
    const text = `There is no day that can be complete in both tables.${outsideText}`;
    return unknown(about, "nothing_compared", text, { evidence: { days_compared: 0 } });
  }
  const differing = compared.filter(({ differs }) => differs);
  const evidence = evidenceOf(compared, differing);
  if (differing.length === 0) {
    const blank = compared.filter(({ isComparable }) => !isComparable);
    if (blank.length > 0) {
      const text = `No amount can be read on one side for ${formatDays(blank.map(({ day }) => day))}; otherwise the tables are equal.${outsideText}`;
      return unknown(about, "amounts_unreadable", text, { evidence });
    }
    return ok(about, `${agreeText(pair, compared)}${outsideText}`, evidence);
  }
  return found(about, {
    status: "critical",
    code: "tables_differ",
    text: `${differText(pair, compared, differing)}${outsideText}`,
    evidence,
    cause: causeOf(differing, nameOfSide(left), nameOfSide(right)),
    impact: impactOf(pair, differing),
    actions: [
      "Check the keys that are on one side only, or have another amount there",
      `Have the table that lacks them load ${formatDays(differing.map(({ day }) => day))} again`,
    ],
    query: queryOf(left, right, differing),
  });
}

function evidenceOf(compared: readonly ComparedDay[], differing: readonly ComparedDay[]) {
  const [left, right] = [totalOf(compared.map((it) => it.left)), totalOf(compared.map((it) => it.right))];
  return {
    days_compared: compared.length,
    from: compared[0]?.day ?? null,
    to: compared.at(-1)?.day ?? null,
    rows_left: left.facts,
    rows_right: right.facts,
    amount_left: left.amount,
    amount_right: right.amount,
    unreadable_left: left.unreadable,
    unreadable_right: right.unreadable,
    differing_days: differing.map(({ day }) => day),
  };
}

function totalOf(sides: readonly Counted[]) {
  return {
    facts: sides.reduce((sum, { facts }) => sum + facts, 0),
    amount: sumOf(sides.map(({ amount }) => amount)),
    unreadable: sides.reduce((sum, { unreadable }) => sum + unreadable, 0),
  };
}

function agreeText({ currency }: Pair, compared: readonly ComparedDay[]): string {
  const [left, right] = [totalOf(compared.map((it) => it.left)), totalOf(compared.map((it) => it.right))];
  const rows =
    left.facts === right.facts
      ? `${formatNumber(left.facts)} rows each`
      : `${formatNumber(left.facts)} and ${formatNumber(right.facts)} rows, which is within the tolerance`;
  const money = currency === null || left.amount === null ? "" : `, ${formatAmount(left.amount, currency)}`;
  return `${daysText(compared)} the same: ${rows}${money}.${unreadableText(left.unreadable, right.unreadable)}`;
}

function daysText(compared: readonly ComparedDay[]): string {
  const days = compared.map(({ day }) => day);
  return days.length === 1
    ? `1 day (${formatDays(days)}) is`
    : `${formatNumber(days.length)} days (${formatDays(days)}) are`;
}

function differText(
  { currency }: Pair,
  compared: readonly ComparedDay[],
  differing: readonly ComparedDay[],
): string {
  const [left, right] = [totalOf(differing.map((it) => it.left)), totalOf(differing.map((it) => it.right))];
  const verb = differing.length === 1 ? "differs" : "differ";
  const money =
    currency === null
      ? ""
      : `, ${[left, right].map(({ amount }) => (amount === null ? "no amount" : formatAmount(amount, currency))).join(" and ")}`;
  return (
    `${differing.length} of ${compared.length} days ${verb}: ${formatDays(differing.map(({ day }) => day))}. ` +
    `They have ${formatNumber(left.facts)} and ${formatNumber(right.facts)} rows${money}.` +
    unreadableText(left.unreadable, right.unreadable)
  );
}

function unreadableText(left: number, right: number): string {
  if (left + right === 0) return "";
  return ` Amounts that cannot be read, ${formatNumber(left)} and ${formatNumber(right)}, are in no sum.`;
}

function notCompared(outside: readonly string[], withoutDay: number): string {
  const parts = [
    ...(outside.length === 0 ? [] : [formatDays(outside)]),
    ...(withoutDay === 0 ? [] : [`${formatNumber(withoutDay)} rows that name no day`]),
  ];
  return parts.length === 0 ? "" : ` Not compared: ${parts.join("; ")}.`;
}

/** The net difference: money that one table assigns to another day is not lost. */
function impactOf({ currency }: Pair, differing: readonly ComparedDay[]): Impact | null {
  const net = sumOf(differing.filter(({ moneyDiffers }) => moneyDiffers).map(({ difference }) => difference));
  if (currency === null || net === null || compare(net, "0") === 0) return null;
  const amount = Number(absolute(net));
  return {
    amount,
    low: amount,
    high: amount,
    currency,
    what: "money that only one of the two tables has",
    basis: "Sum of the differences between the two tables over the days that differ",
  };
}

function queryOf(left: TableStats, right: TableStats, differing: readonly ComparedDay[]): EvidenceQuery {
  const days = { params: { days: differing.map(({ day }) => day) }, types: { days: ["DATE"] } } as const;
  return {
    statement: "parity/evidence",
    inputs: joinInputs([sideInputs("left", left.request), sideInputs("right", right.request)], days),
  };
}
