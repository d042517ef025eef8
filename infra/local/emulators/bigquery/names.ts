import { invalid } from "./errors.ts";
import { quoteIdentifier } from "./types.ts";

/** A table by its three parts. */
export interface TableId {
  readonly project: string;
  readonly dataset: string;
  readonly table: string;
}

/** `project.dataset.table` */
export const tableName = (id: TableId) => `${id.project}.${id.dataset}.${id.table}`;

/** `project:dataset.table`, as BigQuery's messages write it. */
export const legacyTableName = (id: TableId) => `${id.project}:${id.dataset}.${id.table}`;

/** `project:dataset`, as BigQuery's messages write it. */
export const legacyDatasetName = (id: Omit<TableId, "table">) => `${id.project}:${id.dataset}`;

/**
 * @param name `project.dataset.table`; the project may contain dots only when it is domain-scoped, which is refused
 * @throws BigQueryError `invalid` when it has not three parts
 */
export function parseTableName(name: string): TableId {
  const [project, dataset, table, ...rest] = name.split(".");
  if (!project || !dataset || !table || rest.length > 0) {
    throw invalid(`Invalid table name "${name}": write it as project.dataset.table.`);
  }
  return { project, dataset, table };
}

/** @throws BigQueryError `invalid` when it has not two parts */
export function parseDatasetName(name: string): Omit<TableId, "table"> {
  const [project, dataset, ...rest] = name.split(".");
  if (!project || !dataset || rest.length > 0) {
    throw invalid(`Invalid dataset name "${name}": write it as project.dataset.`);
  }
  return { project, dataset };
}

/** Table and dataset ids become names of DuckDB's, so what BigQuery forbids is refused here too. */
export function requireValidId(kind: "dataset" | "table", id: string): void {
  const allowed = kind === "dataset" ? /^\w{1,1024}$/ : /^[\p{L}\p{M}\p{N}\p{Pc}\p{Pd}\p{Zs}]{1,1024}$/u;
  if (!allowed.test(id)) throw invalid(`Invalid ${kind} ID "${id}".`);
}

/** The DuckDB schema of a dataset, quoted. */
export const physicalSchema = (id: Omit<TableId, "table">) => quoteIdentifier(`${id.project}.${id.dataset}`);

/** The DuckDB relation of a table or view, quoted. */
export const physicalTable = (id: TableId) => `${physicalSchema(id)}.${quoteIdentifier(id.table)}`;
