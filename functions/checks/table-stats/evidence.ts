import { Fragment } from "../../shared/stores/bigquery/fragment.ts";
import type { ParamType, ParamValue } from "../../shared/stores/bigquery/types.ts";
import type { StatsRequest, Window } from "./types.ts";

/**
 * Fragments of the checks' evidence queries (`sql/bigquery/<check>/evidence.sql`). They follow the same rules
 * as the statistics of a table, so the rows that an analyst sees add up to the result.
 */

/**
 * The business day of a row, or the day of its arrival if the table has no business days. The parameter
 * `zone` holds the time zone.
 */
export function dayOf({ businessDate, arrival }: Pick<StatsRequest, "businessDate" | "arrival">): Fragment {
  const column = businessDate ?? arrival;
  return column === null ? Fragment.noDay : Fragment.day(column, "zone");
}

export function windowParams(timeZone: string, { firstDay, lastDay }: Window) {
  return {
    params: { zone: timeZone, first_day: firstDay, last_day: lastDay },
    types: { zone: "STRING", first_day: "DATE", last_day: "DATE" },
  } as const;
}

/**
 * The rows that were read: those since the parameter `from`, if not all were, and those without an arrival.
 */
export function arrivedOf({ arrival, from }: StatsRequest): {
  readonly piece: Fragment;
  readonly params: Readonly<Record<string, ParamValue>>;
  readonly types: Readonly<Record<string, ParamType>>;
} {
  if (from === null || arrival === null) return { piece: Fragment.always, params: {}, types: {} };
  const piece = Fragment.of`(${arrival} >= @from OR ${arrival} IS NULL)`;
  return { piece, params: { from }, types: { from: "TIMESTAMP" } };
}

/**
 * 1 for the version of each fact that counts: the latest, then by tie-break, then the one with the higher
 * amount.
 */
export function versionOf(request: StatsRequest): Fragment {
  const { key, arrival, tieBreak } = request;
  if (key.length === 0) return Fragment.onlyVersion;
  const order = [
    ...[...(arrival === null ? [] : [arrival]), ...tieBreak].map((name) => Fragment.column(name)),
    amountOf(request),
  ].map((it) => Fragment.of`${it} DESC`);
  return Fragment.of`ROW_NUMBER() OVER (PARTITION BY ${Fragment.columnList(key)} ORDER BY ${Fragment.list(order)})`;
}

/** NULL if the row has no readable amount, or one in another currency. */
export function amountOf({ amount }: Pick<StatsRequest, "amount">): Fragment {
  return Fragment.of`SAFE_CAST(CAST(${Fragment.amount(amount)} AS STRING) AS NUMERIC)`;
}
