import { type Area, areaIds } from "../../checks/registry.ts";
import type { Block } from "../../shared/report/blocks.ts";
import { formatNumber } from "../../shared/report/format.ts";
import { agreementBlocks } from "./agreement.ts";
import { continuityBlocks } from "./continuity.ts";
import { duplicateBlocks } from "./duplicates.ts";
import { freshnessBlocks } from "./freshness.ts";
import type { Reported } from "./json.ts";
import { performanceBlocks } from "./performance.ts";
import { piiBlocks } from "./pii.ts";
import { summaryBlocks } from "./summary.ts";
import { todoBlocks } from "./todo.ts";
import { volumeBlocks } from "./volume.ts";

/** TypeScript refuses an area without a section. */
const sections: Readonly<Record<Area, (reported: Reported) => Block[]>> = {
  freshness: freshnessBlocks,
  pii: piiBlocks,
  duplicates: duplicateBlocks,
  continuity: continuityBlocks,
  agreement: agreementBlocks,
  volume: volumeBlocks,
  performance: performanceBlocks,
};

/** The whole report: the summary, the areas, then the actions; a mail has the actions first. Pure. */
export function toBlocks(reported: Reported): Block[] {
  return [
    ...(reported.brief ? todoBlocks(reported) : []),
    ...summaryBlocks(reported),
    ...areaIds.flatMap((area) => sections[area](reported)),
    ...(reported.brief ? [] : todoBlocks(reported)),
    ...costBlocks(reported),
  ];
}

function costBlocks({ runs }: Reported): Block[] {
  if (runs.length === 0) return [];
  return [
    {
      kind: "fold",
      title: `What was asked to find this out: ${runs.length} queries`,
      blocks: [
        {
          kind: "table",
          columns: [{ label: "Statement" }, { label: "Processed", align: "right" }, { label: "Job" }],
          rows: runs.map(({ statement, bytesProcessed, jobId }) => [
            statement,
            `${formatNumber(bytesProcessed / 2 ** 20, 1)} MiB`,
            jobId ?? "estimated only",
          ]),
        },
      ],
    },
  ];
}
