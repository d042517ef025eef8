import { areaTitle } from "../../checks/registry.ts";
import { windowOf } from "../../checks/table-stats/window.ts";
import { daysBetween } from "../../shared/days.ts";
import type { Block, Mark, StripRow } from "../../shared/report/blocks.ts";
import { formatDays, formatNumber } from "../../shared/report/format.ts";
import type { Marked } from "../causes.ts";
import type { Reported } from "./json.ts";
import { count, findings, followsText, heading, paragraph, resultsIn } from "./parts.ts";

/** The days of the last 30 that arrived, for each source. */
export function continuityBlocks(reported: Reported): Block[] {
  const { decision, file } = reported;
  const results = resultsIn(decision, "continuity");
  const { firstDay, lastDay } = windowOf(decision.asOf, file.timeZone, file);
  const days = daysBetween(firstDay, lastDay);
  const shown = results.filter((it) => isDrawn(it, results, reported));
  return [
    heading(areaTitle("continuity")),
    ...(results.length === 0
      ? [paragraph("No source has business days.")]
      : [
          {
            kind: "strip",
            title: "What arrived of each day",
            days,
            rows: shown.map((it) => rowOf(it, days, reported)),
          } satisfies Block,
          ...(reported.brief ? [] : [missingTable(results)]),
        ]),
    ...findings(results, reported.brief),
  ];
}

function missingTable(results: readonly Marked[]): Block {
  return {
    kind: "table",
    columns: [
      { label: "Source" },
      { label: "Missing days", align: "right" },
      { label: "Status" },
      { label: "Which" },
      { label: "Follows from" },
    ],
    rows: results
      .filter(({ status }) => status !== "ok")
      .map((it) => [
        it.subject,
        formatNumber(count(it, "missing_days") ?? Number.NaN),
        it.status,
        whichDays(it),
        followsText(it),
      ]),
  };
}

/** "3 to 7 Feb 2026"; the whole text if the days are unknown. */
function whichDays({ evidence: { missing }, text }: Marked): string {
  return Array.isArray(missing) && missing.length > 0 ? formatDays(missing) : text;
}

/**
 * A breakdown is drawn with the whole that it breaks down. A mail, or a report with many sources, draws only
 * those with missing days.
 */
function isDrawn(it: Marked, results: readonly Marked[], { file, brief = false }: Reported): boolean {
  if (!brief) return it.status !== "ok" || results.length <= 20;
  const source = file.sources.find(({ id }) => id === it.subject);
  return it.status !== "ok" && source?.breakdown === null;
}

function rowOf(it: Marked, days: readonly string[], { facts, file, decision }: Reported): StripRow {
  const source = file.sources.find(({ id }) => id === it.subject);
  const missing = new Set(Array.isArray(it.evidence.missing) ? it.evidence.missing : []);
  const verdict = facts.freshness.find((one) => one.source.id === it.subject);
  const newest = verdict?.businessDate ?? null;
  const today = days.at(-1) ?? "";
  const mark = (day: string): Mark => {
    if (it.code === "not_read" || it.code === "no_days" || newest === null || source === undefined)
      return "unknown";
    if (missing.has(day)) return "missing";
    if (day > newest) return "not_due";
    if (day < newest) return "arrived";
    // The newest day is complete only if something arrived after its end.
    const end = Date.parse(`${day}T00:00:00Z`) + 86_400_000;
    const isWhole =
      verdict?.arrival === null || verdict?.arrival === undefined
        ? day < today
        : verdict.arrival.getTime() >= end;
    return isWhole && decision.asOf.getTime() >= end ? "arrived" : "partial";
  };
  return { label: it.subject, marks: days.map(mark) };
}
