import { fromSelect } from "./append.ts";
import type { Field } from "./catalog.ts";
import { storedRows } from "./copy.ts";
import { duplicate, invalidQuery, notFound, notSupported } from "./errors.ts";
import type { Outcome } from "./jobs.ts";
import { legacyTableName, type TableId } from "./names.ts";
import { completeTableId, pathParts, requireDataset, type Scene } from "./relations.ts";
import { addColumn } from "./schema-change.ts";
import type {
  AlterAction,
  ColumnDefinition,
  CreateMode,
  Options,
  OptionValue,
  TableLayout,
  Translated,
} from "./sql/translated.ts";
import { quoteIdentifier, toField } from "./types.ts";
import {
  type DatasetOptions,
  type IfExists,
  type NewTable,
  requireFuture,
  type Warehouse,
} from "./warehouse.ts";

/** Statements that make, change or drop a dataset, table or view. */
export type DefinitionStatement = Extract<
  Translated,
  {
    readonly kind:
      | "CREATE_TABLE"
      | "CREATE_TABLE_AS_SELECT"
      | "CREATE_VIEW"
      | "CREATE_SCHEMA"
      | "ALTER_SCHEMA"
      | "DROP_TABLE"
      | "DROP_VIEW"
      | "DROP_SCHEMA"
      | "ALTER_TABLE"
      | "ALTER_VIEW";
  }
>;

const IF_EXISTS: Readonly<Record<CreateMode, IfExists>> = {
  CREATE: "fail",
  IF_NOT_EXISTS: "keep",
  OR_REPLACE: "replace",
};

export async function runDefinition(
  warehouse: Warehouse,
  statement: DefinitionStatement,
  scene: Scene,
  now: Date,
): Promise<Partial<Outcome>> {
  switch (statement.kind) {
    case "CREATE_TABLE":
    case "CREATE_TABLE_AS_SELECT":
    case "CREATE_VIEW": {
      const id = completeTableId(statement.path, scene);
      requireDataset(id, scene);
      const known = warehouse.store.findTable(id);
      const { definition, select } = definitionOf(statement, scene);
      const ifExists = IF_EXISTS[statement.mode];
      const fill = select === undefined ? undefined : fromSelect(select);
      if (definition.view === undefined) await warehouse.createTable(id, definition, now, ifExists, fill);
      else await warehouse.createView(id, { ...definition, view: definition.view }, now, ifExists);
      const again = ifExists === "keep" ? "SKIP" : "REPLACE";
      return { ddlTarget: id, ddlOperation: known ? again : "CREATE" };
    }
    case "CREATE_SCHEMA":
      await createSchema(warehouse, statement, scene, now);
      return { ddlOperation: "CREATE" };
    case "ALTER_SCHEMA":
      await alterSchema(warehouse, statement, scene, now);
      return { ddlOperation: "ALTER" };
    case "DROP_SCHEMA":
      await dropSchema(warehouse, statement, scene);
      return { ddlOperation: "DROP" };
    case "DROP_TABLE":
    case "DROP_VIEW":
      return drop(warehouse, statement, scene);
    case "ALTER_TABLE":
    case "ALTER_VIEW":
      return alter(warehouse, statement, scene, now);
  }
}

function definitionOf(
  statement: Extract<DefinitionStatement, { readonly kind: `CREATE_TABLE${string}` | "CREATE_VIEW" }>,
  scene: Scene,
): { definition: NewTable & { view?: string }; select?: string } {
  const options = tableOptions(statement.options);
  if (statement.kind === "CREATE_VIEW") {
    const fields = statement.schema.map((column) => toField(column.name, column.type));
    return { definition: { ...options, fields, view: statement.query } };
  }
  const layout = { ...options, ...layoutOf(statement) };
  if (statement.kind === "CREATE_TABLE_AS_SELECT") {
    const fields = statement.schema.map((column, i) => {
      const declared = statement.columns[i];
      return declared ? columnField(declared) : toField(column.name, column.type);
    });
    return { definition: { ...layout, fields }, select: statement.sql };
  }
  // The analyzer's messages may hold an empty table where the statement names none.
  if (!statement.from?.table) return { definition: layout };
  const source = scene.found.get(statement.from.table)?.entry;
  if (!source || source.view) throw invalidQuery(`${statement.from.table} is not a table.`);
  const like = {
    ...layout,
    fields: source.fields,
    partitionBy: layout.partitionBy ?? source.partitionBy,
    clusterBy: layout.clusterBy ?? source.clusterBy,
  };
  if (statement.from.how === "LIKE") return { definition: like };
  return { definition: like, select: storedRows(source) };
}

