import type { WarehouseError } from "../../shared/warehouse/error.ts";
import { dayOrNull, decimalOrNull, instantOrNull, numberOf, numbersOf } from "../../shared/warehouse/row.ts";
import { Fragment } from "../../shared/warehouse/statement.ts";
import type { Inputs, Row, Warehouse } from "../../shared/warehouse/types.ts";
import { tableOf } from "../freshness/read-content.ts";
import { inBranches } from "./in-branches.ts";
import type { Counts, Figures, Question } from "./types.ts";

/** Rows and money of each view's raw table, raw and clean: one job, which reads no more than the columns needed. */
export function readFigures(
  questions: readonly Question[],
  warehouse: Warehouse,
  seenUntil: Date,
): Promise<Map<Question, Figures | WarehouseError>> {
  return inBranches("duplicates/figures", questions, figureInputs, figuresOf, warehouse, {
    params: { seen_until: seenUntil },
  });
}

export function figureInputs({ view }: Pick<Question, "view">): Inputs {
  const { source, tieBreak, money } = view;
  return {
    names: {
      table: tableOf(source),
      arrival: source.arrival,
      business_day:
        source.businessDate === null ? Fragment.noDay : Fragment.day(source.businessDate, "zone_{{n}}"),
      amount: Fragment.amount(money),
      version: Fragment.version(source.uniqueKey, [source.arrival, ...tieBreak]),
      null_flags: Fragment.nulls(source.uniqueKey),
      key_nulls: Fragment.counts("null_flags", source.uniqueKey.length),
    },
    params: { zone: source.timeZone },
  };
}

function figuresOf(rows: readonly Row[], { view }: Question): Figures {
  const [total, ...others] = rows.filter((row) => row.is_total === true);
  if (total === undefined || others.length > 0) throw new Error(`${view.id} has not one row of totals`);
  const days = rows
    .filter((row) => row.is_total !== true)
    .map((row) => ({ day: dayOrNull(row, "business_day"), ...countsOf(row, view.money !== null) }))
    .toSorted((a, b) => (a.day ?? "").localeCompare(b.day ?? ""));
  const nulls = numbersOf(total, "key_nulls");
  return {
    ...countsOf(total, view.money !== null),
    newestArrival: instantOrNull(total, "newest_arrival"),
    rowsWithoutArrival: numberOf(total, "rows_without_arrival"),
    keyNulls: Object.fromEntries(
      view.source.uniqueKey
        .map((column, at) => [column, nulls[at] ?? 0] as const)
        .filter(([, count]) => count > 0),
    ),
    days: view.source.businessDate === null ? [] : days,
  };
}

function countsOf(row: Row, hasMoney: boolean): Counts {
  return {
    rawRows: numberOf(row, "raw_rows"),
    cleanRows: numberOf(row, "clean_rows"),
    amounts: hasMoney
      ? {
          raw: decimalOrNull(row, "amount_raw"),
          clean: decimalOrNull(row, "amount_clean"),
          overcounted: decimalOrNull(row, "amount_overcounted"),
        }
      : null,
  };
}
