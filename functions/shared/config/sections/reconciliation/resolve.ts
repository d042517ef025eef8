import { decimalTextOf } from "../../values/decimal-text.ts";
import type { Resolved } from "../../values/resolved.ts";
import { sizeBytes } from "../../values/size.ts";
import { reconciliationDefaults as defaults, type WrittenReconciliation, weekdays } from "./schema.ts";

export function resolveReconciliation({ reconciliation: written = {} }: WrittenReconciliation) {
  const reportOn = written.report_on ?? defaults.reportOn;
  return {
    /** A difference counts only if it is larger than both: decimals in text, and a share from 0 to 1. */
    moneyTolerance: toleranceOf("money", written.tolerances?.money),
    rowTolerance: toleranceOf("rows", written.tolerances?.rows),
    /** ROAS at which a platform earns its cost. */
    breakEvenRoas: written.break_even_roas ?? defaults.breakEvenRoas,
    /** Day of the week of the report: 0 is Sunday; null for no report. */
    reportOn: reportOn === "never" ? null : weekdays.indexOf(reportOn),
    /** Of a larger table only the window is read. */
    fullScanUpToBytes: bytes(written.full_scan_up_to ?? defaults.fullScanUpTo),
    /** Limit of one run, which is estimated before it reads. */
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

/** Texts that are not a size have been refused before. */
function bytes(written: string): number {
  const size = sizeBytes(written);
  if (size === null) throw new Error(`${written} is no size`);
  return size;
}

/** How figures are compared, and when the report is sent. */
export type Reconciliation = Resolved<ReturnType<typeof resolveReconciliation>>;
