import type { Pii, PiiTable } from "../shared/config/types.ts";
import { BadRequestError } from "../shared/errors.ts";
import type { Context, Skipped } from "../shared/function/definition.ts";
import type { Estimate } from "../shared/function/dry-run.ts";
import { billedBytes } from "../shared/function/queries.ts";
import { addToRequestLog } from "../shared/log.ts";
import { runOf } from "../shared/runs/runs.ts";
import { WarehouseError } from "../shared/stores/bigquery/error.ts";
import type { Warehouse } from "../shared/stores/bigquery/types.ts";
import type { Plan } from "./plan.ts";
import { countReadable } from "./tables/count-readable.ts";
import { planTick, type TickPlan } from "./tick.ts";

export interface Gathered {
  readonly pii: Pii;
  readonly tickPlan: TickPlan;
  /** Rows that can be read, by table; only of a GET, a tick counts them as it works. */
  readonly readableRows: ReadonlyMap<string, number>;
}

/** How each table stands. @throws BadRequestError for a table that is not in the warehouse file */
export async function gather({ file, query, at, warehouse, run }: Context): Promise<Gathered> {
  const pii = narrowed(file.pii, query.table);
  const tickPlan = await planTick(pii, warehouse, at.now);
  const readableRows = run === null ? await readableByTable(tickPlan.plans, warehouse) : new Map();
  return { pii, tickPlan, readableRows };
}

/** A tick without personal data in the warehouse file, or with nothing new: one query, and no lease. */
export async function skip({ file, at, warehouse }: Context): Promise<Skipped | null> {
  if (file.pii === null)
    return { answer: { configured: false, fix: "add pii to the warehouse file" }, record: null };
  if (!(await planTick(file.pii, warehouse, at.now)).isQuiet) return null;
  const run = runOf("pii-hasher", at.now).id;
  addToRequestLog({ run, quiet: true });
  return {
    answer: { run, quiet: true, queries: warehouse.runs.map(({ statement }) => statement) },
    record: { as_of: at.now.toISOString(), bytes_billed: billedBytes(warehouse.runs), quiet: true },
  };
}

export async function estimate(context: Context): Promise<Estimate> {
  await gather(context);
  return {
    runs: context.warehouse.runs,
    caveat:
      "BigQuery bills at least 10 MB for each table that a query names. These two are what a GET costs, and a quiet tick costs " +
      "only the first. What a tick reads beyond is what has arrived: the new rows of the raw table, and the key of the clean one.",
  };
}

/** @throws BadRequestError */
export function narrowed(pii: Pii | null, asked: string | undefined): Pii & { tables: readonly PiiTable[] } {
  if (pii === null) throw new BadRequestError("The warehouse file has no section pii");
  if (asked === undefined) return pii;
  const tables = pii.tables.filter(({ id }) => id === asked);
  const matches = pii.matches.filter(({ of, among }) => [of, among].some(({ table }) => table.id === asked));
  if (tables.length > 0) return { ...pii, tables, matches };
  throw new BadRequestError(
    `There is no table ${JSON.stringify(asked)} under pii.tables; there are ${pii.tables.map(({ id }) => id).join(", ")}`,
  );
}

/** Rows that can be read, by table; of one that cannot be asked, nothing. */
async function readableByTable(
  plans: ReadonlyMap<string, Plan>,
  warehouse: Warehouse,
): Promise<ReadonlyMap<string, number>> {
  const asked = [...plans].flatMap(([id, plan]) =>
    plan.action === "refuse" ? [] : [{ id, layout: plan.layout }],
  );
  const counted = await countReadable(asked, warehouse);
  return new Map(
    [...counted].flatMap(([{ id }, rows]) => (rows instanceof WarehouseError ? [] : [[id, rows] as const])),
  );
}
