import type { Source } from "../../shared/config/types.ts";
import { addDays, dayOf } from "../../shared/days.ts";
import type { Instants } from "../../shared/instants.ts";
import type { WarehouseError } from "../../shared/stores/bigquery/error.ts";
import { dayOrNull, instantOf, numberOrNull } from "../../shared/stores/bigquery/row.ts";
import type { Inputs, Row, Warehouse } from "../../shared/stores/bigquery/types.ts";
import { type MoneyRequest, moneyRowInputs, readMoneyRows } from "./money-rows.ts";
import type { DayMoney, Verdict } from "./types.ts";

/**
 * Two weeks contain seven complete days, even if the newest business day is some days before the last
 * arrival.
 */
export const daysRead = 14;

const statements = { byKey: "freshness/daily-money-by-key", plain: "freshness/daily-money" } as const;

/** Money per day of each stale source: the days before it stopped, and the day on which it stopped. */
export async function readDailyMoney(
  verdicts: readonly Verdict[],
  warehouse: Warehouse,
  { seenUntil }: Instants,
): Promise<Map<Source, DayMoney[] | WarehouseError>> {
  const shared = { params: { seen_until: seenUntil } };
  return readMoneyRows(verdicts.map(requestOf), { statements, shared, rowOf: dayMoneyOf }, warehouse);
}

export function moneyStatement({ uniqueKey }: Source): string {
  return uniqueKey.length > 0 ? statements.byKey : statements.plain;
}

export function moneyInputs(silent: Pick<Verdict, "source" | "visibleThrough">): Inputs {
  return moneyRowInputs(requestOf(silent));
}

function requestOf({ source, visibleThrough }: Pick<Verdict, "source" | "visibleThrough">): MoneyRequest {
  if (visibleThrough === null) throw new Error(`${source.id} has no money to read`);
  const lastDay = dayOf(visibleThrough, source.timeZone);
  return { source, firstDay: addDays(lastDay, -daysRead), lastDay };
}

function dayMoneyOf(row: Row): DayMoney {
  return {
    day: dayOrNull(row, "business_day") ?? "",
    amount: numberOrNull(row, "amount"),
    newestArrival: instantOf(row, "newest_arrival"),
  };
}
