import type { Analyzer, AnalyzerTable } from "./analyzer.ts";
import type { TableEntry } from "./entries.ts";
import { accessDenied, BigQueryError, notFound, notSupported } from "./errors.ts";
import { readView, type Scope, VIEWS } from "./information-schema.ts";
import type { JobRecord } from "./jobs.ts";
import { legacyDatasetName, legacyTableName, physicalTable, type TableId, tableName } from "./names.ts";
import type { Relation } from "./relation.ts";
import type { Environment, PhysicalTable, TypedParameter } from "./sql/environment.ts";
import type { Resolved } from "./sql/resolved.ts";
import { tablesRead } from "./sql/translate.ts";
import { SqlError } from "./sql/unsupported.ts";
import { fieldType, fromProto, quoteIdentifier } from "./types.ts";
import type { Warehouse } from "./warehouse.ts";
import { canonicalLocation } from "./warehouse.ts";
import { wildcard } from "./wildcard.ts";

/** What names are resolved in. */
export interface Scene {
  readonly warehouse: Warehouse;
  readonly analyzer: Analyzer;
  readonly jobs: () => readonly JobRecord[];
  readonly project: string;
  readonly user: string;
  readonly defaultDataset: Omit<TableId, "table"> | undefined;
  /** Where the job must run; undefined: where its first dataset is. */
  location: string | undefined;
  readonly now: Date;
  readonly isDenied: (dataset: Omit<TableId, "table">) => boolean;
  /** Everything found so far, those below views included, by name. */
  readonly found: Map<string, Relation>;
  /** Views being expanded, outermost first. */
  readonly views: readonly string[];
}

const INFORMATION_SCHEMA_BYTES = 10 * 1024 * 1024;
const MAX_VIEW_DEPTH = 16;

/** Parts of a path: `a.b` between backticks is two. */
export const pathParts = (path: readonly string[]) => path.flatMap((segment) => segment.split("."));

/** @throws BigQueryError when the dataset cannot be told */
export function completeTableId(path: readonly string[], scene: Scene): TableId {
  const [table = "", dataset, project, ...rest] = pathParts(path).toReversed();
  if (rest.length > 0) throw new BigQueryError(400, "invalid", `Invalid table name \`${path.join(".")}\`.`);
  const home = scene.defaultDataset;
  if (dataset === undefined) {
    if (home) return { ...home, table };
    const message = `Table "${table}" must be qualified with a dataset (e.g. dataset.table).`;
    throw new BigQueryError(400, "invalidQuery", message, "query");
  }
  return { project: project ?? home?.project ?? scene.project, dataset, table };
}

/** Resolves the tables a statement names, in order. */
export async function resolveAll(
  paths: readonly (readonly string[])[],
  scene: Scene,
): Promise<{ tables: AnalyzerTable[]; relations: Relation[] }> {
  const tables: AnalyzerTable[] = [];
  const relations: Relation[] = [];
  for (const path of paths) {
    const relation = await resolve(path, scene);
    scene.found.set(relation.name, relation);
    relations.push(relation);
    tables.push({ path, name: relation.name, columns: relation.columns });
  }
  return { tables, relations };
}

async function resolve(path: readonly string[], scene: Scene): Promise<Relation> {
  const parts = pathParts(path);
  const marker = parts.findIndex((part) => part.toUpperCase() === "INFORMATION_SCHEMA");
  if (marker >= 0) return catalogView(parts.slice(0, marker), parts.slice(marker + 1).join("."), scene);
  if (parts.at(-1) === "__TABLES__") {
    const { project, dataset } = completeTableId(path, scene);
    return catalogView([project, dataset], "__TABLES__", scene);
  }
  const id = completeTableId(path, scene);
  requireAccess(id, scene);
  requireDataset(id, scene);
  if (id.table.endsWith("*")) return wildcard(id, scene.warehouse.store);
  const entry = scene.warehouse.store.findTable(id);
  if (!entry) {
    throw notFound(`Not found: Table ${legacyTableName(id)} was not found in location ${scene.location}`);
  }
  return entry.view ? viewRelation(entry, scene) : tableRelation(entry);
}

export function requireAccess(id: TableId, scene: Pick<Scene, "isDenied">): void {
  if (!scene.isDenied(id)) return;
  const name = legacyTableName(id);
  throw accessDenied(
    `Access Denied: Table ${name}: User does not have permission to query table ${name}, or perhaps it does not exist.`,
  );
}

/** The dataset exists and is where the job runs; the first one tells where that is. */
export function requireDataset(id: Omit<TableId, "table">, scene: Scene): void {
  const dataset = scene.warehouse.store.findDataset(id);
  scene.location ??= dataset?.location ?? "US";
  if (dataset?.location === scene.location) return;
  throw notFound(`Not found: Dataset ${legacyDatasetName(id)} was not found in location ${scene.location}`);
}

const columnsOf = (entry: TableEntry) =>
  entry.fields.map((field) => ({ name: field.name, type: fieldType(field) }));

function tableRelation(entry: TableEntry): Relation {
  const columns = columnsOf(entry);
  return {
    name: tableName(entry),
    columns,
    physical: { from: physicalTable(entry), columns },
    members: [entry],
    prefixLength: null,
    entry,
    catalogBytes: 0,
  };
}

/** A view with the columns that its query has now: those its entry keeps are of the time when it was written. */
async function viewRelation(entry: TableEntry, scene: Scene): Promise<Relation> {
  const name = tableName(entry);
  if (scene.views.includes(name) || scene.views.length >= MAX_VIEW_DEPTH) {
    const message = `View ${legacyTableName(entry)} is nested too deep, or contains itself.`;
    throw new BigQueryError(400, "invalidQuery", message, "query");
  }
  const known = scene.found.get(name);
  if (known) return known;
  const { columns, broken } = await viewColumns(entry, scene);
  return {
    name,
    columns,
    physical: { from: quoteIdentifier(name), columns },
    members: [],
    prefixLength: null,
    entry,
    catalogBytes: 0,
    ...(broken ? { broken } : {}),
  };
}

