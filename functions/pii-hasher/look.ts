import { loadWarehouseFile } from "../shared/config/load.ts";
import type { Pii, PiiTable } from "../shared/config/types.ts";
import { BadRequestError } from "../shared/errors.ts";
import { flag } from "../shared/http/flag.ts";
import type { Call } from "../shared/http/handle.ts";
import type { Answer } from "../shared/http/respond.ts";
import { tickOf } from "../shared/http/tick.ts";
import { openWarehouse } from "../shared/stores/bigquery/bigquery.ts";
import { WarehouseError } from "../shared/stores/bigquery/error.ts";
import type { Warehouse } from "../shared/stores/bigquery/types.ts";
import { countReadable } from "./count-readable.ts";
import { decide } from "./decide.ts";
import type { Plan } from "./plan.ts";
import { estimateOf, queriesOf } from "./queries.ts";
import { toBlocks, toJson, toTable } from "./report.ts";
import { outlookOf } from "./tick.ts";

/**
 * The state of each table and the number of readable rows. It hashes and writes nothing and sends no notice.
 */
export function look(wallClock: () => Date) {
  return async ({ headers, query }: Call): Promise<Answer> => {
    const file = await loadWarehouseFile();
    const { now } = tickOf(headers, wallClock);
    const pii = narrowed(file.pii, query.table);
    const dryRun = flag("dry_run", query.dry_run);
    const warehouse = openWarehouse({ ...file, from: "pii-hasher", dryRun });
    const { surveys, plans } = await outlookOf(pii, warehouse, now);
    const counted = await readableByTable(plans, warehouse);
    if (dryRun) return estimateOf(warehouse.runs, now, notEstimated);
    const decision = decide(surveys, plans, new Map(), null, counted, now);
    return {
      json: toJson(decision, queriesOf(warehouse.runs)),
      report: { title: "Are identifiers of people hashed?", blocks: toBlocks(decision) },
      table: toTable(decision),
    };
  };
}

const notEstimated =
  "These two are what a look costs, and all that a quiet run costs is the first. What a run reads beyond is what has come: the new rows of the raw table, and the key of the clean one.";

/** @throws BadRequestError */
export function narrowed(pii: Pii | null, asked: string | undefined): Pii & { tables: readonly PiiTable[] } {
  if (pii === null)
    throw new BadRequestError(
      "The warehouse file has no section pii, so there is nothing to be hashed or proved",
    );
  if (asked === undefined) return pii;
  const tables = pii.tables.filter(({ id }) => id === asked);
  const matches = pii.matches.filter(({ of, among }) => [of, among].some(({ table }) => table.id === asked));
  if (tables.length > 0) return { ...pii, tables, matches };
  throw new BadRequestError(
    `There is no table ${JSON.stringify(asked)} under pii.tables; there are ${pii.tables.map(({ id }) => id).join(", ")}`,
  );
}

/** Readable rows by table; a table that cannot be read has no entry. */
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
