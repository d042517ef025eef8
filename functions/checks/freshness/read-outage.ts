import type { Source } from "../../shared/config/types.ts";
import { addDays, dayOf } from "../../shared/days.ts";
import { instantsOf } from "../../shared/instants.ts";
import type { WarehouseError } from "../../shared/stores/bigquery/error.ts";
import { dayOrNull, instantOrNull, numberOrNull } from "../../shared/stores/bigquery/row.ts";
import type { Row, Warehouse } from "../../shared/stores/bigquery/types.ts";
import { readMoneyRows } from "./money-rows.ts";
import type { OutageDay } from "./outage.ts";
import { daysRead } from "./read-money.ts";

const statements = { byKey: "freshness/outage-money-by-key", plain: "freshness/outage-money" } as const;

/**
 * Money per business day of sources that were stale: as it was when they stopped, and as it is now. It covers
 * the two weeks before, which show a typical day, up to the day on which the outage was over.
 *
 * @param sources each with money and an arrival column
 * @param over the tick that found it over; only rows that had arrived by then are read
 */
export async function readOutage(
  sources: readonly Source[],
  { began, over }: { readonly began: Date; readonly over: Date },
  warehouse: Warehouse,
): Promise<Map<Source, OutageDay[] | WarehouseError>> {
  const requests = sources.map((source) => ({
    source,
    firstDay: addDays(dayOf(began, source.timeZone), -daysRead),
    lastDay: dayOf(over, source.timeZone),
  }));
  const shared = { params: { began, seen_until: instantsOf(over, over).seenUntil } };
  return readMoneyRows(requests, { statements, shared, rowOf: outageDayOf }, warehouse);
}

function outageDayOf(row: Row): OutageDay {
  return {
    day: dayOrNull(row, "business_day") ?? "",
    amountThen: numberOrNull(row, "amount_then"),
    amountNow: numberOrNull(row, "amount_now"),
    newestArrivalThen: instantOrNull(row, "newest_arrival_then"),
    firstArrivalSince: instantOrNull(row, "first_arrival_since"),
  };
}
