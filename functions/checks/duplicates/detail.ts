import type { CheckResult } from "../../shared/runs/runs.ts";
import { type Aspect, aspects, type Look, type Verdict } from "./types.ts";

/** Of the shape of `look`; what is of another version is not read. */
const version = 2;

/** What is older is not remembered, in days. */
export const daysBack = 30;

/** Older days are counted anew by each look, and compared with nothing. */
const daysKept = 30;

/** What is remembered of a look: a row of `check_results` for each of its three checks. */
export function rememberedOf(verdict: Verdict): CheckResult[] {
  return aspects.map((check) => {
    const [worst, ...others] = verdict.findings.filter((it) => it.check === check);
    return {
      check,
      subject: verdict.view.id,
      status: worst?.severity ?? (verdict.judged[check] ? "ok" : "unknown"),
      code: worst?.code ?? (verdict.judged[check] ? null : "not_judged"),
      text: worst?.text ?? null,
      detail: { ...detailOf[check](verdict), others },
    };
  });
}

/** What each check rests on. */
const detailOf: Readonly<Record<Aspect, (verdict: Verdict) => Readonly<Record<string, unknown>>>> = {
  duplicate_key: ({ contradictions, advice }) => ({ contradictions, advice }),
  duplicate_rows: rowsDetailOf,
  duplicate_rate: ({ increment }) => ({ increment }),
};

/** In `look` is what later looks compare with. */
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

/** In JSON, where an instant is a text. */
interface Written extends Omit<Look, "at" | "proven"> {
  readonly version?: unknown;
  readonly proven: { readonly through: string; readonly of: string; readonly settledRows: number } | null;
}

/** An earlier look, by what `rowsDetailOf` has put into `look`; null for none or one of another version. */
export function lookOf(at: Date, look: string): Look | null {
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
