import type { Figures, Finding, Verdict } from "../../../functions/checks/duplicates/types.ts";
import type { Facts } from "../../../functions/dedup-views/decide.ts";
import { aView } from "./a-view.ts";

export const change = { at: new Date("2026-02-01T05:30:00Z"), what: "made" };

const figures: Figures = {
  rawRows: 1_000,
  cleanRows: 800,
  amounts: { raw: "100.5", clean: "80.25", overcounted: "20.25" },
  newestArrival: new Date("2026-02-08T06:00:00Z"),
  rowsWithoutArrival: 0,
  keyNulls: {},
  days: [],
};

/** Of rows that are well, unless said. */
export function aVerdict(parts: Partial<Verdict> = {}): Verdict {
  return {
    view: aView(),
    status: "ok",
    finding: null,
    findings: [],
    notes: [],
    figures,
    previous: null,
    proven: null,
    contradictions: null,
    advice: null,
    increment: null,
    impact: null,
    actions: [],
    checked: true,
    retry: false,
    ...parts,
  };
}

export function aVerdictOf(finding: Finding, parts: Partial<Verdict> = {}): Verdict {
  return aVerdict({
    status: finding.severity,
    finding,
    findings: [finding],
    actions: ["Look at it"],
    ...parts,
  });
}

/** A view that is to be made, over rows that are well. */
export function someFacts(parts: Partial<Facts> = {}): Facts {
  return {
    view: aView(),
    plan: { action: "create", query: "SELECT 1" },
    duplicates: aVerdict(),
    removal: null,
    overridden: false,
    ...parts,
  };
}
