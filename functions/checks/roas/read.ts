import type { DedupView, Platform, Source } from "../../shared/config/types.ts";
import { addDays, dayMs, dayOf } from "../../shared/days.ts";
import type { Instants } from "../../shared/instants.ts";
import { Fragment } from "../../shared/stores/bigquery/fragment.ts";
import { inBranches } from "../../shared/stores/bigquery/in-branches.ts";
import { dayOrNull, decimalOrNull, numberOf } from "../../shared/stores/bigquery/row.ts";
import type { Inputs, Row, Warehouse } from "../../shared/stores/bigquery/types.ts";
import { tableOf } from "../freshness/read-content.ts";
import type { Money, Observation } from "./types.ts";

/** Beside the day asked about: the window of the audit, DATE_SUB(…, INTERVAL 30 DAY). */
const daysBack = 30;

/** Money of all platforms: one job; a platform that cannot be read stops no other. */
export async function readPlatforms(
  platforms: readonly Platform[],
  dedupViews: readonly DedupView[],
  warehouse: Warehouse,
  { now, seenUntil }: Pick<Instants, "now" | "seenUntil">,
): Promise<Observation[]> {
  const windows = platforms.map((platform) => {
    const lastDay = dayOf(now, platform.spend.timeZone);
    return { platform, firstDay: addDays(lastDay, -daysBack), lastDay };
  });
  const answers = await inBranches(
    "roas/platform",
    windows,
    (window) => platformInputs(window, dedupViews),
    ([row]) => moneyOf(row),
    warehouse,
    { params: { seen_until: seenUntil } },
  );
  return windows.map((window) => {
    const money = answers.get(window);
    if (money === undefined) throw new Error(`${window.platform.id} was not read`);
    return { ...window, money };
  });
}

type Window = Omit<Observation, "money">;

export function platformInputs(
  { platform, firstDay, lastDay }: Window,
  dedupViews: readonly DedupView[],
): Inputs {
  const { spend, revenue } = platform;
  const tieBreak = dedupViews.find(({ source }) => source.id === spend.id)?.tieBreak ?? [];
  return {
    names: {
      spend_table: tableOf(spend),
      spend_day: businessDayOf(spend, "zone_spend_{{n}}"),
      spend_amount: Fragment.amount(spend.money),
      spend_version: versionOf(spend, tieBreak),
      spend_arrived: arrivedOf(spend),
      revenue_table: tableOf(revenue.source),
      revenue_day: businessDayOf(revenue.source, "zone_revenue_{{n}}"),
      revenue_amount: Fragment.amount({ ...revenue, jsonPath: null }),
      revenue_version: versionOf(revenue.source, []),
      revenue_arrived: arrivedOf(revenue.source),
      attributed_by: Fragment.column(revenue.attributedBy),
    },
    params: {
      zone_spend: spend.timeZone,
      zone_revenue: revenue.source.timeZone,
      is: revenue.is.map((value) => value.trim().toLowerCase()),
      // A row about a day arrives on that day or later; a day to spare for time zones.
      from: new Date(Date.parse(`${firstDay}T00:00:00Z`) - dayMs),
      first_day: firstDay,
      last_day: lastDay,
    },
    types: { from: "TIMESTAMP", first_day: "DATE", last_day: "DATE", is: ["STRING"] },
  };
}

/** Without a business date a row is about the day it arrived on. */
function businessDayOf({ businessDate, arrival }: Source, zone: string): Fragment {
  const column = businessDate ?? arrival;
  return column === null ? Fragment.noDay : Fragment.day(column, zone);
}

function versionOf({ uniqueKey, arrival }: Source, tieBreak: readonly string[]): Fragment {
  return uniqueKey.length === 0 || arrival === null
    ? Fragment.onlyVersion
    : Fragment.version(uniqueKey, [arrival, ...tieBreak]);
}

function arrivedOf({ arrival }: Source): Fragment {
  return arrival === null ? Fragment.always : Fragment.arrived(arrival, "from_{{n}}", "seen_until");
}

function moneyOf(row: Row | undefined): Money {
  if (row === undefined) throw new Error("no answer");
  return {
    revenue: decimalOrNull(row, "revenue"),
    orders: numberOf(row, "orders"),
    lastRevenueDay: dayOrNull(row, "last_revenue_day"),
    spend: decimalOrNull(row, "spend"),
    spendRaw: decimalOrNull(row, "spend_raw"),
    lastSpendDay: dayOrNull(row, "last_spend_day"),
    roas: decimalOrNull(row, "roas"),
    roasRaw: decimalOrNull(row, "roas_raw"),
    revenueUnreadable: numberOf(row, "revenue_unreadable"),
    spendUnreadable: numberOf(row, "spend_unreadable"),
  };
}
