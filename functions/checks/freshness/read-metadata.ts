import type { Source } from "../../shared/config/types.ts";
import { datasetOf } from "../../shared/config/values/table-name.ts";
import type { Instants } from "../../shared/instants.ts";
import { orError, WarehouseError } from "../../shared/stores/bigquery/error.ts";
import { textOf } from "../../shared/stores/bigquery/row.ts";
import type { Warehouse } from "../../shared/stores/bigquery/types.ts";
import { type ListedTable, listedTableOf } from "../table-stats/listing.ts";
import type { Failure, Metadata } from "./types.ts";

export interface MetadataAnswer {
  readonly metadata: Metadata | null;
  readonly failure: Failure | null;
}

/**
 * One query for each dataset, all at the same time; a dataset that cannot be read fails only its own sources.
 */
export async function readMetadata(
  sources: readonly Source[],
  warehouse: Warehouse,
  location: string,
  instants: Instants,
): Promise<Map<Source, MetadataAnswer>> {
  const byDataset = Map.groupBy(sources, ({ table }) => datasetOf(table));
  const answers = new Map<Source, MetadataAnswer>();
  await Promise.all(
    [...byDataset].map(async ([dataset, members]) => {
      try {
        const rows = await warehouse.query("freshness/metadata", metadataInputs(dataset, members));
        const tables = new Map(rows.map((row) => [textOf(row, "table_id"), listedTableOf(row)]));
        for (const source of members)
          answers.set(source, { metadata: metadataOf(source, tables, instants), failure: null });
      } catch (error) {
        const failure = await failureOf(error, dataset, warehouse, location);
        for (const source of members) answers.set(source, { metadata: null, failure });
      }
    }),
  );
  return answers;
}

export function metadataInputs(dataset: string, sources: readonly Source[]) {
  const ids = sources.map(({ table }) => table.table);
  return {
    names: { dataset },
    params: {
      tables: ids.filter((id) => !id.endsWith("*")),
      prefixes: ids.filter((id) => id.endsWith("*")).map((id) => id.slice(0, -1)),
    },
    types: { tables: ["STRING"], prefixes: ["STRING"] },
  } as const;
}

/** Metadata of one source, or of the newest shard of its pattern; null if the dataset lists none. */
export function metadataOf(
  source: Source,
  tables: ReadonlyMap<string, ListedTable>,
  instants: Pick<Instants, "now" | "seenUntil">,
): Metadata | null {
  if (source.table.table.endsWith("*")) return shardsOf(source, tables, instants);
  const known = tables.get(source.table.table);
  if (known === undefined) return null;
  const { kind, modified, created, rows } = known;
  return { kind: kind === "table" ? "table" : "view", modified, created, rows, shardDay: null };
}

/** The newest shard that holds rows and existed at `now`; `events_intraday_20260208` is not a daily shard. */
function shardsOf(
  source: Source,
  tables: ReadonlyMap<string, ListedTable>,
  { now, seenUntil }: Pick<Instants, "now" | "seenUntil">,
): Metadata | null {
  const prefix = source.table.table.slice(0, -1);
  const matching = [...tables]
    .filter(([id]) => id.startsWith(prefix))
    .map(([id, known]) => ({ suffix: id.slice(prefix.length), known }));
  const today = now.toISOString().slice(0, 10).replaceAll("-", "");
  const daily = matching
    .filter(({ suffix, known }) => /^\d{8}$/.test(suffix) && suffix <= today && known.created <= seenUntil)
    .filter(({ known }) => known.rows > 0)
    .sort((a, b) => (a.suffix < b.suffix ? 1 : -1));
  const newest = source.businessDate === "_TABLE_SUFFIX" ? daily[0] : undefined;
  const shown = newest ?? matching.at(-1);
  if (shown === undefined) return null;
  const { modified, created, rows } = shown.known;
  return {
    kind: "shards",
    modified,
    created,
    rows,
    shardDay: newest === undefined ? null : newest.suffix.replace(/^(\d{4})(\d{2})(\d{2})$/, "$1-$2-$3"),
  };
}

/**
 * Why a dataset or its tables could not be read, and how to fix it. BigQuery answers "not found in location
 * X" both for a dataset in another location and for a missing dataset; the dataset's own metadata tells
 * which.
 */
export async function failureOf(
  error: unknown,
  dataset: string,
  warehouse: Warehouse,
  location: string,
): Promise<Failure> {
  if (!(error instanceof WarehouseError)) throw error;
  switch (error.reason) {
    case "access_denied":
      return {
        code: "no_permission",
        message:
          `BigQuery does not let the function read ${dataset}. Its service account needs roles/bigquery.dataViewer on ` +
          `the dataset and roles/bigquery.jobUser on the project. BigQuery's words: ${error.message}`,
        retry: false,
      };
    case "not_found": {
      const there = await orError(() => warehouse.datasetLocation(dataset));
      if (there instanceof WarehouseError) return notChecked(there);
      if (there === null) {
        return {
          code: "table_missing",
          message: `There is no dataset ${dataset} (or it may not be seen).`,
          retry: false,
        };
      }
      if (there.toLowerCase() !== location.toLowerCase()) {
        return {
          code: "wrong_location",
          message: `The dataset ${dataset} is in ${there}, but the warehouse file says location: ${location}; a query runs in one location only.`,
          retry: false,
        };
      }
      return {
        code: "table_missing",
        message: `A table of ${dataset} is gone: ${error.message}`,
        retry: false,
      };
    }
    default:
      return notChecked(error);
  }
}

function notChecked(error: WarehouseError): Failure {
  return { code: "not_checked", message: `It could not be checked: ${error.message}`, retry: error.retry };
}
