import type { TableProof } from "../../checks/pii-hashing/types.ts";
import { areaTitle } from "../../checks/registry.ts";
import type { Block } from "../../shared/report/blocks.ts";
import { formatInstant, formatNumber, formatPercent } from "../../shared/report/format.ts";
import { WarehouseError } from "../../shared/stores/bigquery/error.ts";
import type { Reported } from "./json.ts";
import { findings, heading, paragraph, resultsIn, resultsOf } from "./parts.ts";

/** Whether personal data is readable, who is hashed, and whether the hashes match. */
export function piiBlocks({ decision, facts, brief }: Reported): Block[] {
  const searched = resultsOf(decision, "pii_search");
  const matches = resultsOf(decision, "hash_matches");
  const results = resultsIn(decision, "pii");
  if (results.length === 0)
    return [
      heading(areaTitle("pii")),
      paragraph("The warehouse file has no section pii, so PII was not searched for."),
    ];
  const proof =
    facts.piiFacts === null || facts.piiFacts.proof instanceof WarehouseError ? null : facts.piiFacts.proof;
  return [
    heading(areaTitle("pii")),
    ...searched
      .filter(({ status }) => status === "ok")
      .map(({ subject, text }) => paragraph(`${subject}: ${text}`)),
    ...(proof === null ? [] : [hashTable(proof.tables)]),
    ...(proof?.health.figures
      ? [
          paragraph(
            `The hasher ran ${proof.health.figures.runs} times within the last hour, ${proof.health.figures.failedRuns} of them failed` +
              `${proof.health.figures.lastFinished === null ? "" : `; it last finished at ${formatInstant(proof.health.figures.lastFinished)}`}.`,
          ),
        ]
      : []),
    ...matches
      .filter(({ status }) => status === "ok")
      .map(({ subject, text }) => paragraph(`${subject}: ${text}`)),
    ...findings(results, brief),
  ];
}

function hashTable(tables: readonly TableProof[]): Block {
  return {
    kind: "table",
    columns: [
      { label: "Table" },
      { label: "Rows", align: "right" },
      { label: "Column" },
      { label: "Hashed", align: "right" },
      { label: "Never given", align: "right" },
      { label: "Readable in the raw table", align: "right" },
    ],
    rows: tables.flatMap(({ table, coverage }) =>
      coverage === null
        ? [[table.clean.table, "–", "–", "–", "–", "–"]]
        : coverage.columns.map(({ hash, hashed, neverGiven, readable }) => [
            table.clean.table,
            formatNumber(coverage.cleanRows),
            hash,
            `${formatNumber(hashed)} (${formatPercent(hashed / coverage.cleanRows)})`,
            formatNumber(neverGiven),
            formatNumber(readable),
          ]),
    ),
  };
}
