import { checkDuplicates } from "../checks/duplicates/check-views.ts";
import { checkRoas } from "../checks/roas/check-platforms.ts";
import type { Context } from "../shared/function/definition.ts";
import { type Estimate, estimating } from "../shared/function/dry-run.ts";
import { WarehouseError } from "../shared/stores/bigquery/error.ts";
import { questionsOf } from "./gather.ts";
import { narrowedTo } from "./override.ts";
import { readRawReads } from "./raw-reads.ts";
import { surveyOf } from "./read.ts";

/**
 * What a run would scan, query by query. Metadata is read, because the queries are made of it. What is asked only where
 * something is wrong is not among them.
 */
export async function estimate({ file, query, at, warehouse }: Context): Promise<Estimate> {
  const dedupViews = narrowedTo(query.view, file.dedupViews);
  const surveys = await surveyOf(dedupViews, warehouse, warehouse);
  const { problems, attempt } = estimating();
  await attempt(checkDuplicates(questionsOf(surveys), warehouse, at));
  await attempt(checkRoas(file, warehouse, at));
  const rawReads = await readRawReads(dedupViews, file, warehouse, at.now);
  if (rawReads instanceof WarehouseError) problems.push(rawReads.message);
  return {
    runs: warehouse.runs,
    notEstimated: problems,
    caveat:
      "BigQuery bills at least 10 MB for each table that a query names. Not among these: what a contradicted key or a " +
      "replacement asks beyond, and the few rows of the bundle's own tables that a tick reads and writes.",
  };
}
