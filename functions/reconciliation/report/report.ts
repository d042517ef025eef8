import type { Block } from "../../shared/report/blocks.ts";
import { formatNumber } from "../../shared/report/format.ts";
import { continuityBlocks } from "./continuity.ts";
import { duplicateBlocks } from "./duplicates.ts";
import { freshnessBlocks } from "./freshness.ts";
import type { Reported } from "./json.ts";
import { peopleBlocks } from "./people.ts";
import { performanceBlocks } from "./performance.ts";
import { summaryBlocks } from "./summary.ts";
import { todoBlocks } from "./todo.ts";
import { volumeBlocks } from "./volume.ts";

/** The whole report to read: the summary first, then what it rests on, then what to do; of a mail, that first. Pure. */
export function toBlocks(reported: Reported): Block[] {
  return [
    ...(reported.brief ? todoBlocks(reported) : []),
    ...summaryBlocks(reported),
    ...freshnessBlocks(reported),
    ...peopleBlocks(reported),
    ...duplicateBlocks(reported),
    ...continuityBlocks(reported),
    ...volumeBlocks(reported),
    ...performanceBlocks(reported),
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