function layoutOf(layout: TableLayout): Pick<NewTable, "fields" | "partitionBy" | "clusterBy"> {
  if (layout.partitionBy && layout.partitionBy.field === null)
    throw notSupported("ingestion-time partitioning");
  return {
    fields: layout.columns.map(columnField),
    ...(layout.partitionBy?.field
      ? { partitionBy: { field: layout.partitionBy.field, type: layout.partitionBy.type } }
      : {}),
    ...(layout.clusterBy.length > 0 ? { clusterBy: layout.clusterBy } : {}),
  };
}

function columnField(column: ColumnDefinition): Field {
  if (column.defaultSql !== null) throw notSupported("a column default");
  const field = toField(column.name, column.type);
  return {
    ...field,
    ...(column.required ? { mode: "REQUIRED" } : {}),
    ...(column.description === null ? {} : { description: column.description }),
  };
}

/** OPTIONS(…) of a table or view. @throws BigQueryError for one that is not covered */
function tableOptions(options: Options): Omit<NewTable, "fields"> {
  const known: { -readonly [K in keyof Omit<NewTable, "fields">]: NewTable[K] } = {};
  for (const [name, value] of Object.entries(options)) {
    switch (name) {
      case "description":
        known.description = value === null ? undefined : String(value);
        break;
      case "friendly_name":
        known.friendlyName = value === null ? undefined : String(value);
        break;
      case "labels":
        known.labels = labelPairs(value);
        break;
      case "require_partition_filter":
        known.requirePartitionFilter = value === true;
        break;
      case "expiration_timestamp":
        known.expires = value === null ? undefined : Date.parse(String(value).replace(/\+00$/, "Z"));
        break;
      default:
        throw notSupported(`table option ${name}`);
    }
  }
  return known;
}

function labelPairs(value: OptionValue): Record<string, string> {
  if (!Array.isArray(value)) return {};
  return Object.fromEntries(
    value.map((pair) => (Array.isArray(pair) ? [String(pair[0]), String(pair[1])] : [])),
  );
}

function datasetId(path: readonly string[], scene: Scene): Omit<TableId, "table"> {
  const [dataset = "", project] = pathParts(path).toReversed();
  return { project: project ?? scene.project, dataset };
}

async function createSchema(
  warehouse: Warehouse,
  statement: Extract<DefinitionStatement, { readonly kind: "CREATE_SCHEMA" }>,
  scene: Scene,
  now: Date,
): Promise<void> {
  if (statement.mode === "OR_REPLACE") throw notSupported("CREATE OR REPLACE SCHEMA");
  const { location, ...options } = statement.options;
  const where = location ? String(location) : (scene.location ?? "US");
  const ifExists = statement.mode === "CREATE" ? "fail" : "keep";
  const dataset = { location: where, ...datasetOptions(options) };
  await warehouse.createDataset(datasetId(statement.path, scene), dataset, now, ifExists);
}

async function alterSchema(
  warehouse: Warehouse,
  statement: Extract<DefinitionStatement, { readonly kind: "ALTER_SCHEMA" }>,
  scene: Scene,
  now: Date,
): Promise<void> {
  const id = datasetId(statement.path, scene);
  if (statement.ifExists && !warehouse.store.findDataset(id)) return;
  warehouse.changeDataset(id, now, datasetOptions(statement.options));
}

/** OPTIONS(…) of a dataset. @throws BigQueryError for one that is not covered */
function datasetOptions({
  max_time_travel_hours: hours,
  ...options
}: Options): Partial<Omit<DatasetOptions, "location">> {
  const { description, friendlyName, labels, ...other } = tableOptions(options);
  const [stranger] = Object.keys(other);
  if (stranger) throw notSupported(`dataset option ${stranger}`);
  return {
    ...("description" in options ? { description } : {}),
    ...("friendly_name" in options ? { friendlyName } : {}),
    ...("labels" in options ? { labels } : {}),
    ...(hours === undefined ? {} : { maxTimeTravelHours: hours === null ? undefined : Number(hours) }),
  };
}

