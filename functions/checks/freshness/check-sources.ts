import type { Source, WarehouseFile } from "../../shared/config/types.ts";
import type { Instants } from "../../shared/instants.ts";
import type { Warehouse } from "../../shared/stores/bigquery/types.ts";
import { judgeSources } from "./judge-sources.ts";
import { planContent } from "./plan.ts";
import { readContent } from "./read-content.ts";
import { readMetadata } from "./read-metadata.ts";
import type { Verdict } from "./types.ts";

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
  const answers = await readMetadata(sources, warehouse, file.location, instants);
  const known = sources.map((source) => {
    const { metadata, failure } = answers.get(source) ?? { metadata: null, failure: null };
    const plan = metadata === null ? null : planContent(source, metadata, instants);
    return { source, metadata, failure, from: plan?.read ? plan.from : null };
  });
  const content = await readContent(
    known.flatMap(({ source, from }) => (from === null ? [] : [{ source, from }])),
    warehouse,
    instants,
  );
  const facts = known.map((it) => ({
    ...it,
    content: content.get(it.source) ?? null,
    daysBefore: () => null,
  }));
  return judgeSources(facts, file, warehouse, instants);
}
