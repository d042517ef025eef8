import type { Figures, Finding, Verdict } from "../../../functions/checks/duplicates/types.ts";
import type { Facts } from "../../../functions/dedup-views/decide.ts";
import { aView } from "./a-view.ts";

export const change = { at: new Date("2026-02-01T05:30:00Z"), what: "made" };

const figures: Figures = {
  rawRows: 1_000,
  cleanRows: 800,
  amounts: { raw: "100.5", clean: "80.25", overcounted: "20.25" },
  newestArrival: new Date("2026-02-08T06:00:00Z"),
  rowsInFuture: 0,
  settledRows: 0,
  unreadableAmounts: 0,
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
    judged: { duplicate_key: true, duplicate_rows: true, duplicate_rate: true },
    checked: true,
    retry: false,
    ...parts,
  };
}

const aspects: Readonly<Partial<Record<Finding["code"], Finding["check"]>>> = {
  key_too_coarse: "duplicate_key",
  order_not_total: "duplicate_key",
  no_sync: "duplicate_key",
  rate_rising: "duplicate_rate",
};

/** With the question that it answers, and what to do. */
export function aFinding(finding: Pick<Finding, "code" | "severity" | "text">): Finding {
  return { check: aspects[finding.code] ?? "duplicate_rows", actions: ["Look at it"], ...finding };
}

export function aVerdictOf(
  wrong: Pick<Finding, "code" | "severity" | "text">,
  {
    findings,
    ...parts
  }: Partial<Omit<Verdict, "findings">> & { readonly findings?: Parameters<typeof aFinding>[0][] } = {},
): Verdict {
  const finding = aFinding(wrong);
  return aVerdict({
    status: finding.severity,
    finding,
    findings: (findings ?? [wrong]).map(aFinding),
    actions: finding.actions,
    judged: {
      duplicate_key: true,
      duplicate_rows: true,
      duplicate_rate: true,
      ...(finding.severity === "unknown" && { [finding.check]: false }),
    },
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
