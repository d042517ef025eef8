import type { DedupView, WarehouseFile } from "../shared/config/types.ts";
import { orError, type WarehouseError } from "../shared/stores/bigquery/error.ts";
import { instantOf, textOf } from "../shared/stores/bigquery/row.ts";
import type { Inputs, ParamType, Warehouse } from "../shared/stores/bigquery/types.ts";

/** A query that read a raw table although it has a clean view. */
export interface RawRead {
  /** Id of the dedup view that it should have read. */
  readonly view: string;
  readonly at: Date;
  readonly job: string;
  /** Address of the person who ran it. It is only in the answer; it is neither stored nor logged. */
  readonly reader: string;
}

/** How far back the job log is read; each read is billed. */
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
 * Queries of the last 7 days that read a raw table and not its clean view, newest first. Reading the
 * project's job log needs the permission `bigquery.jobs.listAll`.
 *
 * @returns the failure if the log cannot be read
 */
export async function readRawReads(
  views: readonly DedupView[],
  file: Pick<WarehouseFile, "project" | "location">,
  warehouse: Warehouse,
  now: Date,
): Promise<readonly RawRead[] | WarehouseError> {
  if (views.length === 0) return [];
  return orError(async () => {
    const rows = await warehouse.query("dedup-views/raw-reads", rawReadsInputs(views, file, now));
    return rows.map((row) => ({
      view: textOf(row, "view"),
      at: instantOf(row, "read_at"),
      job: textOf(row, "job"),
      reader: textOf(row, "reader"),
    }));
  });
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

/** RE2 for a name that is not part of a longer one; a table's name may contain `-`. */
function wordForm(name: string): string {
  return `(^|[^A-Za-z0-9_-])${name.replaceAll("-", "\\-")}($|[^A-Za-z0-9_-])`;
}
