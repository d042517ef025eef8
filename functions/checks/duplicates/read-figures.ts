import { nameOf } from "../../shared/config/values/table-name.ts";
import { sumOf } from "../../shared/decimal.ts";
import type { Instants } from "../../shared/instants.ts";
import { latest } from "../../shared/instants.ts";
import type { WarehouseError } from "../../shared/stores/bigquery/error.ts";
import { Fragment } from "../../shared/stores/bigquery/fragment.ts";
import { inBranches } from "../../shared/stores/bigquery/in-branches.ts";
import {
  dayOrNull,
  decimalOrNull,
  flagOf,
  instantOrNull,
  numberOf,
  numbersOf,
} from "../../shared/stores/bigquery/row.ts";
import type { Inputs, Row, Warehouse } from "../../shared/stores/bigquery/types.ts";
import { settledBefore } from "./proven.ts";
import type { Amounts, Counts, Figures, Question } from "./types.ts";

/** Rows and money of each view's raw table, raw and clean: one job, which reads only the needed columns. */
export function readFigures(
  questions: readonly Question[],
  warehouse: Warehouse,
  { now, seenUntil, knownUntil }: Pick<Instants, "now" | "seenUntil" | "knownUntil">,
): Promise<Map<Question, Figures | WarehouseError>> {
  return inBranches("duplicates/figures", questions, figureInputs, figuresOf, warehouse, {
    params: { seen_until: seenUntil, known_until: knownUntil, settled: settledBefore(now) },
  });
}

export function figureInputs({ view, columns }: Pick<Question, "view" | "columns">): Inputs {
  const { source, tieBreak, money } = view;
  const dayType = columns.find(({ name }) => name.toLowerCase() === source.businessDate?.toLowerCase())?.type;
  return {
    names: {
      table: nameOf(source.table),
      arrival: source.arrival,
      business_day:
        source.businessDate === null
          ? Fragment.noDay
          : Fragment.day(source.businessDate, "zone_{{n}}", dayType),
      amount: Fragment.amount(money),
      key: Fragment.columnList(source.uniqueKey),
      latest_first: Fragment.descending([source.arrival, ...tieBreak]),
      null_flags: Fragment.nulls(source.uniqueKey),
      key_nulls: Fragment.counts("null_flags", source.uniqueKey.length),
    },
    params: { zone: source.timeZone },
  };
}

function figuresOf(answer: readonly Row[], { view }: Question): Figures {
  const { uniqueKey, businessDate } = view.source;
  const rows = answer.filter((row) => flagOf(row, "is_seen"));
  const sumOfColumn = (column: string) => total(rows.map((row) => numberOf(row, column)));
  const days = rows
    .map((row) => ({ day: dayOrNull(row, "business_day"), ...countsOf(row, view.money !== null) }))
    .toSorted((a, b) => (a.day ?? "").localeCompare(b.day ?? ""));
  const arrivals = rows.flatMap((row) => instantOrNull(row, "newest_arrival") ?? []);
  const nulls = uniqueKey.map(
    (column, at) => [column, total(rows.map((row) => numbersOf(row, "key_nulls")[at] ?? 0))] as const,
  );
  const amounts = (which: keyof Amounts) => sumOf(days.map((it) => it.amounts?.[which] ?? null));
  return {
    rawRows: total(days.map(({ rawRows }) => rawRows)),
    cleanRows: total(days.map(({ cleanRows }) => cleanRows)),
    amounts:
      view.money === null
        ? null
        : { raw: amounts("raw"), clean: amounts("clean"), overcounted: amounts("overcounted") },
    newestArrival: latest(arrivals),
    rowsInFuture: total(answer.map((row) => numberOf(row, "rows_in_future"))),
    settledRows: sumOfColumn("settled_rows"),
    unreadableAmounts: sumOfColumn("unreadable_amounts"),
    rowsWithoutArrival: sumOfColumn("rows_without_arrival"),
    keyNulls: Object.fromEntries(nulls.filter(([, count]) => count > 0)),
    days: businessDate === null ? [] : days,
  };
}

function total(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
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
