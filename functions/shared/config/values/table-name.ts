export interface TableName {
  readonly project: string;
  readonly dataset: string;
  /** Table id; ends in `*` for a date-sharded pattern such as `events_*`. */
  readonly table: string;
}

/** `project.dataset.table` */
export function nameOf({ project, dataset, table }: TableName): string {
  return `${project}.${dataset}.${table}`;
}

/** `project.dataset` */
export function datasetOf({ project, dataset }: Pick<TableName, "project" | "dataset">): string {
  return `${project}.${dataset}`;
}

/** @param written `dataset.table` or `project.dataset.table` @param project for a table without its own */
export function tableName(written: string, project: string): TableName {
  const parts = written.split(".");
  const [dataset = "", table = ""] = parts.slice(-2);
  return { project: parts.length === 3 ? (parts[0] ?? project) : project, dataset, table };
}

/** `project.dataset.table` of a written name; null if it is malformed or missing. */
export function fullName(written: unknown, project: unknown): string | null {
  if (typeof written !== "string") return null;
  return nameOf(tableName(written, typeof project === "string" ? project : ""));
}
