import { functionName, type Resolved } from "./resolved.ts";
import { tableOf } from "./scans.ts";
import type {
  AlterAction,
  ColumnDefinition,
  CreateMode,
  Options,
  OptionValue,
  Partitioning,
  TableLayout,
  Translated,
} from "./translated.ts";
import { Unsupported } from "./unsupported.ts";
import { decode, type ProtoValue } from "./values.ts";

type Definition<K extends Translated["kind"]> = Extract<Translated, { kind: K }>;

const MODES: Readonly<Record<string, CreateMode>> = {
  CREATE_DEFAULT: "CREATE",
  CREATE_OR_REPLACE: "OR_REPLACE",
  CREATE_IF_NOT_EXISTS: "IF_NOT_EXISTS",
};

function definition(statement: Resolved) {
  const mode = MODES[statement.text("create_mode") || "CREATE_DEFAULT"];
  if (!mode) throw new Unsupported(statement.text("create_mode"));
  const scope = statement.text("create_scope");
  if (scope && scope !== "CREATE_DEFAULT_SCOPE") throw new Unsupported("CREATE TEMP");
  return { path: statement.texts("name_path"), mode, options: options(statement.children("option_list")) };
}

function options(list: readonly Resolved[]): Options {
  return Object.fromEntries(
    list.map((option) => [option.text("name").toLowerCase(), optionValue(option.child("value"))]),
  );
}

/** Options are constants: numbers as numbers, all else by its text; labels as a list of pairs. */
function optionValue(node: Resolved): OptionValue {
  switch (node.kind) {
    case "literal":
      return constantOption(node);
    case "cast":
      return optionValue(node.child("expr"));
    case "make_struct":
      return node.children("field_list").map(optionValue);
    case "function_call":
      if (functionName(node) === "$make_array") return node.children("argument_list").map(optionValue);
      throw new Unsupported(`function ${functionName(node).toUpperCase()} in OPTIONS`);
    default:
      throw new Unsupported(`${node.kind.toUpperCase()} in OPTIONS`);
  }
}

function constantOption(node: Resolved): OptionValue {
  const value = decode(node.child("value").raw("value") as ProtoValue | undefined, node.proto());
  if (typeof value !== "string") return value;
  const kind = node.type().kind;
  if (kind === "BOOL") return value === "true";
  return kind === "INT64" || kind === "FLOAT64" ? Number(value) : value;
}

function columnDefinition(column: Resolved): ColumnDefinition {
  const annotations = column.optional("annotations");
  refuseTypeParameters(annotations, column.text("name"));
  if (column.has("generated_column_info")) throw new Unsupported("generated columns");
  const described = options(annotations?.children("option_list") ?? []).description;
  return {
    name: column.text("name"),
    type: column.type(),
    required: annotations?.flag("not_null") ?? false,
    defaultSql: column.optional("default_value")?.text("sql") || null,
    description: typeof described === "string" ? described : null,
  };
}

const TYPE_PARAMETERS = ["string_type_parameters", "numeric_type_parameters", "timestamp_type_parameters"];

/** A length or precision would have to be enforced on every write. */
function refuseTypeParameters(annotations: Resolved | undefined, name: string): void {
  for (const node of annotations?.descendants() ?? []) {
    // The analyzer sends an empty `type_parameters` for a type without any.
    if (TYPE_PARAMETERS.some((parameter) => node.has(parameter))) {
      throw new Unsupported(`a type with parameters, of column ${name}`);
    }
    if (node.has("collation_name")) throw new Unsupported(`COLLATE, of column ${name}`);
  }
}

function layout(statement: Resolved): TableLayout {
  const [partition, ...more] = statement.children("partition_by_list");
  if (more.length > 0) throw new Unsupported("PARTITION BY several expressions");
  return {
    columns: statement.children("column_definition_list").map(columnDefinition),
    partitionBy: partition ? partitioning(partition) : null,
    clusterBy: statement.children("cluster_by_list").map((key) => key.column().name),
  };
}

const PARTITION_TYPES: Readonly<Record<string, Partitioning["type"]>> = {
  "1": "YEAR",
  "2": "MONTH",
  "3": "DAY",
  "7": "HOUR",
};

