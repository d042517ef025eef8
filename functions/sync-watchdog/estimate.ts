import { planContent } from "../checks/freshness/plan.ts";
import { contentInputs, contentParams, contentStatement } from "../checks/freshness/read-content.ts";
import { metadataInputs } from "../checks/freshness/read-metadata.ts";
import { moneyInputs, moneyStatement } from "../checks/freshness/read-money.ts";
import type { Source } from "../shared/config/types.ts";
import { datasetOf } from "../shared/config/values/table-name.ts";
import type { Context } from "../shared/function/definition.ts";
import { type Estimate, estimating } from "../shared/function/dry-run.ts";
import type { Instants } from "../shared/instants.ts";
import { relatedTo } from "./decide.ts";

/**
 * What a run would scan, query by query. Without the metadata's answer it is unknown which sources need their content read,
 * so every one that may is counted: the sum is an upper bound.
 */
export async function estimate({ file, query, at, warehouse }: Context): Promise<Estimate> {
  const sources = relatedTo(query.source, file.sources);
  const { problems, attempt } = estimating();
  for (const [dataset, members] of Map.groupBy(sources, ({ table }) => datasetOf(table)))
    await attempt(warehouse.query("freshness/metadata", metadataInputs(dataset, members)));
  for (const source of sources) {
    const from = contentFrom(source, at);
    if (from === null) continue;
    const statement = contentStatement(source);
    const content = contentInputs({ source, from });
    await attempt(warehouse.queryAll(statement, [content], contentParams(statement, at)));
    if (source.money !== null && source.arrival !== null) {
      const money = moneyInputs({ source, visibleThrough: at.now });
      const seen = { params: { seen_until: at.seenUntil } };
      await attempt(warehouse.queryAll(moneyStatement(source), [money], seen));
    }
  }
  return {
    runs: warehouse.runs,
    notEstimated: problems,
    caveat:
      "The sum is an upper bound. Metadata queries bill 10 MB each, content queries at least 10 MB for each table. A real run " +
      "reads the content only of sources whose metadata does not answer, together in one job, and money only of silent " +
      "sources. When one is ok again, its money is read once more, over the days it was silent.",
  };
}

/** The start of the content that would be read if the metadata is not enough; null if it always is. */
function contentFrom(source: Source, instants: Instants): Date | null {
  const { now } = instants;
  const kind = source.table.table.endsWith("*") ? "shards" : "table";
  const shardDay = source.businessDate === "_TABLE_SUFFIX" ? now.toISOString().slice(0, 10) : null;
  const touched = { ...source, otherWriters: ["anything"] };
  const plan = planContent(touched, { kind, modified: now, created: now, rows: 1, shardDay }, instants);
  return plan.read ? plan.from : null;
}
