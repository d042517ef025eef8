import { duckdbType, type GoogleType, memberName, quoteIdentifier } from "../types.ts";
import { castFromText, castSql } from "./casts.ts";
import type { Call, Context } from "./context.ts";
import { withoutErrors } from "./host-functions.ts";
import { orderItems } from "./order-items.ts";
import { functionName, type Resolved } from "./resolved.ts";
import { Unsupported } from "./unsupported.ts";
import { decode, literal, type ProtoValue } from "./values.ts";

/** DuckDB SQL of a resolved expression. @throws Unsupported for what is not covered */
export function expression(node: Resolved, context: Context): string {
  switch (node.kind) {
    case "literal":
      return literalSql(node);
    case "parameter": {
      const name = node.text("name").toLowerCase() || Number(node.text("position"));
      const { type, value } = context.environment.parameter(name);
      return castFromText(value, type);
    }
    case "constant": {
      const constant = node.child("constant");
      const name = (constant.texts("name_path").at(-1) ?? constant.text("name")).toLowerCase();
      const variable = context.environment.variable?.(name);
      if (!variable) throw new Unsupported(`constant ${name}`);
      return castFromText(variable.value, variable.type);
    }
    case "column_ref":
      return context.columnSql(node.column().id);
    case "cast":
      return cast(node, context);
    case "make_struct":
      return makeStruct(node, context);
    case "get_struct_field":
      return `struct_extract_at(${expression(node.child("expr"), context)}, ${Number(node.text("field_idx") || 0) + 1})`;
    case "get_json_field":
      return `bq_json_field(${expression(node.child("expr"), context)}, '$.${JSON.stringify(node.text("field_name")).replaceAll("'", "''")}')`;
    case "subquery_expr":
      return subquery(node, context);
    case "function_call":
      return functionCall(node, context);
    case "with_expr":
      for (const assigned of node.children("assignment_list")) {
        context.columns.set(assigned.column().id, `(${expression(assigned.child("expr"), context)})`);
      }
      return expression(node.child("expr"), context);
    default:
      throw new Unsupported(`expression ${node.kind.toUpperCase()}`);
  }
}

function literalSql(node: Resolved): string {
  const value = node.child("value").raw("value") as ProtoValue | undefined;
  if (node.proto().type_kind === "TYPE_ENUM") {
    const held = value?.value === undefined ? undefined : value[value.value];
    return held === undefined ? "NULL" : String(held);
  }
  if (node.proto().type_kind === "TYPE_INTERVAL") throw new Unsupported("INTERVAL literal");
  return literal(decode(value, node.proto()), node.type());
}

function makeStruct(node: Resolved, context: Context): string {
  const type = node.type();
  if (type.kind !== "STRUCT") throw new Unsupported("STRUCT constructor");
  const fields = node.children("field_list");
  const members = type.members.map((member, i) => {
    const field = fields[i];
    if (!field) throw new Unsupported("STRUCT constructor");
    return `${quoteIdentifier(memberName(member, i))} := ${expression(field, context)}`;
  });
  return `struct_pack(${members.join(", ")})`;
}

function cast(node: Resolved, context: Context): string {
  if (node.has("format") || node.has("time_zone")) throw new Unsupported("CAST … FORMAT");
  const from = node.child("expr");
  const to = node.type();
  const number = numberBehindText(from, to);
  if (number !== null)
    return number.type().kind === "NUMERIC"
      ? expression(number, context)
      : castSql(expression(number, context), number.type(), to, context);
  const build = ([source = ""]: readonly string[]) => castSql(source, from.type(), to, context);
  if (!node.flag("return_null_on_error")) return build([expression(from, context)]);
  return tried([from], [expression(from, context)], build, context);
}

/**
 * The x of CAST(CAST(x AS STRING) AS NUMERIC) where x is a NUMERIC or an INT64: the text of either reads as the same number, so
 * that it need not be written and read row by row, which took most of the time of sums over millions of rows.
 */