async function viewColumns(entry: TableEntry, scene: Scene): Promise<Pick<Relation, "columns" | "broken">> {
  try {
    const { statement } = await analyzeBelow(entry, entry.view ?? "", scene);
    const columns = statement.children("output_column_list").map((output) => ({
      name: output.text("name"),
      type: fromProto(output.column().proto),
    }));
    return { columns };
  } catch (error) {
    if (!(error instanceof SqlError) && !(error instanceof BigQueryError)) throw error;
    return { columns: columnsOf(entry), broken: error };
  }
}

/** Analyzes a view's query, or one over it, with the names that its text sees. */
async function analyzeBelow(entry: TableEntry, googleSql: string, scene: Scene) {
  const inner: Scene = {
    ...scene,
    project: entry.project,
    defaultDataset: undefined,
    views: [...scene.views, tableName(entry)],
  };
  const { tables, relations } = await resolveAll(await scene.analyzer.extractTableNames(googleSql), inner);
  return { statement: await scene.analyzer.analyze(googleSql, tables), relations, inner };
}

/** @param name by lower-case name, or position from 1; undefined when there is none */
export type FindParameter = (name: string | number) => TypedParameter | undefined;

/**
 * The environment of an analyzed statement: each view is analyzed for the
 * columns the statement reads of it, so that no other column is read below it.
 */
export async function expandedEnvironment(
  statement: Resolved,
  relations: readonly Relation[],
  scene: Scene,
  parameter: FindParameter,
): Promise<Environment> {
  const physical = new Map(relations.map((relation) => [relation.name, relation.physical]));
  const environment = environmentOf(physical, scene, parameter);
  const views = relations.filter((relation) => relation.entry?.view !== undefined);
  if (views.length === 0) return environment;
  const read = tablesRead(statement, environment);
  for (const { name, entry, physical: bare, broken } of views) {
    const columns = read.get(name);
    if (columns && broken) throw broken;
    if (entry && columns) physical.set(name, { ...bare, view: await expandView(entry, [...columns], scene) });
  }
  return environment;
}

async function expandView(
  entry: TableEntry,
  columns: readonly string[],
  scene: Scene,
): Promise<NonNullable<PhysicalTable["view"]>> {
  const list = columns.map((column) => `\`${column}\``).join(", ") || "1 AS one";
  const googleSql = `SELECT ${list} FROM (\n${entry.view}\n)`;
  const { statement, relations, inner } = await analyzeBelow(entry, googleSql, scene);
  const environment = await expandedEnvironment(statement, relations, inner, () => undefined);
  return { statement, environment };
}

function environmentOf(
  physical: ReadonlyMap<string, PhysicalTable>,
  scene: Scene,
  parameter: FindParameter,
): Environment {
  return {
    now: scene.now,
    user: scene.user,
    table(name) {
      const table = physical.get(name);
      if (!table) throw new Error(`the statement reads ${name}, which was not resolved`);
      return table;
    },
    parameter(name) {
      const value = parameter(name);
      if (value) return value;
      throw new BigQueryError(400, "invalidQuery", `Query parameter '${name}' not found`, "query");
    },
  };
}

/** @param qualifier project and dataset, or project and `region-…`, or either alone, or nothing */
async function catalogView(qualifier: readonly string[], name: string, scene: Scene): Promise<Relation> {
  const upper = name.toUpperCase();
  const view = VIEWS[upper];
  if (!view || (upper === "__TABLES__") !== (name === "__TABLES__")) {
    throw notSupported(`INFORMATION_SCHEMA.${upper}`);
  }
  const scope = scopeOf(qualifier, scene);
  const label = `${[...qualifier, ...(name === "__TABLES__" ? [] : ["INFORMATION_SCHEMA"]), name].join(".")}`;
  if (view.of !== "either" && (scope.dataset === null) !== (view.of === "region")) {
    throw notFound(
      `Not found: Table ${label} was not found in location ${scope.location}. ` +
        `Qualify ${upper} with a ${view.of === "region" ? "region, e.g. `region-us`" : "dataset"}.`,
    );
  }
  if (scope.dataset !== null) {
    requireAccess({ project: scope.project, dataset: scope.dataset, table: name }, scene);
  }
  const { fields, from } = await readView(upper, view, scope, scene.warehouse, scene.jobs());
  const columns = fields.map((field) => ({ name: field.name, type: fieldType(field) }));
  return {
    name: label,
    columns,
    physical: { from, columns },
    members: [],
    prefixLength: null,
    entry: null,
    catalogBytes: name === "__TABLES__" ? 0 : INFORMATION_SCHEMA_BYTES,
  };
}

function scopeOf(qualifier: readonly string[], scene: Scene): Scope {
  const [last, before] = qualifier.toReversed();
  const project = before ?? scene.project;
  if (last !== undefined && !/^region-/i.test(last)) {
    const id = { project, dataset: last };
    requireDataset(id, scene);
    return { ...id, location: scene.location ?? "US" };
  }
  if (last === undefined && scene.defaultDataset) {
    requireDataset(scene.defaultDataset, scene);
    return { ...scene.defaultDataset, location: scene.location ?? "US" };
  }
  const location =
    last === undefined ? (scene.location ?? "US") : canonicalLocation(last.slice("region-".length));
  scene.location ??= location;
  if (scene.location !== location) {
    throw notFound(`Not found: Dataset ${project}:${last} was not found in location ${scene.location}`);
  }
  return { project, dataset: null, location };
}
