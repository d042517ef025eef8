import { decimalTextOf } from "./decimal-text.ts";
import { tableName } from "./resolve-views.ts";
import { known, ms, placeOf } from "./resolved.ts";
import { defaults, type WrittenFile } from "./schema.ts";
import { weekdays } from "./schema-reconciliation.ts";
import { sizeBytes } from "./size.ts";
import type { Pair, PairSide, Reconciliation, Source } from "./types.ts";

type Written = WrittenFile["sources"][string];

/** What is held against a source's figures; which source it breaks down is followed when all are there. */
export function expectationsOf(it: Written): Pick<Source, "required" | "finalAfterMs"> {
  return {
    required: it.required ?? [],
    finalAfterMs: it.final_after === undefined ? null : ms(it.final_after),
  };
}

/** The sources, each with what it breaks down, which is no breakdown itself. */
export function withBreakdowns(
  sources: readonly Source[],
  written: Readonly<Record<string, Written>>,
): readonly Source[] {
  const byId = new Map(sources.map((source) => [source.id, source]));
  return sources.map((source) => {
    const breakdown = written[source.id]?.breakdown;
    if (breakdown === undefined) return source;
    const of = known(byId, breakdown.of);
    if (of.money === null) throw new Error(`${breakdown.of} has no money`);
    return { ...source, breakdown: { of: { ...of, money: of.money }, ...placeOf(breakdown) } };
  });
}

/** Tables that hold the same facts, of a file without mistakes. */
export function resolvePairs(file: WrittenFile): Pair[] {
  return Object.entries(file.pairs ?? {}).map(([id, it]): Pair => {
    const [one, other] = it.between.map(
      (side): PairSide => ({
        table: tableName(side.table, file.project),
        key: side.key,
        businessDate: side.business_date,
        timeZone: side.time_zone ?? file.time_zone,
        amount: side.amount === undefined ? null : placeOf(side.amount),
      }),
    );
    if (one === undefined || other === undefined) throw new Error(`${id} has no two sides`);
    return { id, owner: it.owner, between: [one, other], currency: it.currency ?? null };
  });
}

/** How figures are compared, with every default applied. */
export function resolveReconciliation(written: WrittenFile["reconciliation"] = {}): Reconciliation {
  const reportOn = written.report_on ?? defaults.reportOn;
  return {
    moneyTolerance: toleranceOf("money", written.tolerances?.money),
    rowTolerance: toleranceOf("rows", written.tolerances?.rows),
    breakEvenRoas: written.break_even_roas ?? defaults.breakEvenRoas,
    reportOn: reportOn === "never" ? null : weekdays.indexOf(reportOn),
    fullScanUpToBytes: bytes(written.full_scan_up_to ?? defaults.fullScanUpTo),
    maxScanBytes: bytes(written.max_scan ?? defaults.maxScan),
  };
}

type Tolerances = NonNullable<NonNullable<WrittenFile["reconciliation"]>["tolerances"]>;

function toleranceOf(
  of: keyof typeof defaults.tolerances,
  written: Tolerances[typeof of] = {},
): Reconciliation["moneyTolerance"] {
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