function partitioning(node: Resolved): Partitioning {
  const plain = (column: Resolved): string | null => {
    const { name } = column.column();
    return name.startsWith("_PARTITION") ? null : name;
  };
  if (node.kind === "column_ref") return { field: plain(node), type: "DAY" };
  const name = node.kind === "function_call" ? functionName(node) : node.kind;
  const [column, unit] = node.children("argument_list");
  if (column?.kind !== "column_ref") throw new Unsupported(`PARTITION BY ${name.toUpperCase()}`);
  if (name === "date") return { field: plain(column), type: "DAY" };
  const held = unit?.optional("value")?.optional("value");
  const type = PARTITION_TYPES[held ? held.text(held.text("value")) : ""];
  if (!/^(date|timestamp|datetime)_trunc$/.test(name) || !type) {
    throw new Unsupported(`PARTITION BY ${name.toUpperCase()}`);
  }
  return { field: plain(column), type };
}

function copied(statement: Resolved): Definition<"CREATE_TABLE">["from"] {
  const clone = statement.optional("clone_from");
  if (clone) return { table: tableOf(clone), how: "CLONE" };
  const copy = statement.optional("copy_from");
  if (copy) return { table: tableOf(copy), how: "COPY" };
  const like = statement.optional("like_table");
  // The analyzer sends an empty message where there is no LIKE.
  const table = like?.text("full_name") || like?.text("name");
  return table ? { table, how: "LIKE" } : null;
}

export function createTable(statement: Resolved): Definition<"CREATE_TABLE"> {
  return { kind: "CREATE_TABLE", ...definition(statement), ...layout(statement), from: copied(statement) };
}

export function createTableAsSelect(statement: Resolved) {
  const kind: "CREATE_TABLE_AS_SELECT" = "CREATE_TABLE_AS_SELECT";
  return { kind, ...definition(statement), ...layout(statement) };
}

export function createView(statement: Resolved) {
  const kind: "CREATE_VIEW" = "CREATE_VIEW";
  return { kind, ...definition(statement), query: statement.text("sql") };
}

export function createSchema(statement: Resolved): Definition<"CREATE_SCHEMA"> {
  return { kind: "CREATE_SCHEMA", ...definition(statement) };
}

export function alterSchema(statement: Resolved): Definition<"ALTER_SCHEMA"> {
  const actions = statement.children("alter_action_list");
  const other = actions.find(({ kind }) => kind !== "set_options_action");
  if (other) throw new Unsupported(`ALTER SCHEMA ${actionName(other)}`);
  return {
    kind: "ALTER_SCHEMA",
    path: statement.texts("name_path"),
    ifExists: statement.flag("is_if_exists"),
    options: options(actions.flatMap((action) => action.children("option_list"))),
  };
}

const actionName = ({ kind }: Resolved) =>
  kind
    .replace(/_action$/, "")
    .replaceAll("_", " ")
    .toUpperCase();

export function drop(statement: Resolved): Definition<"DROP_TABLE" | "DROP_VIEW" | "DROP_SCHEMA"> {
  const object = statement.text("object_type");
  if (object !== "TABLE" && object !== "VIEW" && object !== "SCHEMA") throw new Unsupported(`DROP ${object}`);
  return {
    kind: `DROP_${object}` as const,
    path: statement.texts("name_path"),
    ifExists: statement.flag("is_if_exists"),
    cascade: statement.text("drop_mode") === "CASCADE",
  };
}

export function alterTable(statement: Resolved): Definition<"ALTER_TABLE" | "ALTER_VIEW"> {
  const target = {
    kind: statement.kind === "alter_view_stmt" ? ("ALTER_VIEW" as const) : ("ALTER_TABLE" as const),
    path: statement.texts("name_path"),
    ifExists: statement.flag("is_if_exists"),
  };
  if (statement.kind === "alter_table_set_options_stmt") {
    return {
      ...target,
      actions: [{ kind: "SET_OPTIONS", options: options(statement.children("option_list")) }],
    };
  }
  return { ...target, actions: statement.children("alter_action_list").map(alterAction) };
}

function alterAction(action: Resolved): AlterAction {
  switch (action.kind) {
    case "set_options_action":
      return { kind: "SET_OPTIONS", options: options(action.children("option_list")) };
    case "add_column_action":
      return {
        kind: "ADD_COLUMN",
        column: columnDefinition(action.child("column_definition")),
        ifNotExists: action.flag("is_if_not_exists"),
      };
    case "drop_column_action":
      return { kind: "DROP_COLUMN", name: action.text("name"), ifExists: action.flag("is_if_exists") };
    case "rename_column_action":
      return { kind: "RENAME_COLUMN", from: action.text("name"), to: action.text("new_name") };
    case "rename_to_action":
      return { kind: "RENAME_TO", path: action.texts("new_path") };
    default:
      throw new Unsupported(`ALTER TABLE ${actionName(action)}`);
  }
}
