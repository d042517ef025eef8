import { areaTitle } from "../../checks/registry.ts";
import type { Block } from "../../shared/report/blocks.ts";
import { formatBytes, formatNumber } from "../../shared/report/format.ts";
import { WarehouseError } from "../../shared/stores/bigquery/error.ts";
import type { Reported } from "./json.ts";
import { findings, heading, resultsIn } from "./parts.ts";

/** Number of largest tables that are shown separately. */
const shown = 10;

/** Tables, rows and bytes of each dataset, the largest tables, and their changes. */
export function volumeBlocks({ decision, facts, brief }: Reported): Block[] {
  const datasets = [...facts.listings].map(([dataset, listing]) => ({
    dataset,
    tables:
      listing instanceof WarehouseError ? null : [...listing.values()].filter(({ kind }) => kind === "table"),
  }));
  const results = resultsIn(decision, "volume");
  const largest = datasets
    .flatMap(({ dataset, tables }) => (tables ?? []).map((it) => ({ ...it, dataset })))
    .filter(({ dataset, table }) => results.some(({ subject }) => subject === `${dataset}.${table}`))
    .sort((a, b) => b.bytes - a.bytes)
    .slice(0, shown);
  return [
    heading(areaTitle("volume")),
    {
      kind: "table",
      columns: [
        { label: "Dataset" },
        { label: "Tables", align: "right" },
        { label: "Rows", align: "right" },
        { label: "Size", align: "right" },
      ],
      rows: datasets.map(({ dataset, tables }) =>
        tables === null
          ? [dataset, "unknown", "unknown", "unknown"]
          : [
              dataset,
              formatNumber(tables.length),
              formatNumber(tables.reduce((sum, { rows }) => sum + rows, 0)),
              formatBytes(tables.reduce((sum, { bytes }) => sum + bytes, 0)),
            ],
      ),
    },
    ...(brief || largest.length === 0
      ? []
      : [
          {
            kind: "table",
            columns: [
              { label: "Table" },
              { label: "Rows", align: "right" },
              { label: "Size", align: "right" },
              { label: "Status" },
              { label: "Since the last run", align: "right" },
            ],
            rows: largest.map(({ dataset, table, rows, bytes }) => {
              const result = results.find(({ subject }) => subject === `${dataset}.${table}`);
              const change = result?.evidence.rows_change;
              return [
                table,
                formatNumber(rows),
                formatBytes(bytes),
                result?.status ?? "unknown",
                typeof change === "number" ? `${change > 0 ? "+" : ""}${formatNumber(change)}` : "–",
              ];
            }),
          } satisfies Block,
        ]),
    ...findings(results, brief),
  ];
}
