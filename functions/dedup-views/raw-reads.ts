import type { DedupView, WarehouseFile } from "../shared/config/types.ts";
import { WarehouseError } from "../shared/stores/bigquery/error.ts";
import { instantOf, textOf } from "../shared/stores/bigquery/row.ts";
import type { Inputs, ParamType, Warehouse } from "../shared/stores/bigquery/types.ts";

/** A query that read a raw table where there is a clean view of it. */
export interface RawRead {
  /** Id of the dedup view that should have been read. */
  readonly view: string;
  readonly at: Date;
  readonly job: string;
  /** Address of whoever ran it: for the answer to who asks, and for nothing that is kept or logged. */
  readonly reader: string;
}

/** How far back the log of jobs is read: each look bills what it reads of it. */
const lookBackMs = 7 * 86_400_000;

const rawType: ParamType = {
  view: "STRING",
  project: "STRING",
  dataset: "STRING",
  table: "STRING",
  names_table: "STRING",
  names_view: "STRING",
};

/**
 * Queries of the last 7 days that read a raw table and not its clean view, the newest first. The project's log of
 * jobs may be read only by whom `bigquery.jobs.listAll` was given to.
 *
 * @returns the failure where the log may not or cannot be read
 */
export async function readRawReads(
  views: readonly DedupView[],
  file: Pick<WarehouseFile, "project" | "location">,
  warehouse: Warehouse,
  now: Date,
): Promise<readonly RawRead[] | WarehouseError> {
  if (views.length === 0) return [];
  try {
    const rows = await warehouse.query("dedup-views/raw-reads", rawReadsInputs(views, file, now));
    return rows.map((row) => ({
      view: textOf(row, "view"),
      at: instantOf(row, "read_at"),
      job: textOf(row, "job"),
      reader: textOf(row, "reader"),
    }));
  } catch (error) {
    if (error instanceof WarehouseError) return error;
    throw error;
  }
}

export function rawReadsInputs(
  views: readonly DedupView[],
  { project, location }: Pick<WarehouseFile, "project" | "location">,
  now: Date,
): Inputs {
  return {
    names: { project, region: `region-${location.toLowerCase()}` },
    params: {
      from: new Date(now.getTime() - lookBackMs),
      now,
      raws: views.map(({ id, source, view }) => ({
        view: id,
        ...source.table,
        names_table: wordForm(source.table.table),
        names_view: wordForm(view.table),
      })),
    },
    types: { raws: [rawType] },
  };
}

/** RE2 for a name that is not part of a longer one; `-` may stand in a table's name. */
function wordForm(name: string): string {
  return `(^|[^A-Za-z0-9_-])${name.replaceAll("-", "\\-")}($|[^A-Za-z0-9_-])`;
}
