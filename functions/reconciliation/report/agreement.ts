import { areaTitle } from "../../checks/registry.ts";
import type { Block } from "../../shared/report/blocks.ts";
import { formatNumber } from "../../shared/report/format.ts";
import type { Marked } from "../causes.ts";
import type { Reported } from "./json.ts";
import { count, findings, heading, list, paragraph, resultsIn } from "./parts.ts";

/** Required values, and tables and sums that should agree. */
export function agreementBlocks({ decision, brief }: Reported): Block[] {
  const results = resultsIn(decision, "agreement");
  return [
    heading(areaTitle("agreement")),
    ...(brief ? [paragraph(okText(results))] : list(okIn(results))),
    ...findings(results, brief),
  ];
}

/** "All 16 checks are ok." */
function okText(results: readonly Marked[]): string {
  const passing = results.filter(({ status }) => status === "ok").length;
  return passing === results.length
    ? `All ${passing} checks are ok.`
    : `${passing} of ${results.length} checks are ok.`;
}

/** One line for all required values that exist, however many sources there are. */
function okIn(results: readonly Marked[]): string[] {
  const passing = results.filter(({ status }) => status === "ok");
  const whole = passing.filter(({ check }) => check === "required");
  const facts = whole.reduce((sum, it) => sum + (count(it, "facts") ?? 0), 0);
  return [
    ...(whole.length === 0
      ? []
      : [
          `No value that must be there is missing in ${formatNumber(facts)} facts of ${whole.map(({ subject }) => subject).join(", ")}.`,
        ]),
    ...passing
      .filter((it) => !whole.includes(it))
      .map(({ subject, check, text }) => `${subject} (${check.replaceAll("_", " ")}): ${text}`),
  ];
}
