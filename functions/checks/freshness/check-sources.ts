import type { Source, WarehouseFile } from "../../shared/config/types.ts";
import { beginning, type Instants } from "../../shared/instants.ts";
import { WarehouseError } from "../../shared/stores/bigquery/error.ts";
import type { Warehouse } from "../../shared/stores/bigquery/types.ts";
import { hasPrice, withPrice } from "./impact.ts";
import { judge } from "./judge.ts";
import { planContent } from "./plan.ts";
import { readContent } from "./read-content.ts";
import { failureOf, readMetadata } from "./read-metadata.ts";
import { readDailyMoney } from "./read-money.ts";
import type { Content, Observation, Verdict } from "./types.ts";

/**
 * Freshness of every source. It reads metadata first, content only if metadata is not enough, and money only
 * for stale sources. The answers are in the order of `sources`.
 */
export async function checkFreshness(
  sources: readonly Source[],
  file: Pick<WarehouseFile, "location">,
  warehouse: Warehouse,
  instants: Instants,
): Promise<Verdict[]> {
  const metadata = await readMetadata(sources, warehouse, file.location, instants);

  const observations = new Map<Source, Observation>();
  const content = new Map<Source, Content | WarehouseError>();
  const requests = sources.flatMap((source) => {
    const seen = metadata.get(source)?.metadata ?? null;
    const plan = seen === null ? null : planContent(source, seen, instants);
    return plan?.read ? [{ source, from: plan.from }] : [];
  });
  for (const [source, answer] of await readContent(requests, warehouse, instants))
    content.set(source, answer);

  // No row in the window: either the newest row is older, or there is no arrival at all. Only a read without
  // a lower bound tells which.
  const unanswered = requests
    .filter(({ source }) => source.arrival !== null && isBlank(content.get(source)))
    .map(({ source }) => ({ source, from: beginning }));
  for (const [source, answer] of await readContent(unanswered, warehouse, instants))
    content.set(source, answer);

  for (const source of sources) {
    const { metadata: seen, failure } = metadata.get(source) ?? { metadata: null, failure: null };
    const answer = content.get(source);
    const broken = answer instanceof WarehouseError;
    observations.set(source, {
      source,
      metadata: seen,
      content: broken ? null : (answer ?? null),
      failure: broken
        ? await failureOf(answer, `${source.table.project}.${source.table.dataset}`, warehouse, file.location)
        : failure,
    });
  }

  const verdicts = [...observations.values()].map((observation) => judge(observation, instants));
  const money = await readDailyMoney(verdicts.filter(hasPrice), warehouse, instants);
  return verdicts.map((verdict) => withPrice(verdict, money.get(verdict.source) ?? [], instants.now));
}

function isBlank(content: Content | WarehouseError | undefined): boolean {
  return (
    content !== undefined &&
    !(content instanceof WarehouseError) &&
    content.newestArrival === null &&
    content.newestBusinessDay === null
  );
}
