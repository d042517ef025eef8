import { loadWarehouseFile } from "../shared/config/load.ts";
import { wallClock } from "../shared/function/context.ts";
import type { Call } from "../shared/http/handle.ts";
import { Problem } from "../shared/http/problem.ts";
import type { Answer } from "../shared/http/respond.ts";
import { tickOf } from "../shared/http/tick.ts";
import { openWarehouse } from "../shared/stores/bigquery/bigquery.ts";
import { lastOverview } from "./memory.ts";

/** `GET /last`: what the last run found, as it is remembered. Costs one small query. @throws Problem 404 before the first run */
export async function last({ headers }: Call): Promise<Answer> {
  const file = await loadWarehouseFile();
  const { now } = tickOf(headers, wallClock);
  const json = await lastOverview(openWarehouse({ ...file, from: "reconciliation" }), now);
  if (json !== null) return { json };
  throw new Problem(
    404,
    "No run yet",
    "No run of the last week is recorded; GET /reconciliation evaluates now.",
  );
}
