import { nameOf } from "../../shared/config/values/table-name.ts";
import { formatCount, formatDay, formatNumber, formatPercent } from "../../shared/report/format.ts";
import { WarehouseError } from "../../shared/stores/bigquery/error.ts";
import { Fragment } from "../../shared/stores/bigquery/fragment.ts";
import { type EvidenceQuery, found, notRead, ok, type Result, unknown } from "../result.ts";
import { arrivedOf, dayOf, versionOf, windowParams } from "../table-stats/evidence.ts";
import type { StatsAnswer, StatsRequest, Window } from "../table-stats/types.ts";
import { differenceOf, type Tolerance } from "../tolerance.ts";

/** A column that must hold a value. */
export interface RequiredColumn {
  readonly name: string;
  /** True if the column is part of the key. */
  readonly isKey: boolean;
}

/**
 * Checks that every required column holds a value.
 *
 * It counts facts of the window's days and facts without a day. A key column must have no NULL: facts without
 * a complete key count as one, and all but one of them are in no sum. In other columns, NULLs are wrong
 * beyond the tolerance, in number and as a share of the facts. Pure.
 *
 * @param columns in the order of the request's `required`, never empty
 */
export function judgeRequired(
  { request, owner }: { readonly request: StatsRequest; readonly owner: string },
  answer: StatsAnswer,
  columns: readonly RequiredColumn[],
  tolerance: Tolerance,
  window: Window,
): Result {
  const about = { check: "required", subject: request.id, owner } as const;
  if (answer instanceof WarehouseError) return notRead(about, answer);
  const days = answer.days.filter(
    ({ day }) => day === null || (day >= window.firstDay && day <= window.lastDay),
  );
  const facts = days.reduce((sum, day) => sum + day.facts, 0);
  const when = `${formatDay(window.firstDay)} to ${formatDay(window.lastDay)}`;
  if (facts === 0) return unknown(about, "no_rows", `No facts were read from ${when}.`);

  const counted = columns
    .map((column, at) => ({ ...column, nulls: days.reduce((sum, day) => sum + (day.nulls[at] ?? 0), 0) }))
    .filter(({ nulls }) => nulls > 0);
  // The share is of all facts, because all of them should have a value.
  const isWrong = ({ isKey, nulls }: Counted) =>
    isKey || differenceOf(String(facts), String(facts - nulls), tolerance).counts;
  const wrong = counted.filter(isWrong);
  const tolerated = counted.filter((it) => !isWrong(it));
  const evidence = { facts, nulls: counted.map(({ name, nulls }) => `${name}: ${nulls}`) };
  const among = `${formatCount(facts, "fact")} from ${when}`;
  if (wrong.length === 0) {
    const text =
      tolerated.length === 0
        ? `No required column is NULL in any of ${among}.`
        : `NULL in some of ${among}, within tolerance: ${allText(tolerated, facts)}.`;
    return ok(about, text, evidence);
  }
  const others = tolerated.length === 0 ? "" : ` Within tolerance: ${allText(tolerated, facts)}.`;
  return found(about, {
    status: "critical",
    code: "nulls",
    text: `NULL in some of ${among}: ${allText(wrong, facts)}.${others}`,
    evidence,
    actions: actionsOf(wrong, nameOf(request.table)),
    query: queryOf(request, window),
  });
}

type Counted = RequiredColumn & { readonly nulls: number };

/** "ad_id, part of the key, in 3 (0.2 %); spend in 12 (1 %)" */
function allText(columns: readonly Counted[], facts: number): string {
  return columns
    .map(
      ({ name, isKey, nulls }) =>
        `${name}${isKey ? ", part of the key," : ""} in ${formatNumber(nulls)} (${formatPercent(nulls / facts)})`,
    )
    .join("; ");
}

function actionsOf(wrong: readonly Counted[], table: string): readonly string[] {
  const names = (isKey: boolean) =>
    wrong
      .filter((it) => it.isKey === isKey)
      .map(({ name }) => name)
      .join(", ");
  const [key, others] = [names(true), names(false)];
  return [
    ...(key === ""
      ? []
      : [
          `Have ${key} filled wherever ${table} is loaded: facts without a whole key count as one, and sums leave the others out`,
        ]),
    ...(others === ""
      ? []
      : [`See whether the loader still delivers ${others} of ${table} under that name, and for all rows`]),
  ];
}

function queryOf(request: StatsRequest, window: Window): EvidenceQuery {
  const { key, required, timeZone } = request;
  const arrived = arrivedOf(request);
  const shared = windowParams(timeZone, window);
  const names = required.map(
    (column) => Fragment.of`IF(${column} IS NULL, ${Fragment.quotedName(column)}, NULL)`,
  );
  return {
    statement: "required/evidence",
    inputs: {
      names: {
        table: nameOf(request.table),
        key_columns: key.length === 0 ? Fragment.of`` : Fragment.of`${Fragment.columnList(key)},`,
        business_day: dayOf(request),
        null_columns: Fragment.of`ARRAY_TO_STRING(${Fragment.array(names)}, ', ')`,
        version: versionOf(request),
        arrived: arrived.piece,
      },
      params: { ...shared.params, ...arrived.params },
      types: { ...shared.types, ...arrived.types },
    },
  };
}