function numberBehindText(text: Resolved, to: GoogleType): Resolved | null {
  if (to.kind !== "NUMERIC" || text.kind !== "cast" || text.type().kind !== "STRING") return null;
  if (text.has("format") || text.has("time_zone")) return null;
  const number = text.child("expr");
  const { kind } = number.type();
  return kind === "NUMERIC" || kind === "INT64" ? number : null;
}

function subquery(node: Resolved, context: Context): string {
  const inner = node.child("subquery");
  const kind = node.text("subquery_type");
  if (kind === "ARRAY") return context.withConjuncts([], () => arraySubquery(inner, context));
  const query = context.withConjuncts([], () => context.scan(inner));
  const output = inner.columns()[0];
  switch (kind) {
    case "EXISTS":
      return `EXISTS (SELECT 1 FROM (${query}))`;
    case "IN":
      return `(${expression(node.child("in_expr"), context)} IN (SELECT ${context.columnName(output?.id ?? "")} FROM (${query})))`;
    case "SCALAR":
    case "":
      return `(SELECT ${context.columnName(output?.id ?? "")} FROM (${query}))`;
    default:
      throw new Unsupported(`subquery ${kind}`);
  }
}

/** ARRAY(SELECT …): never NULL, and ordered as its ORDER BY says. */
function arraySubquery(query: Resolved, context: Context): string {
  const column = query.columns()[0];
  if (!column) throw new Unsupported("ARRAY subquery without a column");
  const name = context.columnName(column.id);
  if (query.kind === "order_by_scan") {
    const rows = context.scan(query.child("input_scan"));
    const order = orderItems(query.children("order_by_item_list"), context);
    return `coalesce((SELECT list(${name} ORDER BY ${order}) FROM (${rows})), [])`;
  }
  return `ARRAY(SELECT ${name} FROM (${context.scan(query)}))`;
}

function functionCall(node: Resolved, context: Context): string {
  const name = functionName(node);
  const translator = context.translators.functions.get(name);
  if (!translator) throw new Unsupported(`function ${name.replace(/^\$/, "").toUpperCase()}`);
  if (node.children("generic_argument_list").length > 0) {
    throw new Unsupported(`lambda or named arguments of ${name.toUpperCase()}`);
  }
  const nodes = node.children("argument_list");
  const types = nodes.map(argumentType);
  const type = node.type();
  const build = (args: readonly string[]) => translator({ name, node, nodes, types, args, type, context });
  const args = nodes.map((argument) => expression(argument, context));
  return node.text("error_mode") === "SAFE_ERROR_MODE" ? tried(nodes, args, build, context) : build(args);
}

/** Keywords such as date parts have protos of their own, which are not modelled. */
function argumentType(node: Resolved): GoogleType {
  return node.has("type") && node.proto().type_kind !== "TYPE_ENUM" ? node.type() : { kind: "ENUM" };
}

const CANNOT_FAIL = new Set(["literal", "parameter", "constant", "column_ref"]);

/**
 * NULL where the function itself fails, as SAFE. and SAFE_CAST mean it: an
 * error of an argument is not caught, so arguments that can fail are computed
 * outside TRY and handed in through a lambda.
 */
function tried(
  nodes: readonly Resolved[],
  args: readonly string[],
  build: (args: readonly string[]) => string,
  context: Context,
): string {
  if (nodes.every((node) => CANNOT_FAIL.has(node.kind))) return `TRY(${withoutErrors(build(args))})`;
  const bound = context.fresh("z");
  const members: string[] = [];
  const inner = args.map((sql, i) => {
    if (CANNOT_FAIL.has(nodes[i]?.kind ?? "")) return sql;
    members.push(`a${i} := ${sql}`);
    return `${bound}.a${i}`;
  });
  return `list_transform([struct_pack(${members.join(", ")})], lambda ${bound}: TRY(${withoutErrors(build(inner))}))[1]`;
}

/** The DuckDB cast to the type a function returns, where DuckDB's own differs. */
export const returned = (sql: string, call: Pick<Call, "type">) => `CAST(${sql} AS ${duckdbType(call.type)})`;
