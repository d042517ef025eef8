import { type Backlog, backlogOf } from "../checks/freshness/outage.ts";
import { readOutage } from "../checks/freshness/read-outage.ts";
import type { Outage } from "../shared/alerting/types.ts";
import type { Source } from "../shared/config/types.ts";
import { messageOf } from "../shared/errors.ts";
import type { Fact } from "../shared/report/blocks.ts";
import { WarehouseError } from "../shared/stores/bigquery/error.ts";
import type { Warehouse } from "../shared/stores/bigquery/types.ts";
import { outageImpactFacts } from "./outage-impact-facts.ts";

/**
 * What was missing during the outage, for the recovery: of the sources with money, in at most two queries. A
 * part that cannot be computed is named and does not stop the notice.
 */
export async function outageImpactOf(
  outage: Outage,
  sources: readonly Source[],
  warehouse: Warehouse,
): Promise<readonly Fact[]> {
  const priced = sources.filter(
    ({ id, money, arrival }) => outage.subjects.includes(id) && money !== null && arrival !== null,
  );
  try {
    const read = await readOutage(priced, outage, warehouse);
    const backlogs: Backlog[] = [];
    const failures: string[] = [];
    for (const [source, days] of read) {
      if (days instanceof WarehouseError) failures.push(`${source.id}: ${days.message}`);
      else backlogs.push(...[backlogOf(source, days, outage)].filter((it) => it !== null));
    }
    return outageImpactFacts(backlogs, failures);
  } catch (failure) {
    return outageImpactFacts([], [messageOf(failure)]);
  }
}
