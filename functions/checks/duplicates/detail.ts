import type { CheckResult } from "../../shared/runs/runs.ts";
import { type Aspect, aspects, type PastCount, type Verdict } from "./types.ts";

/** Version of the shape of `look`; other versions are not read. */
const version = 2;

/** Older runs are not read, in days. */
export const daysBack = 30;

/** Older days are counted again by each run and compared with nothing. */
const daysKept = 30;

/** The stored results of a run: a row of `check_results` for each of its three checks. */
export function rememberedOf(verdict: Verdict): CheckResult[] {
  return aspects.map((check) => {
    const [worst, ...others] = verdict.findings.filter((it) => it.check === check);
    return {
      check,
      subject: verdict.view.id,
      status: worst?.severity ?? (verdict.judged[check] ? "ok" : "unknown"),
      code: worst?.code ?? (verdict.judged[check] ? null : "not_evaluated"),
      text: worst?.text ?? null,
      detail: { ...detailOf[check](verdict), others },
    };
  });
}

/** The evidence of each check. */
const detailOf: Readonly<Record<Aspect, (verdict: Verdict) => Readonly<Record<string, unknown>>>> = {
  duplicate_key: ({ contradictions, advice }) => ({ contradictions, advice }),
  duplicate_rows: rowsDetailOf,
  duplicate_rate: ({ increment }) => ({ increment }),
};

/** The next runs compare with `look`. */
export function rowsDetailOf({ view, figures, impact, notes, proven }: Verdict) {
  if (figures === null) return { look: null, figures: null, impact, notes };
  const { rawRows, cleanRows, amounts, days } = figures;
  const overcounted = amounts?.overcounted ?? null;
  return {
    look: { version, rawRows, cleanRows, key: view.source.uniqueKey, overcounted, proven },
    figures: { ...figures, days: days.slice(-daysKept) },
    impact,
    notes,
  };
}

/** The JSON form, with instants as text. */
interface Written extends Omit<PastCount, "at" | "proven"> {
  readonly version?: unknown;
  readonly proven: { readonly through: string; readonly of: string; readonly settledRows: number } | null;
}

/** An earlier run, from the `look` of `rowsDetailOf`; null if there is none or it has another version. */
export function pastCountOf(at: Date, look: string): PastCount | null {
  const found = JSON.parse(look) as Written;
  if (found.version !== version) return null;
  const { rawRows, cleanRows, key, overcounted, proven } = found;
  return {
    at,
    rawRows,
    cleanRows,
    key,
    overcounted,
    proven: proven && { ...proven, through: new Date(proven.through) },
  };
}
