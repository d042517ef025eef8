import { areaTitle } from "../../checks/registry.ts";
import type { Source } from "../../shared/config/types.ts";
import type { Block } from "../../shared/report/blocks.ts";
import { formatDay, formatDuration, formatInstant } from "../../shared/report/format.ts";
import type { Marked } from "../causes.ts";
import type { Reported } from "./json.ts";
import { heading, impactText, list, paragraph, resultsOf } from "./parts.ts";

/** The list of actions has all causes. */
const causesInMail = 10;

/** When each source last delivered, and the causes of those that stopped. */
export function freshnessBlocks({ decision, facts, brief = false }: Reported): Block[] {
  const results = resultsOf(decision, "freshness");
  const causes = decision.items.filter(({ results: [first] }) => first?.check === "freshness");
  // A mail names the problems and only counts the rest.
  const shown = facts.freshness.filter(({ finding }) => !brief || finding !== null);
  const fresh = facts.freshness.length - shown.length;
  return [
    heading(areaTitle("freshness")),
    ...(fresh > 0 ? [paragraph(`${fresh} ${fresh === 1 ? "source is" : "sources are"} fresh.`)] : []),
    {
      kind: "table",
      columns: [
        { label: "Source" },
        { label: "Newest row" },
        { label: "Newest day" },
        { label: "Lag", align: "right" },
        { label: "Status" },
        { label: "Not visible" },
      ],
      rows: shown.map((it) => {
        const result = results.find(({ subject }) => subject === it.source.id);
        return [
          it.source.id,
          it.arrival === null ? "–" : formatInstant(it.arrival),
          it.businessDate === null ? "–" : formatDay(it.businessDate),
          it.ageMs === null ? "–" : formatDuration(it.ageMs),
          result?.status ?? "unknown",
          result === undefined ? "–" : lossText(result, it.source),
        ];
      }),
    },
    ...(brief ? causes.slice(0, causesInMail) : causes).flatMap(
      ({ title, cause, actions, impact }): Block[] => [
        heading(title, 3),
        ...(cause === null ? [] : [paragraph(cause)]),
        ...list(impact.map(({ what, basis }) => `${what}: ${basis}.`)),
        ...list(brief ? [] : actions, true),
      ],
    ),
  ];
}

/** If there is no estimate, the text says why, so that it is not read as no loss. */
function lossText(result: Marked, { money }: Source): string {
  if (result.impact !== null || result.status === "ok") return impactText(result);
  if (result.status === "unknown") return "unknown";
  return money === null
    ? "no price: it carries no money"
    : "no price: no amount in the days before it fell silent";
}
