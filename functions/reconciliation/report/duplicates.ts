import { areaTitle } from "../../checks/registry.ts";
import type { TableStats, Window } from "../../checks/table-stats/types.ts";
import { windowOf } from "../../checks/table-stats/window.ts";
import type { Source } from "../../shared/config/types.ts";
import { daysBetween } from "../../shared/days.ts";
import type { Block } from "../../shared/report/blocks.ts";
import { formatNumber, formatPercent } from "../../shared/report/format.ts";
import { WarehouseError } from "../../shared/stores/bigquery/error.ts";
import type { Marked } from "../causes.ts";
import type { Reported } from "./json.ts";
import { count, findings, heading, paragraph, resultsIn, resultsOf } from "./parts.ts";

/** Rows that repeat a fact, for each table, and whether the clean views hold the facts. */
export function duplicateBlocks(reported: Reported): Block[] {
  const { decision, brief = false } = reported;
  const results = resultsOf(decision, "duplicates");
  const clean = resultsOf(decision, "raw_vs_clean");
  if (results.length + clean.length === 0) return [];
  const isShown = ({ status }: Marked) => !brief || status !== "ok";
  const passing = [...results, ...clean].filter((it) => !isShown(it)).length;
  return [
    heading(areaTitle("duplicates")),
    ...(passing > 0 ? [paragraph(`${passing} checks of tables and clean views are ok.`)] : []),
    {
      kind: "table",
      columns: [
        { label: "Table" },
        { label: "Rows", align: "right" },
        { label: "Duplicates", align: "right" },
        { label: "Rate", align: "right" },
        { label: "Status" },
      ],
      rows: results.filter(isShown).map((it) => {
        const [rows, repeats] = [count(it, "rows"), count(it, "repeats")];
        return [
          it.subject,
          rows === null ? "–" : formatNumber(rows),
          repeats === null ? "–" : formatNumber(repeats),
          rows === null || repeats === null || rows === 0 ? "–" : formatPercent(repeats / rows),
          it.status,
        ];
      }),
    },
    ...(brief ? [] : pictures(reported)),
    ...(clean.filter(isShown).length === 0
      ? []
      : [
          heading("Raw tables and clean ones", 3),
          {
            kind: "table",
            columns: [{ label: "Clean view or table" }, { label: "Status" }, { label: "What was compared" }],
            rows: clean.filter(isShown).map(({ subject, status, text }) => [subject, status, text]),
          } satisfies Block,
        ]),
    ...findings(resultsIn(decision, "duplicates"), brief),
  ];
}

/**
 * Duplicates by day of the tables that have any; a table with its own money comes first, because breakdowns
 * repeat it.
 */
function pictures({ decision, facts, file }: Reported): Block[] {
  return file.sources.flatMap((source) => {
    const request = facts.plan.sources.get(source.id);
    const answer = request === undefined ? undefined : facts.answers.get(request);
    if (answer === undefined || answer instanceof WarehouseError || source.breakdown !== null) return [];
    if (source.uniqueKey.length === 0 || answer.days.every(({ rows, facts: some }) => rows === some))
      return [];
    return [picture(source, answer, windowOf(decision.asOf, source.timeZone, file))];
  });
}

function picture(source: Source, answer: TableStats, { firstDay, lastDay }: Window): Block {
  const byDay = new Map(answer.days.map((it) => [it.day, it]));
  const days = daysBetween(firstDay, lastDay);
  const newest = answer.newestDay ?? "";
  return {
    kind: "bars",
    title: `Rows of ${source.id} by day: facts and duplicates`,
    days,
    series: [
      { label: "Facts", values: days.map((day) => byDay.get(day)?.facts ?? (day > newest ? null : 0)) },
      {
        label: "Duplicates",
        values: days.map((day) => {
          const it = byDay.get(day);
          return it === undefined ? (day > newest ? null : 0) : it.rows - it.facts;
        }),
      },
    ],
    unit: "rows",
  };
}
