import type { DayCounts } from "../../checks/duplicates/types.ts";
import type { Verdict as Roas } from "../../checks/roas/types.ts";
import { addDays, dayOf } from "../../shared/days.ts";
import { sumOf } from "../../shared/decimal.ts";
import type { WarehouseError } from "../../shared/stores/bigquery/error.ts";
import type { StatementRun } from "../../shared/stores/bigquery/types.ts";
import { type Decision, overcounted, type ViewResult } from "../decide.ts";
import type { RawRead } from "../raw-reads.ts";

/** The input of an answer. */
export interface Gathered {
  readonly decision: Decision;
  readonly roas: readonly Roas[];
  readonly rawReads: readonly RawRead[] | WarehouseError;
  /** Names of views that were created here and are no longer maintained. */
  readonly abandoned: readonly string[];
  readonly runs: readonly StatementRun[];
}

/** Number of business days before the tick's that are shown separately; the totals contain all days. */
const daysShown = 30;

/** Figures of the last 30 days, also if nothing arrived recently. */
export function recentDays({ duplicates, view }: ViewResult, asOf: Date): readonly DayCounts[] {
  const today = dayOf(asOf, view.source.timeZone);
  const first = addDays(today, -daysShown);
  return (duplicates?.figures?.days ?? []).filter(({ day }) => day !== null && day >= first && day <= today);
}

/** Over the shown days. */
export function recentlyOvercounted(it: ViewResult, asOf: Date): string | null {
  return sumOf(recentDays(it, asOf).map(({ amounts }) => overcounted(it, amounts)));
}

/** The problem of a view: that it is not as configured, else the finding about its rows. */
export function findingOf({ status, refusal, duplicates }: ViewResult): {
  readonly code: string;
  readonly severity: string;
  readonly text: string;
} | null {
  if (refusal !== null) return { code: refusal.code, severity: status, text: refusal.text };
  return duplicates?.finding ?? null;
}

export function actionsOf({ refusal, duplicates }: ViewResult): readonly string[] {
  return refusal?.actions ?? duplicates?.actions ?? [];
}

const worstFirst = ["critical", "unknown", "warning", "ok"] as const;

export function worstOf({ status, duplicates }: ViewResult): ViewResult["status"] {
  return worstFirst.find((it) => it === status || it === duplicates?.status) ?? "ok";
}

/** 0 to 1; null without rows. */
export function rateOf(rawRows: number, cleanRows: number): number | null {
  return rawRows === 0 ? null : (rawRows - cleanRows) / rawRows;
}
