import { decimalTextOf } from "../../values/decimal-text.ts";
import type { Resolved } from "../../values/resolved.ts";
import { sizeBytes } from "../../values/size.ts";
import { reconciliationDefaults as defaults, type WrittenReconciliation, weekdays } from "./schema.ts";

export function resolveReconciliation({ reconciliation: written = {} }: WrittenReconciliation) {
  const reportOn = written.report_on ?? defaults.reportOn;
  return {
    /** A difference counts only when it is larger than both: decimals in text, and a share from 0 to 1. */
    moneyTolerance: toleranceOf("money", written.tolerances?.money),
    rowTolerance: toleranceOf("rows", written.tolerances?.rows),
    /** Return on ad spend at which a platform earns what it costs. */
    breakEvenRoas: written.break_even_roas ?? defaults.breakEvenRoas,
    /** Day of the week on which the whole report goes out: 0 is Sunday; null: it does not. */
    reportOn: reportOn === "never" ? null : weekdays.indexOf(reportOn),
    /** A table larger than this is read only as far as the window reaches. */
    fullScanUpToBytes: bytes(written.full_scan_up_to ?? defaults.fullScanUpTo),
    /** One run reads no more: what it would read is asked first. */
    maxScanBytes: bytes(written.max_scan ?? defaults.maxScan),
  };
}

type Tolerances = NonNullable<NonNullable<WrittenReconciliation["reconciliation"]>["tolerances"]>;

function toleranceOf(of: keyof typeof defaults.tolerances, written: Tolerances[typeof of] = {}) {
  const { absolute, relative } = { ...defaults.tolerances[of], ...written };
  const text = decimalTextOf(absolute);
  if (text === null) throw new Error(`${absolute} is no decimal`);
  return { absolute: text, relative: Number.parseFloat(relative) / 100 };
}

/** What is no size has been ruled out before. */
function bytes(written: string): number {
  const size = sizeBytes(written);
  if (size === null) throw new Error(`${written} is no size`);
  return size;
}

/** How figures are compared, and when the report goes out. */
export type Reconciliation = Resolved<ReturnType<typeof resolveReconciliation>>;
