import type {
  DayStats,
  StatsRequest,
  Sums,
  TableStats,
  Window,
} from "../../functions/checks/table-stats/types.ts";
import type { Tolerance } from "../../functions/checks/tolerance.ts";

/** One look at a small table, and what is changed about it. Noon of 8 February 2026. */
export const window: Window = { firstDay: "2026-01-09", lastDay: "2026-02-08" };

/** Whatever differs counts. */
export const exact: Tolerance = { absolute: "0", relative: 0 };

export function aRequest(parts: Partial<StatsRequest> = {}): StatsRequest {
  return {
    id: "facebook_ads",
    table: { project: "shop", dataset: "ads", table: "insights" },
    timeZone: "UTC",
    arrival: "extracted_at",
    businessDate: "day",
    key: ["ad_id", "day"],
    tieBreak: ["raw_id"],
    amount: { column: "spend", jsonPath: null, currency: "USD", currencyColumn: null },
    required: ["ad_id", "campaign_id"],
    finalAfterMs: null,
    labels: null,
    wholeDays: false,
    from: null,
    ...parts,
  };
}

export function sums(parts: Partial<Sums> = {}): Sums {
  return {
    rows: 0,
    facts: 0,
    raw: null,
    clean: null,
    unreadable: 0,
    foreign: 0,
    withoutAmount: 0,
    ...parts,
  };
}

export function aDay(day: string | null, parts: Partial<DayStats> = {}): DayStats {
  return {
    day,
    ...sums({ rows: 10, facts: 10, raw: "100", clean: "100" }),
    nulls: [],
    whenFinal: null,
    newestArrival: null,
    checksum: null,
    ...parts,
  };
}

export function aReading(days: readonly DayStats[], parts: Partial<TableStats> = {}): TableStats {
  return {
    request: aRequest(),
    days,
    before: { ...sums(), nulls: [] },
    labels: [],
    newestArrival: null,
    newestDay: null,
    arrivalsInFuture: 0,
    farthestArrival: null,
    ...parts,
  };
}
