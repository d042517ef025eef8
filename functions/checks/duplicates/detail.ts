import type { Look, Verdict } from "./types.ts";

/** Of the shape of `look`; what is of another version is not read. */
const version = 2;

/** What is older is not remembered, in days. */
export const daysBack = 30;

/** Older days are counted anew by each look, and compared with nothing. */
const daysKept = 30;

/** What is remembered of a look, for `check_results.detail`: the evidence, and in `look` what later looks compare with. */
export function toDetail({
  view,
  figures,
  contradictions,
  advice,
  impact,
  increment,
  notes,
  findings,
  proven,
}: Verdict) {
  const look =
    figures === null
      ? null
      : {
          version,
          rawRows: figures.rawRows,
          cleanRows: figures.cleanRows,
          key: view.source.uniqueKey,
          overcounted: figures.amounts?.overcounted ?? null,
          proven,
        };
  const kept = figures && { ...figures, days: figures.days.slice(-daysKept) };
  return { look, figures: kept, contradictions, advice, impact, increment, notes, findings };
}

/** In JSON, where an instant is a text. */
interface Written extends Omit<Look, "at" | "proven"> {
  readonly version?: unknown;
  readonly proven: { readonly through: string; readonly of: string; readonly settledRows: number } | null;
}

/** An earlier look, by what `toDetail` has put into `look`; null for none or one of another version. */
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
