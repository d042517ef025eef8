import type { WarehouseFile } from "../../shared/config/types.ts";
import { datasetOf } from "../../shared/config/values/table-name.ts";
import { beginning, type Instants } from "../../shared/instants.ts";
import { WarehouseError } from "../../shared/stores/bigquery/error.ts";
import type { Warehouse } from "../../shared/stores/bigquery/types.ts";
import { hasPrice, withPrice } from "./impact.ts";
import { judge } from "./judge.ts";
import { readContent } from "./read-content.ts";
import { failureOf } from "./read-metadata.ts";
import { readDailyMoney } from "./read-money.ts";
import type { Content, DayMoney, Observation, Verdict } from "./types.ts";

/** The facts of one source, from either reader. */
export interface SourceFacts extends Pick<Observation, "source" | "metadata" | "failure"> {
  /** Null if it was not read. */
  readonly content: Content | WarehouseError | null;
  /** Rows that arrived earlier are not in the content; null if all rows are. */
  readonly from: Date | null;
  /** Money by day before the source stopped; null if those days were not read. */
  readonly daysBefore: (verdict: Verdict) => readonly DayMoney[] | null;
}

/**
 * Judges every source and estimates the cost of an outage; reads only what the facts lack. The answers are in
 * the order of `facts`.
 *
 * Facts have two readers: every hour `check-sources.ts` reads metadata and as little content as possible;
 * every morning `from-stats.ts` takes the statistics that other checks need anyway. Both end here, so the
 * same facts have the same verdict.
 */
export async function judgeSources(
  facts: readonly SourceFacts[],
  { location }: Pick<WarehouseFile, "location">,
  warehouse: Warehouse,
  instants: Instants,
): Promise<Verdict[]> {
  // No row in the window: either the newest row is older, or there is no arrival at all. Only a read without
  // a lower bound tells which.
  const blank = facts.filter(
    ({ source, content, from }) => source.arrival !== null && from !== null && isBlank(content),
  );
  const more = await readContent(
    blank.map(({ source }) => ({ source, from: beginning })),
    warehouse,
    instants,
  );
  const judged = await Promise.all(
    facts.map(async ({ source, metadata, failure, content: read, daysBefore }) => {
      const content = more.get(source) ?? read;
      const broken = content instanceof WarehouseError ? content : null;
      const observation = {
        source,
        metadata,
        content: content instanceof WarehouseError ? null : content,
        failure:
          failure ?? (broken && (await failureOf(broken, datasetOf(source.table), warehouse, location))),
      };
      const verdict = judge(observation, instants);
      return { verdict, days: hasPrice(verdict) ? daysBefore(verdict) : [] };
    }),
  );
  const money = await readDailyMoney(
    judged.flatMap(({ verdict, days }) => (days === null ? [verdict] : [])),
    warehouse,
    instants,
  );
  return judged.map(({ verdict, days }) =>
    withPrice(verdict, days ?? money.get(verdict.source) ?? [], instants.now),
  );
}

function isBlank(content: Content | WarehouseError | null): boolean {
  return (
    content !== null &&
    !(content instanceof WarehouseError) &&
    content.newestArrival === null &&
    content.newestBusinessDay === null
  );
}
