import { loadWarehouseFile } from "../config/load.ts";
import type { Call } from "../http/handle.ts";
import { asOf, tickOf } from "../http/tick.ts";
import { instantsOf } from "../instants.ts";
import { runOf } from "../runs/runs.ts";
import { openWarehouse } from "../stores/bigquery/bigquery.ts";
import type { Context, Decided, FunctionDefinition } from "./definition.ts";

/** The only clock of the functions: everything below gets an instant as an argument. */
export const wallClock = () => new Date();

/**
 * Of a tick, or of a GET with its `as_of`.
 * @throws BadRequestError for an instant that is none or in the future; ConfigurationError for a warehouse file with mistakes
 */
export async function contextOf<Facts, Decision extends Decided>(
  { name, maximumBytesBilled }: FunctionDefinition<Facts, Decision>,
  { headers, query }: Call,
  { tick = false, dryRun = false }: { readonly tick?: boolean; readonly dryRun?: boolean },
): Promise<Context> {
  const file = await loadWarehouseFile();
  const { now: asked } = tickOf(headers, wallClock);
  const now = query.as_of === undefined ? asked : asOf(query.as_of, asked);
  const limit = maximumBytesBilled === undefined ? {} : { maximumBytesBilled: maximumBytesBilled(file) };
  return {
    file,
    query,
    at: instantsOf(now, asked),
    warehouse: openWarehouse({ ...file, from: name, ...limit, dryRun }),
    run: tick ? runOf(name, now) : null,
  };
}