async function dropSchema(
  warehouse: Warehouse,
  statement: Extract<DefinitionStatement, { readonly path: readonly string[]; readonly cascade: boolean }>,
  scene: Scene,
): Promise<void> {
  const id = datasetId(statement.path, scene);
  if (statement.ifExists && !warehouse.store.findDataset(id)) return;
  await warehouse.dropDataset(id, statement.cascade);
}

async function drop(
  warehouse: Warehouse,
  statement: Extract<DefinitionStatement, { readonly path: readonly string[]; readonly cascade: boolean }>,
  scene: Scene,
): Promise<Partial<Outcome>> {
  const id = completeTableId(statement.path, scene);
  const entry = warehouse.store.findTable(id);
  if (!entry) {
    if (statement.ifExists) return { ddlTarget: id, ddlOperation: "SKIP" };
    requireDataset(id, scene);
    throw notFound(`Not found: Table ${legacyTableName(id)} was not found in location ${scene.location}`);
  }
  const isView = entry.view !== undefined;
  if (isView !== (statement.kind === "DROP_VIEW")) {
    throw invalidQuery(
      `${legacyTableName(id)} is a ${isView ? "VIEW" : "TABLE"}: use DROP ${isView ? "VIEW" : "TABLE"}.`,
    );
  }
  await warehouse.dropTable(id);
  return { ddlTarget: id, ddlOperation: "DROP" };
}

async function alter(
  warehouse: Warehouse,
  statement: Extract<DefinitionStatement, { readonly actions: readonly AlterAction[] }>,
  scene: Scene,
  now: Date,
): Promise<Partial<Outcome>> {
  const id = completeTableId(statement.path, scene);
  if (!warehouse.store.findTable(id)) {
    if (statement.ifExists) return { ddlTarget: id, ddlOperation: "SKIP" };
    throw notFound(`Not found: Table ${legacyTableName(id)} was not found in location ${scene.location}`);
  }
  if (statement.actions.length > 1 && statement.actions.some(({ kind }) => kind === "RENAME_TO")) {
    throw invalidQuery("ALTER TABLE RENAME TO stands alone: no other action beside it.");
  }
  for (const action of statement.actions) await applyAction(warehouse, id, action, now);
  return { ddlTarget: id, ddlOperation: "ALTER" };
}

async function applyAction(warehouse: Warehouse, id: TableId, action: AlterAction, now: Date): Promise<void> {
  const { fields } = warehouse.store.table(id);
  const find = (name: string) => fields.find((field) => field.name.toLowerCase() === name.toLowerCase());
  switch (action.kind) {
    case "SET_OPTIONS": {
      const options = tableOptions(action.options);
      requireFuture(options.expires, now);
      return warehouse.change(id, now, (entry) => Object.assign(entry, options));
    }
    case "ADD_COLUMN": {
      const field = columnField(action.column);
      if (find(field.name)) {
        if (action.ifNotExists) return undefined;
        throw duplicate(`Column already exists: ${field.name}`);
      }
      return warehouse.alter(id, now, [...fields, field], [addColumn(field)]);
    }
    case "DROP_COLUMN": {
      const field = find(action.name);
      if (!field) {
        if (action.ifExists) return undefined;
        throw invalidQuery(`Column not found: ${action.name}`);
      }
      const rest = fields.filter((other) => other !== field);
      return warehouse.alter(id, now, rest, [
        `ALTER TABLE {table} DROP COLUMN ${quoteIdentifier(field.name)}`,
      ]);
    }
    case "RENAME_COLUMN": {
      const field = find(action.from);
      if (!field) throw invalidQuery(`Column not found: ${action.from}`);
      const renamed = fields.map((other) => (other === field ? { ...other, name: action.to } : other));
      const names = `${quoteIdentifier(field.name)} TO ${quoteIdentifier(action.to)}`;
      return warehouse.alter(id, now, renamed, [`ALTER TABLE {table} RENAME COLUMN ${names}`]);
    }
    case "RENAME_TO": {
      const [table = "", ...more] = pathParts(action.path);
      if (more.length > 0) throw invalidQuery(`Invalid new table name: ${[table, ...more].join(".")}`);
      if (warehouse.store.table(id).view) throw invalidQuery(`${legacyTableName(id)} is not a table.`);
      return warehouse.renameTable(id, table, now);
    }
  }
}
