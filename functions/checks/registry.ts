/**
 * The list of all checks. Types, the report's areas and titles, and the alerting function come from here.
 * TypeScript refuses a report or a judge that leaves out an id.
 */

/** The report's areas in their order, each with its heading. */
const areas = {
  freshness: "Freshness",
  pii: "Personal data",
  duplicates: "Duplicates",
  continuity: "Continuity",
  agreement: "Values and tables that agree",
  volume: "Volume",
  performance: "Performance",
} as const;

export type Area = keyof typeof areas;

export type FunctionName = "sync-watchdog" | "dedup-views" | "pii-hasher" | "reconciliation";

interface Entry {
  /** The area of the reconciliation report; null if only one function judges and reports it. */
  readonly area: Area | null;
  /** The problem, after the names of its subjects: "orders: days are missing". */
  readonly title: string;
  /**
   * The function that alerts on it. If it is another function, reconciliation reports it and sends no notice.
   */
  readonly alertedBy: FunctionName;
}

/** In the order of a report. An id must not change, because stored results and incidents contain it. */
const checks = {
  freshness: { area: "freshness", title: "not fresh", alertedBy: "sync-watchdog" },
  pii_search: {
    area: "pii",
    title: "contains readable personal data",
    alertedBy: "pii-hasher",
  },
  pii_hashing: { area: "pii", title: "personal data is not hashed as it should be", alertedBy: "pii-hasher" },
  hash_matches: { area: "pii", title: "hashes that should match do not", alertedBy: "pii-hasher" },
  duplicates: { area: "duplicates", title: "duplicate rows", alertedBy: "reconciliation" },
  raw_vs_clean: {
    area: "duplicates",
    title: "the clean view and the raw table differ",
    alertedBy: "reconciliation",
  },
  continuity: { area: "continuity", title: "days are missing", alertedBy: "reconciliation" },
  required: {
    area: "agreement",
    title: "required values are missing",
    alertedBy: "reconciliation",
  },
  parity: { area: "agreement", title: "the two tables differ", alertedBy: "reconciliation" },
  breakdown: {
    area: "agreement",
    title: "the parts do not add up to the whole",
    alertedBy: "reconciliation",
  },
  late_changes: {
    area: "agreement",
    title: "days changed after they were final",
    alertedBy: "reconciliation",
  },
  volume: { area: "volume", title: "rows have disappeared", alertedBy: "reconciliation" },
  spend: { area: "performance", title: "spend is implausible", alertedBy: "reconciliation" },
  roas: {
    area: "performance",
    title: "ROAS is not reliable",
    alertedBy: "reconciliation",
  },
  campaigns: {
    area: "performance",
    title: "campaigns of orders do not match the platform's",
    alertedBy: "reconciliation",
  },
  dedup_view: { area: null, title: "the clean view is not as it is wanted", alertedBy: "dedup-views" },
  duplicate_key: { area: null, title: "the key is not proved", alertedBy: "dedup-views" },
  duplicate_rows: { area: null, title: "rows are lost or cannot be counted", alertedBy: "dedup-views" },
  duplicate_rate: { area: null, title: "the rate of duplicates rises", alertedBy: "dedup-views" },
  pii_key: { area: null, title: "the key may not be used", alertedBy: "pii-hasher" },
} as const satisfies Readonly<Record<string, Entry>>;

export type CheckId = keyof typeof checks;

/** Checks of the reconciliation report. */
export type ReportedCheckId = {
  [Id in CheckId]: (typeof checks)[Id]["area"] extends Area ? Id : never;
}[CheckId];

const checkIds = Object.keys(checks) as CheckId[];

export const areaIds = Object.keys(areas) as Area[];

export function checkOf(id: CheckId): Entry {
  return checks[id];
}

export function areaTitle(area: Area): string {
  return areas[area];
}

export function checksIn(area: Area): readonly CheckId[] {
  return checkIds.filter((id) => checks[id].area === area);
}

export function isAlertedBy(id: CheckId, functionName: FunctionName): boolean {
  return checks[id].alertedBy === functionName;
}
