import type { Platform } from "../../shared/config/types.ts";
import { compare, type Decimal, sumOf } from "../../shared/decimal.ts";
import { formatCount, formatDay, formatDays } from "../../shared/report/format.ts";
import { formatAmount } from "../../shared/report/format-amount.ts";
import { WarehouseError } from "../../shared/stores/bigquery/error.ts";
import { Fragment } from "../../shared/stores/bigquery/fragment.ts";
import { type About, type EvidenceQuery, found, notRead, ok, type Result, unknown } from "../result.ts";
import { joinInputs, sideInputs } from "../table-stats/evidence-sides.ts";
import type { DayStats, StatsAnswer, StatsRequest, TableStats, Window } from "../table-stats/types.ts";

/** Spend within a window. Amounts are null if none is readable. */
export interface Spend {
  /** Of the latest version of each fact. */
  readonly clean: Decimal | null;
  /** Of all rows as they stand. */
  readonly raw: Decimal | null;
  /** The newest day that has an amount. */
  readonly newestDay: string | null;
  readonly days: readonly (DayStats & { readonly day: string })[];
}

export function spendOf({ days }: Pick<TableStats, "days">, { firstDay, lastDay }: Window): Spend {
  const within = days.flatMap((it) =>
    it.day !== null && it.day >= firstDay && it.day <= lastDay ? [{ ...it, day: it.day }] : [],
  );
  return {
    clean: sumOf(within.map(({ clean }) => clean)),
    raw: sumOf(within.map(({ raw }) => raw)),
    newestDay:
      within
        .filter(({ clean }) => clean !== null)
        .map(({ day }) => day)
        .sort()
        .at(-1) ?? null,
    days: within,
  };
}

/**
 * Sums a platform's spend over the window and checks that every amount is in the sum. An amount that is
 * unreadable, missing or in another currency is not. Pure.
 */
export function judgeSpend(platform: Platform, answer: StatsAnswer, window: Window): Result {
  const about = { check: "spend", subject: platform.id, owner: platform.spend.owner } as const;
  if (answer instanceof WarehouseError) return notRead(about, answer);
  const spend = spendOf(answer, window);
  const seen: Seen = {
    about,
    platform,
    window,
    spend,
    request: answer.request,
    evidence: evidenceOf(platform, spend, window),
  };
  return withoutAmounts(seen) ?? withNegativeDays(seen) ?? inOtherCurrency(seen) ?? totalOf(seen);
}

interface Seen {
  readonly about: About;
  readonly platform: Platform;
  readonly window: Window;
  readonly spend: Spend;
  readonly request: StatsRequest;
  readonly evidence: ReturnType<typeof evidenceOf>;
}

function evidenceOf({ spend: { money } }: Platform, { clean, raw, newestDay, days }: Spend, window: Window) {
  return {
    spend: clean,
    spend_raw: raw,
    currency: money.currency,
    from: window.firstDay,
    to: window.lastDay,
    newest_day: newestDay,
    unreadable: countOf(days, ({ unreadable }) => unreadable),
    without_amount: countOf(days, ({ withoutAmount }) => withoutAmount),
    other_currency: countOf(days, ({ foreign }) => foreign),
    days_without_whole_amount: daysWith(
      days,
      ({ unreadable, withoutAmount }) => unreadable + withoutAmount > 0,
    ),
    negative_days: daysWith(days, ({ clean: sum }) => sum !== null && compare(sum, "0") < 0),
  };
}

function withoutAmounts(seen: Seen): Result | null {
  const { evidence, spend, platform } = seen;
  const { unreadable, without_amount: missing, days_without_whole_amount: days } = evidence;
  if (unreadable + missing === 0) return null;
  const counted = [
    ...(unreadable === 0 ? [] : [`${rowsText(unreadable)} an amount that is not a number`]),
    ...(missing === 0 ? [] : [`${rowsText(missing)} no amount`]),
  ];
  const sum = spend.clean === null ? "No amount can be summed." : `${soFar(seen)} is without them.`;
  return found(seen.about, {
    status: "critical",
    code: "unreadable_amounts",
    text: `${counted.join(", and ")}, ${formatDays(days)}. ${sum}${alsoForeign(seen)}${alsoNegative(seen)}`,
    evidence,
    cause: `${platform.spend.connector.name} probably delivers the amount in another form or another column than in the warehouse file.`,
    actions: [
      `Check the amounts of these rows, and at money of source ${platform.spend.id} in the warehouse file`,
      `Have ${platform.spend.connector.name} deliver ${formatDays(days)} again`,
    ],
    query: queryOf(seen, days),
  });
}

