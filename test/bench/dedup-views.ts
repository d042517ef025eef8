import { readFileSync } from "node:fs";
import { definitionOf, queryOf } from "../../functions/dedup-views/definition.ts";
import { parseWarehouseFile } from "../../functions/shared/config/parse.ts";
import type { DedupView } from "../../functions/shared/config/types.ts";
import { nameOf } from "../../functions/shared/config/values/table-name.ts";
import { openWorld } from "../../infra/local/world/open.ts";
import { startWarehouse, type TestWarehouse } from "../support/a-warehouse.ts";
import { median, type Section, type Size } from "./figures.ts";

const week = "date_start BETWEEN DATE '2026-01-27' AND DATE '2026-02-02'";
const sizes = {
  // Views of the demo: of the smallest raw table and of the largest.
  full: { measured: ["facebook_insights", "facebook_insights_age_gender"], times: [1, 10], repeats: 3 },
  quick: { measured: ["facebook_insights"], times: [1, 2], repeats: 1 },
};

/**
 * A typical question, spend by day over 7 days, asked of the raw table (whose answer is too high), of the clean
 * view, and of a table that holds what the view shows, partitioned by business day and made anew every day: on the
 * demo's tables and on ten times as many rows.
 */
export async function dedupViews(size: Size): Promise<Section> {
  const { measured, repeats } = sizes[size];
  const world = await openWorld();
  const yaml = readFileSync(new URL("../../infra/local/world/warehouse.yaml", import.meta.url), "utf8");
  const { project, dedupViews: all } = parseWarehouseFile(yaml, "warehouse.yaml");
  const bigquery = await startWarehouse(project, world.file);
  try {
    const rows: string[][] = [];
    for (const times of sizes[size].times) {
      for (const view of all.filter(({ id }) => measured.includes(id))) {
        rows.push(
          ...(await compare(
            bigquery,
            times === 1 ? view : await enlarged(bigquery, view, times),
            times,
            repeats,
          )),
        );
      }
    }
    return {
      title: "Spend of 7 days: the raw table (too high), the clean view, a kept table",
      columns: ["raw table", "rows", "asked of", "MiB processed", "× raw", "ms", "× raw", "sum of spend"],
      rows,
      notes: [
        "Bytes as the local BigQuery counts them: columns named, all partitions, because the business day is not the partition.",
        "A kept table costs what the view costs in whole once a day, whoever asks; it pays where more is asked than the last column says.",
        `Times are DuckDB's, not Google's; medians of ${repeats}.`,
      ],
    };
  } finally {
    await bigquery.close();
    await world.discard();
  }
}

/** The same rows again under other ad ids, so that there are as many more facts. */
async function enlarged(bigquery: TestWarehouse, view: DedupView, times: number): Promise<DedupView> {
  const raw = nameOf(view.source.table);
  const table = { ...view.source.table, table: `${view.source.table.table}_x${times}` };
  const columns = (await bigquery.open().table(raw))?.columns ?? [];
  const list = columns
    .map(({ name }) => (name === "ad_id" ? "CONCAT(ad_id, '-', CAST(n AS STRING)) AS ad_id" : `\`${name}\``))
    .join(", ");
  await run(
    bigquery,
    `CREATE TABLE \`${nameOf(table)}\` PARTITION BY DATE(_airbyte_extracted_at) AS
     SELECT ${list} FROM \`${raw}\` CROSS JOIN UNNEST(GENERATE_ARRAY(1, ${times})) AS n`,
  );
  return {
    ...view,
    source: { ...view.source, table },
    view: { ...view.view, table: `${view.view.table}_x${times}` },
  };
}

async function compare(
  bigquery: TestWarehouse,
  view: DedupView,
  times: number,
  repeats: number,
): Promise<string[][]> {
  const warehouse = bigquery.open();
  const raw = nameOf(view.source.table);
  const info = await warehouse.table(raw);
  if (info === null) throw new Error(`there is no ${raw}`);
  const name = nameOf(view.view);
  const change = { at: new Date("2026-02-08T12:00:00Z"), what: "made" };
  await warehouse.createView(name, definitionOf(view, queryOf(view, info.columns), change));
  const kept = `${name}_kept`;
  const made = await run(
    bigquery,
    `CREATE TABLE \`${kept}\` PARTITION BY date_start AS SELECT ${info.columns
      .map((column) => `\`${column.name}\``)
      .join(", ")} FROM \`${name}\``,
  );

  const asked: { readonly of: string; readonly cost: Cost }[] = [];
  for (const [of, table] of [
    ["raw table", raw],
    ["clean view", name],
    ["kept table", kept],
  ] as const) {
    asked.push({ of, cost: await typical(bigquery, table, repeats) });
  }
  const [first, ofView, ofKept] = asked.map(({ cost }) => cost);
  const rows = asked.map(({ of, cost }) => row(of, cost, first ?? cost));
  const saved = (ofView?.bytes ?? 0) - (ofKept?.bytes ?? 0);
  rows.push([
    ...row("making the kept table", made, first ?? made).slice(0, 5),
    `pays from ${Math.ceil(made.bytes / Math.max(1, saved))} questions a day`,
  ]);
  return rows.map((cells, n) => [
    n === 0 ? `${view.source.table.table}${times === 1 ? "" : ` (× ${times})`}` : "",
    n === 0 ? (info.rows ?? 0).toLocaleString("en-US") : "",
    ...cells,
  ]);
}

function row(of: string, { bytes, ms, answer }: Cost, raw: Cost): string[] {
  return [
    of,
    (bytes / 2 ** 20).toFixed(1),
    (bytes / raw.bytes).toFixed(2),
    ms.toFixed(0),
    (ms / raw.ms).toFixed(2),
    answer,
  ];
}

interface Cost {
  readonly bytes: number;
  readonly ms: number;
  readonly answer: string;
}

async function typical(bigquery: TestWarehouse, table: string, repeats: number): Promise<Cost> {
  const sql = `SELECT CAST(SUM(spend) AS STRING) AS spend FROM (
    SELECT date_start, SUM(spend) AS spend FROM \`${table}\` WHERE ${week} GROUP BY date_start)`;
  const costs: Cost[] = [];
  for (let n = 0; n < repeats; n += 1) costs.push(await run(bigquery, sql));
  const [first] = costs;
  if (first === undefined) throw new Error("nothing was asked");
  return { ...first, ms: median(costs.map(({ ms }) => ms)) };
}

async function run(bigquery: TestWarehouse, query: string): Promise<Cost> {
  const started = performance.now();
  const [job] = await bigquery.client().createQueryJob({ query, location: "US" });
  const [rows] = await job.getQueryResults();
  const ms = performance.now() - started;
  const [metadata] = await job.getMetadata();
  return {
    bytes: Number(metadata.statistics?.totalBytesProcessed ?? 0),
    ms,
    answer: String((rows[0] as { spend?: unknown } | undefined)?.spend ?? ""),
  };
}
