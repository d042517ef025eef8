import type { DedupView, Money } from "../../shared/config/types.ts";
import { nameOf } from "../../shared/config/values/table-name.ts";
import { absolute, compare, minus } from "../../shared/decimal.ts";
import { formatCount, formatDay, formatDays } from "../../shared/report/format.ts";
import { formatAmount } from "../../shared/report/format-amount.ts";
import { WarehouseError } from "../../shared/stores/bigquery/error.ts";
import { Fragment } from "../../shared/stores/bigquery/fragment.ts";
import { type EvidenceQuery, found, type Impact, notRead, ok, type Result, unknown } from "../result.ts";
import { amountOf, arrivedOf, dayOf, versionOf, windowParams } from "../table-stats/evidence.ts";
import type { StatsAnswer, StatsRequest, Window } from "../table-stats/types.ts";
import { differenceOf, type Tolerance } from "../tolerance.ts";
import { type Bucket, bucketsOf, noDay, otherDays, totalOf } from "./buckets.ts";
import type { CleanDays, Counted } from "./types.ts";

/** A clean view and its raw table. */
export interface CleanSubject {
  readonly view: Pick<DedupView, "id" | "view">;
  readonly owner: string;
  /** The meaning of the amounts; null if they are not compared. */
  readonly money: Pick<Money, "kind" | "currency"> | null;
}

export interface CleanTolerances {
  readonly rows: Tolerance;
  readonly money: Tolerance;
}

/**
 * Checks that the clean view holds each fact of its raw table once, with its money.
 *
 * Facts are compared with the view's rows and their sums with the view's sums, for each day of the window; if
 * all of the raw table was read, also for rows without a day, other days and the whole. A difference counts
 * only if it exceeds both the absolute and the relative tolerance. A missing amount counts as 0, so no amount
 * and a sum of 0 are equal. Pure.
 *
 * @param clean null if there is no such view
 */
export function judgeClean(
  { view, owner, money }: CleanSubject,
  raw: StatsAnswer,
  clean: CleanDays | WarehouseError | null,
  tolerances: CleanTolerances,
  window: Window,
): Result {
  const about = { check: "raw_vs_clean", subject: view.id, owner } as const;
  if (raw instanceof WarehouseError) return notRead(about, raw);
  if (clean instanceof WarehouseError) return notRead(about, clean);
  if (clean === null)
    return unknown(about, "no_clean", `There is no view ${nameOf(view.view)} to compare with.`);
  const buckets = bucketsOf(raw, clean, window);
  const all: Bucket = {
    name: "all",
    raw: totalOf(buckets.map((it) => it.raw)),
    clean: totalOf(buckets.map((it) => it.clean)),
  };
  if (all.raw.rows === 0 && all.clean.rows === 0)
    return unknown(about, "empty", "Neither the raw table nor the view has a row to compare.");

  const differs = (it: Bucket) =>
    differenceOf(String(it.raw.rows), String(it.clean.rows), tolerances.rows).counts ||
    (money !== null && differenceOf(amountIn(it.raw), amountIn(it.clean), tolerances.money).counts);
  const different = buckets.filter(differs);
  const evidence = {
    days_that_differ: different.map(({ name }) => name),
    raw_facts: all.raw.rows,
    clean_rows: all.clean.rows,
    rows_difference: all.raw.rows - all.clean.rows,
    ...(money !== null && {
      raw_amount: all.raw.amount,
      clean_amount: all.clean.amount,
      amount_difference: minus(amountIn(all.raw), amountIn(all.clean)),
    }),
  };
  if (different.length === 0 && !(raw.request.from === null && differs(all)))
    return ok(about, equalText(all, money), evidence);
  return found(about, {
    status: "critical",
    code: "clean_differs",
    text: `${whereText(different)}: ${bothText(all, money)}.`,
    evidence,
    cause: `Probably ${view.id} does not have the definition of the warehouse file: by another key, another order, or with a filter.`,
    impact: impactOf(all, money, window, raw.request),
    actions: [
      `Compare the definition of ${nameOf(view.view)} with what GET /dedup-views shows of it`,
      "Have the function dedup-views make it again",
    ],
    query: queryOf(raw.request, view, window),
  });
}

type MoneyOf = CleanSubject["money"];

function amountIn({ amount }: Counted): string {
  return amount ?? "0";
}

function equalText(all: Bucket, money: MoneyOf): string {
  const isSame =
    all.raw.rows === all.clean.rows &&
    (money === null || compare(amountIn(all.raw), amountIn(all.clean)) === 0);
  if (!isSame) return `The view differs within tolerance: ${bothText(all, money)}.`;
  const amount = money === null ? "" : `, ${amountText(all.raw, money.currency)} of ${money.kind}`;
  return `The view has the same facts as the raw table: ${formatCount(all.raw.rows, "fact")}${amount}.`;
}

function whereText(different: readonly Bucket[]): string {
  if (different.length === 0) return "No single day differs beyond the tolerance, but all together do";
  const days = different.map(({ name }) => name).filter((name) => name !== noDay && name !== otherDays);
  const where = [
    ...(days.length === 0 ? [] : [formatDays(days)]),
    ...(different.some(({ name }) => name === noDay) ? ["rows without a day"] : []),
    ...(different.some(({ name }) => name === otherDays) ? ["other days than the window's"] : []),
  ];
  return `The view differs from the raw table on ${where.join(", ")}`;
}

/** "10 facts and 120 USD of spend in the raw table, 9 rows and 110 USD in the view" */
function bothText({ raw, clean }: Bucket, money: MoneyOf): string {
  const inRaw = money === null ? "" : ` and ${amountText(raw, money.currency)} of ${money.kind}`;
  const inView = money === null ? "" : ` and ${amountText(clean, money.currency)}`;
  return `${formatCount(raw.rows, "fact")}${inRaw} in the raw table, ${formatCount(clean.rows, "row")}${inView} in the view`;
}

function amountText(it: Counted, currency: string): string {
  return formatAmount(amountIn(it), currency);
}

/** Exact; null if the sums are equal. */
function impactOf(
  { raw, clean }: Bucket,
  money: MoneyOf,
  { firstDay, lastDay }: Window,
  { from }: StatsRequest,
): Impact | null {
  if (money === null) return null;
  const amount = Number(absolute(minus(amountIn(raw), amountIn(clean))));
  if (amount === 0) return null;
  const { kind, currency } = money;
  const when = from === null ? "all days" : `${formatDay(firstDay)} to ${formatDay(lastDay)}`;
  return {
    amount,
    low: amount,
    high: amount,
    currency,
    what: `${kind} ${compare(amountIn(raw), amountIn(clean)) > 0 ? "missing" : "too much"} in the clean view`,
    basis: `${amountText(raw, currency)} in the facts of the raw table against ${amountText(clean, currency)} in the view, ${when}`,
  };
}

function queryOf(request: StatsRequest, view: CleanSubject["view"], window: Window): EvidenceQuery {
  const arrived = arrivedOf(request);
  const shared = windowParams(request.timeZone, window);
  return {
    statement: "raw-vs-clean/evidence",
    inputs: {
      names: {
        table: nameOf(request.table),
        view: nameOf(view.view),
        business_day: dayOf(request),
        amount: amountOf(request),
        version: versionOf(request),
        arrived: arrived.piece,
        is_compared:
          request.from === null
            ? Fragment.always
            : Fragment.of`COALESCE(fact_day BETWEEN @first_day AND @last_day, FALSE)`,
      },
      params: { ...shared.params, ...arrived.params },
      types: { ...shared.types, ...arrived.types },
    },
  };
}
