import { duckdbType, type GoogleType, quoteLiteral } from "../../types.ts";
import { argument, constant, constantText, kindOf } from "../arguments.ts";
import { textOf } from "../casts.ts";
import type { Call, Context, FunctionTable, FunctionTranslator } from "../context.ts";
import { Unsupported } from "../unsupported.ts";

/** A GoogleSQL JSON path as DuckDB writes it: every key quoted. */
function path(call: Call, index: number): string {
  if (call.args[index] === undefined) return "'$'";
  const text = constant(call, index, "JSON path");
  const legacy = call.name.startsWith("json_extract");
  const step = /^(?:\.("(?:[^"\\]|\\.)*"|[\p{L}\p{N}_-]+)|\[(\d+)\]|\['([^']*)'\])/u;
  let rest = text.startsWith("$") ? text.slice(1) : "?";
  let sql = "$";
  while (rest) {
    const match = step.exec(rest);
    if (!match) throw new Unsupported(`the JSON path ${text}`);
    const [whole, key, position, bracketed] = match;
    if (bracketed !== undefined && !legacy)
      throw new Unsupported(`the JSON path ${text}: use a double-quoted key`);
    if (position !== undefined) sql += `[${position}]`;
    else sql += `.${key?.startsWith('"') ? key : JSON.stringify(key ?? bracketed)}`;
    rest = rest.slice(whole.length);
  }
  return quoteLiteral(sql);
}

const extraction =
  (name: string): FunctionTranslator =>
  (call) =>
    `${name}${kindOf(call, 0) === "JSON" ? "_json" : ""}(${argument(call, 0)}, ${path(call, 1)})`;

const query: FunctionTranslator = (call) => {
  const sql = extraction("bq_json_query")(call);
  return call.type.kind === "JSON" ? `CAST(${sql} AS JSON)` : sql;
};

const queryArray: FunctionTranslator = (call) =>
  `CAST(${extraction("bq_json_query_array")(call)} AS ${duckdbType(call.type)})`;

/** SQL of the JSON text of a value, built by type: DuckDB's to_json writes numbers and times its own way. */
function jsonText(sql: string, type: GoogleType, context: Context): string {
  return `coalesce(${presentJson(sql, type, context)}, 'null')`;
}

function presentJson(sql: string, type: GoogleType, context: Context): string {
  switch (type.kind) {
    case "BOOL":
      return `CAST(${sql} AS VARCHAR)`;
    case "INT64":
      return `bq_int64_json(${sql})`;
    case "FLOAT64":
      return `bq_float64_json(${sql})`;
    case "NUMERIC":
      return `bq_numeric_json(${sql})`;
    case "STRING":
      return `bq_json_quote(${sql})`;
    case "BYTES":
      return `('"' || to_base64(${sql}) || '"')`;
    case "DATE":
    case "TIME":
      return `('"' || ${textOf(sql, type)} || '"')`;
    case "DATETIME":
      return `('"' || replace(${textOf(sql, type)}, ' ', 'T') || '"')`;
    case "TIMESTAMP":
      return `('"' || replace(replace(${textOf(sql, type)}, ' ', 'T'), '+00', 'Z') || '"')`;
    case "JSON":
      return `CAST(${sql} AS VARCHAR)`;
    case "ARRAY": {
      const item = context.fresh("z");
      const items = `list_transform(${sql}, lambda ${item}: ${jsonText(item, type.element, context)})`;
      return `('[' || array_to_string(${items}, ',') || ']')`;
    }
    case "STRUCT": {
      const members = type.members.map((member, i) => {
        const value = jsonText(`struct_extract_at(${sql}, ${i + 1})`, member.type, context);
        return `${quoteLiteral(`${i > 0 ? "," : ""}${JSON.stringify(member.name)}:`)} || ${value}`;
      });
      return `(CASE WHEN ${sql} IS NULL THEN NULL ELSE '{' || ${members.join(" || ") || "''"} || '}' END)`;
    }
    default:
      throw new Unsupported(`TO_JSON_STRING of ${type.kind}`);
  }
}

const toJsonText: FunctionTranslator = (call) => {
  const type = call.types[0];
  if (!type) throw new Unsupported(call.name.toUpperCase());
  const pretty = call.args[1];
  if (pretty !== undefined && pretty !== "FALSE")
    throw new Unsupported(`${call.name.toUpperCase()} with options`);
  return jsonText(argument(call, 0), type, call.context);
};

const typed =
  (macro: string): FunctionTranslator =>
  (call) => {
    const mode = call.args[1] === undefined ? "round" : constantText(call.nodes[1], call.context);
    if (kindOf(call, 0) !== "JSON" || mode !== "round") throw new Unsupported(call.name.toUpperCase());
    return `${macro}(${argument(call, 0)})`;
  };

export const JSON_FUNCTIONS: FunctionTable = {
  json_value: extraction("bq_json_value"),
  json_extract_scalar: extraction("bq_json_value"),
  json_query: query,
  json_extract: query,
  json_value_array: extraction("bq_json_value_array"),
  json_extract_string_array: extraction("bq_json_value_array"),
  json_query_array: queryArray,
  json_extract_array: queryArray,
  parse_json: (call) => {
    if (call.args.length > 1 && constant(call, 1, "number mode") !== "exact")
      throw new Unsupported("PARSE_JSON with a number mode");
    return `CAST(bq_parse_json(${argument(call, 0)}) AS JSON)`;
  },
  to_json_string: toJsonText,
  to_json: (call) => `CAST(bq_parse_json(${toJsonText(call)}) AS JSON)`,
  json_type: typed("bq_json_type"),
  int64: typed("bq_json_int64"),
  float64: typed("bq_json_float64"),
  double: typed("bq_json_float64"),
  bool: typed("bq_json_bool"),
  $subscript: (call) =>
    kindOf(call, 1) === "INT64"
      ? `bq_json_item(${call.args.join(", ")})`
      : `bq_json_member(${call.args.join(", ")})`,
};
