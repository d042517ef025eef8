import type { Look, Verdict } from "./types.ts";

/** Of the shape of `detail`; what is of another version is not read. */
const version = 1;

/** What is remembered of a look: the evidence in `check_results.detail`, read again by `readLook`. */
export function toDetail({ figures, contradictions, advice, impact, increment, notes, findings }: Verdict) {
  return { version, figures, contradictions, advice, impact, increment, notes, findings };
}

/** An earlier look out of its detail; null for one that could not be made or is of another version. */
export function lookOf(at: Date, detail: string): Look | null {
  const { version: found, figures } = JSON.parse(detail) as Partial<ReturnType<typeof toDetail>>;
  if (found !== version || figures === null || figures === undefined) return null;
  const { rawRows, cleanRows, amounts } = figures;
  return { at, rawRows, cleanRows, overcounted: amounts?.overcounted ?? null };
}
