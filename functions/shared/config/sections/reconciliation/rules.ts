import type { Draft } from "../../values/draft.ts";
import type { Contradiction } from "../../values/rule.ts";
import { sizeBytes } from "../../values/size.ts";
import { reconciliationDefaults, type WrittenReconciliation } from "./schema.ts";

/** The limit of a run must allow the tables that it reads completely. */
export function reconciliationRules({ reconciliation = {} }: Draft<WrittenReconciliation>): Contradiction[] {
  const fullScanUpTo = reconciliation.full_scan_up_to ?? reconciliationDefaults.fullScanUpTo;
  const maxScan = reconciliation.max_scan ?? reconciliationDefaults.maxScan;
  const [upTo, most] = [sizeBytes(fullScanUpTo), sizeBytes(maxScan)];
  if (upTo === null || most === null || upTo <= most) return [];
  const key = reconciliation.full_scan_up_to === undefined ? "max_scan" : "full_scan_up_to";
  const message = `a table of ${String(fullScanUpTo)} is to be read whole, and a run reads ${String(maxScan)} at most; set max_scan no smaller than full_scan_up_to`;
  return [{ path: ["reconciliation", key], message }];
}
