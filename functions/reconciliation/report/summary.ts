import { areaIds, areaTitle } from "../../checks/registry.ts";
import type { Block } from "../../shared/report/blocks.ts";
import { formatDay, formatInstant } from "../../shared/report/format.ts";
import type { Marked } from "../causes.ts";
import type { Decision } from "../decide.ts";
import { moneyText, reportTitle } from "../render.ts";
import type { Reported } from "./json.ts";
import { countsText, heading, list, paragraph, resultsIn, verdictOf } from "./parts.ts";

/** The most expensive findings, the last complete day, each area in a word, and the changes. */
export function summaryBlocks({ decision, brief = false }: Reported): Block[] {
  const { trusted, trustedThrough } = decision;
  return [
    // A mail has already said this before the report.
    ...(brief ? [heading("The report")] : openingBlocks(decision)),
    {
      kind: "table",
      columns: [
        { label: "Area" },
        { label: "Status" },
        { label: "Checks", align: "right" },
        { label: "Not ok" },
      ],
      rows: areaIds.map((area) => {
        const results = resultsIn(decision, area);
        return [areaTitle(area), verdictOf(results), results.length, notOk(results)];
      }),
    },
    ...(trusted.length === 0
      ? []
      : [
          {
            kind: "table",
            columns: [
              { label: "Trusted through" },
              { label: "Spend complete" },
              { label: "Revenue complete" },
              { label: "Both" },
            ],
            rows: [
              ...trusted.map(({ platform, spend, revenue, through }) => [
                platform.name,
                dayText(spend),
                dayText(revenue),
                dayText(through),
              ]),
              ...(trusted.length > 1 ? [["All platforms", "", "", dayText(trustedThrough)]] : []),
            ],
          } satisfies Block,
        ]),
    ...changeBlocks(decision.changes),
  ];
}

function openingBlocks({ asOf, summary, items, trustedThrough }: Decision): Block[] {
  return [
    heading(reportTitle(asOf), 1),
    paragraph(
      `Do the numbers hold? As of ${formatInstant(asOf)}: ${countsText(summary)} ${reach(trustedThrough)}`,
    ),
    ...(items.length === 0
      ? [paragraph("There are no actions.")]
      : [
          paragraph("What costs most:"),
          ...list(
            items.slice(0, 3).map(({ title, impact }) => {
              const money = impact.map(moneyText).join("; ");
              return money === "" ? title : `${title}: ${money}`;
            }),
            true,
          ),
        ]),
  ];
}

function reach(through: string | null): string {
  return through === null
    ? "Unknown: the last complete day of spend and revenue."
    : `Spend and revenue of all platforms are complete through ${formatDay(through)}.`;
}

function notOk(results: readonly Marked[]): string {
  const wrong = [...new Set(results.filter(({ status }) => status !== "ok").map(({ subject }) => subject))];
  if (wrong.length === 0) return "–";
  return wrong.length <= 4
    ? wrong.join(", ")
    : `${wrong.slice(0, 3).join(", ")} and ${wrong.length - 3} more`;
}

function changeBlocks({ since, fresh, resolved }: Reported["decision"]["changes"]): Block[] {
  if (since === null) return [paragraph("This is the first run: there are no earlier results.")];
  const before = `Since ${formatInstant(since)}`;
  if (fresh.length + resolved.length === 0) return [paragraph(`${before}: no new and no resolved findings.`)];
  const line = (it: Marked) => `${it.subject} (${it.check.replaceAll("_", " ")}): ${it.text}`;
  return [
    ...(fresh.length === 0 ? [] : [paragraph(`${before}, new:`), ...list(fresh.map(line))]),
    ...(resolved.length === 0 ? [] : [paragraph(`${before}, resolved:`), ...list(resolved.map(line))]),
  ];
}

function dayText(day: string | null): string {
  return day === null ? "unknown" : formatDay(day);
}