function withNegativeDays(seen: Seen): Result | null {
  const { evidence, platform, spend } = seen;
  const { negative_days: days } = evidence;
  if (days.length === 0) return null;
  const { currency } = platform.spend.money;
  const lowest = sumOf(spend.days.filter(({ day }) => days.includes(day)).map(({ clean }) => clean)) ?? "0";
  return found(seen.about, {
    status: "critical",
    code: "negative_day",
    text:
      `Spend of ${days.length === 1 ? "a day" : `${days.length} days`} is below zero, ${formatDays(days)}: ` +
      `${formatAmount(lowest, currency)}. ${soFar(seen)} includes that.${alsoForeign(seen)}`,
    evidence,
    cause: "A correction or a credit was probably booked as spend of that day, or a sign is wrong.",
    actions: [`Check the amounts below zero, and ask ${platform.spend.owner} what they mean`],
    query: queryOf(seen, days),
  });
}

/** There are no exchange rates here, so the value in the platform's currency is unknown. */
function inOtherCurrency(seen: Seen): Result | null {
  const { evidence, platform, spend } = seen;
  if (evidence.other_currency === 0) return null;
  const days = daysWith(spend.days, ({ foreign }) => foreign > 0);
  const { currency } = platform.spend.money;
  const sum =
    spend.clean === null ? `There are no amounts in ${currency}.` : `${soFar(seen)} is without them.`;
  return unknown(
    seen.about,
    "other_currency",
    `${rowsText(evidence.other_currency)} another currency than ${currency}, and the rate is unknown, ${formatDays(days)}. ${sum}`,
    {
      evidence,
      cause: "An ad account of the platform probably bills in another currency.",
      actions: [`Keep accounts in another currency than ${currency} in a source and a platform of their own`],
      query: queryOf(seen, days),
    },
  );
}

function totalOf(seen: Seen): Result {
  const { about, evidence, spend, window } = seen;
  if (spend.newestDay === null) {
    const text = `No amount ${spanText(window)}.`;
    return unknown(about, "no_spend", text, { evidence });
  }
  return ok(
    about,
    `${soFar(seen)}, newest day ${formatDay(spend.newestDay).replace(/ \d{4}$/, "")}.`,
    evidence,
  );
}

/** "$365,294.00 from 9 Jan to 8 Feb 2026" */
function soFar({ spend, platform, window }: Seen): string {
  return `${formatAmount(spend.clean ?? "0", platform.spend.money.currency)} ${spanText(window)}`;
}

function spanText({ firstDay, lastDay }: Window): string {
  const [from, to] = [formatDay(firstDay), formatDay(lastDay)];
  const isSameYear = firstDay.slice(0, 4) === lastDay.slice(0, 4);
  return `from ${isSameYear ? from.replace(/ \d{4}$/, "") : from} to ${to}`;
}

function alsoForeign({ evidence, platform }: Seen): string {
  const { other_currency: rows } = evidence;
  return rows === 0 ? "" : ` ${rowsText(rows)} another currency than ${platform.spend.money.currency}.`;
}

function alsoNegative({ evidence: { negative_days: days } }: Seen): string {
  return days.length === 0 ? "" : ` Spend is below zero on ${formatDays(days)}.`;
}

function rowsText(count: number): string {
  return `${formatCount(count, "row")} ${count === 1 ? "has" : "have"}`;
}

function countOf(days: Spend["days"], count: (day: DayStats) => number): number {
  return days.reduce((sum, day) => sum + count(day), 0);
}

function daysWith(days: Spend["days"], isMeant: (day: DayStats) => boolean): string[] {
  return days.filter(isMeant).map(({ day }) => day);
}

function queryOf({ request }: Seen, days: readonly string[]): EvidenceQuery {
  const { amount } = request;
  const currency = amount?.currencyColumn ?? null;
  return {
    statement: "spend/evidence",
    inputs: joinInputs([sideInputs("spend", request)], {
      names: {
        written_amount: Fragment.of`CAST(${Fragment.amount(amount)} AS STRING)`,
        currency: currency === null ? Fragment.of`@currency` : Fragment.of`CAST(${currency} AS STRING)`,
      },
      params: { days, currency: amount?.currency ?? "" },
      types: { days: ["DATE"], currency: "STRING" },
    }),
  };
}
