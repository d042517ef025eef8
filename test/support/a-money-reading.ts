import type {
  DayStats,
  LabelStats,
  StatsRequest,
  Sums,
  TableStats,
} from "../../functions/checks/table-stats/types.ts";

/** Readings of small tables, and what is changed about them. */

export const usd = { column: "spend", jsonPath: null, currency: "USD", currencyColumn: null } as const;

export function aRequest(parts: Partial<StatsRequest> = {}): StatsRequest {
  return {
    id: "ads",
    table: { project: "shop", dataset: "ads", table: "insights" },
    timeZone: "UTC",
    arrival: "extracted_at",
    businessDate: "day",
    key: ["ad_id", "day"],
    tieBreak: [],
    amount: usd,
    required: [],
    finalAfterMs: null,
    labels: null,
    wholeDays: false,
    from: null,
    ...parts,
  };
}

/** One fact without an amount, unless it is said otherwise. */
function sums(parts: Partial<Sums> = {}): Sums {
  const facts = parts.facts ?? 1;
  return {
    rows: facts,
    facts,
    raw: null,
    clean: null,
    unreadable: 0,
    foreign: 0,
    withoutAmount: 0,
    ...parts,
  };
}

export function aDay(day: string | null, clean: string | null, parts: Partial<DayStats> = {}): DayStats {
  return {
    ...sums({ clean, raw: clean, ...parts }),
    day,
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
    before: { ...sums({ facts: 0 }), nulls: [] },
    labels: [],
    newestArrival: null,
    newestDay:
      days
        .flatMap(({ day }) => day ?? [])
        .sort()
        .at(-1) ?? null,
    arrivalsInFuture: 0,
    farthestArrival: null,
    ...parts,
  };
}

export function aLabel(campaign: string | null, parts: Partial<LabelStats> = {}): LabelStats {
  return { ...sums(), day: "2026-02-01", platform: "facebook", campaign, ...parts };
}
