import { duckdbType, type GoogleType } from "../types.ts";
import type { Context } from "./context.ts";
import { expression } from "./expressions.ts";
import { orderItems } from "./order-items.ts";
import { functionName, type Resolved } from "./resolved.ts";
import { Unsupported } from "./unsupported.ts";

interface Aggregate {
  readonly name: string;
  readonly args: readonly string[];
  readonly types: readonly GoogleType[];
  readonly type: GoogleType;
  readonly distinct: string;
  readonly ignoreNulls: boolean;
  readonly respectNulls: boolean;
  /** ` ORDER BY …` inside the call, or empty. */
  readonly order: string;
  readonly limit: string | null;
  /** ` OVER (…)`, or empty for a plain aggregate. */
  readonly over: string;
}

/** DuckDB SQL of an aggregate or window function. @throws Unsupported for what is not covered */
export function aggregate(node: Resolved, context: Context, over = ""): string {
  const name = functionName(node);
  for (const clause of ["having_modifier", "with_group_rows_subquery", "where_expr", "having_expr"]) {
    if (node.has(clause)) throw new Unsupported(`${name.toUpperCase()} with ${clause.replaceAll("_", " ")}`);
  }
  if (node.text("error_mode") === "SAFE_ERROR_MODE") throw new Unsupported(`SAFE.${name.toUpperCase()}`);
  const nodes = node.children("argument_list");
  const nulls = node.text("null_handling_modifier");
  const order = orderItems(node.children("order_by_item_list"), context);
  const limit = node.optional("limit");
  const call: Aggregate = {
    name,
    args: nodes.map((argument) => expression(argument, context)),
    types: nodes.map((argument) => argument.type()),
    type: node.type(),
    distinct: node.flag("distinct") ? "DISTINCT " : "",
    ignoreNulls: nulls === "IGNORE_NULLS",
    respectNulls: nulls === "RESPECT_NULLS",
    order: order ? ` ORDER BY ${order}` : "",
    limit: limit ? expression(limit, context) : null,
    over,
  };
  const translator = AGGREGATES[name];
  if (!translator)
    throw new Unsupported(`aggregate or window function ${name.replace(/^\$/, "").toUpperCase()}`);
  return translator(call);
}

const arg = (call: Aggregate, i = 0) => {
  const sql = call.args[i];
  if (sql === undefined)
    throw new Unsupported(`${call.name.toUpperCase()} with ${call.args.length} arguments`);
  return sql;
};

const typed = (sql: string, call: Aggregate) => `CAST(${sql} AS ${duckdbType(call.type)})`;
const filtered = (sql: string, condition: string, call: Aggregate) =>
  `${sql} FILTER (WHERE ${condition})${call.over}`;

/** A function of DuckDB's of the same meaning. */
const same =
  (name: string) =>
  (call: Aggregate): string =>
    `${name}(${call.distinct}${call.args.join(", ")})${call.over}`;

/** The same for FLOAT64, whose overflow is an error in BigQuery. */
const finite = (name: string) => (call: Aggregate) => `bq_finite(${same(name)(call)})`;

function sum(call: Aggregate): string {
  const total = same("sum")(call);
  return call.type.kind === "FLOAT64" ? `bq_finite(${total})` : typed(total, call);
}

/** DuckDB's avg of DECIMAL goes through DOUBLE. */
function average(call: Aggregate): string {
  if (call.type.kind !== "NUMERIC") return finite("avg")(call);
  const x = `${call.distinct}${arg(call)}`;
  return `bq_numeric_divide(CAST(sum(${x})${call.over} AS DECIMAL(38,9)), CAST(count(${x})${call.over} AS DECIMAL(38,9)))`;
}

/** NaN is below every number in BigQuery's MIN, above every number in DuckDB's; MAX answers NaN in both. */
function minimum(call: Aggregate): string {
  const least = same("min")(call);
  if (call.types[0]?.kind !== "FLOAT64") return least;
  return `(CASE WHEN bool_or(isnan(${arg(call)}))${call.over} THEN CAST('nan' AS DOUBLE) ELSE ${least} END)`;
}

function countIf(call: Aggregate): string {
  if (call.distinct) return `count(DISTINCT CASE WHEN ${arg(call)} THEN TRUE END)${call.over}`;
  return filtered("count(*)", arg(call), call);
}

function arrayAgg(call: Aggregate): string {
  const list = `list(${call.distinct}${arg(call)}${call.order})`;
  const sql = call.ignoreNulls ? filtered(list, `${arg(call)} IS NOT NULL`, call) : `${list}${call.over}`;
  return call.limit ? `(${sql})[1:${call.limit}]` : sql;
}

function stringAgg(call: Aggregate): string {
  if (call.types[0]?.kind !== "STRING") throw new Unsupported("STRING_AGG of BYTES");
  const separator = call.args[1] ?? "','";
  const list = filtered(`list(${call.distinct}${arg(call)}${call.order})`, `${arg(call)} IS NOT NULL`, call);
  return `array_to_string(${call.limit ? `(${list})[1:${call.limit}]` : list}, ${separator})`;
}

function approxQuantiles(call: Aggregate): string {
  if (call.respectNulls) throw new Unsupported("APPROX_QUANTILES with RESPECT NULLS");
  const parts = Number(/^CAST\('(\d+)' AS BIGINT\)$/.exec(arg(call, 1))?.[1]);
  if (!parts || parts > 10_000) throw new Unsupported("APPROX_QUANTILES with a number that is not constant");
  const shares = Array.from({ length: parts + 1 }, (_, i) => i / parts);
  return `quantile_disc(${call.distinct}${arg(call)}, [${shares.join(", ")}])${call.over}`;
}

/** The first value whose cumulative share reaches the given one; DuckDB's own rounds at the edges. */
function percentileDisc(call: Aggregate): string {
  if (call.respectNulls) throw new Unsupported("PERCENTILE_DISC with RESPECT NULLS");
  if (call.types[1]?.kind !== "FLOAT64") throw new Unsupported("PERCENTILE_DISC with a NUMERIC share");
  const list = filtered(`list(${arg(call)} ORDER BY ${arg(call)})`, `${arg(call)} IS NOT NULL`, call);
  return `(${list})[bq_percentile_index(${arg(call, 1)}, count(${arg(call)})${call.over})]`;
}

function percentileCont(call: Aggregate): string {
  if (call.respectNulls) throw new Unsupported("PERCENTILE_CONT with RESPECT NULLS");
  if (call.type.kind !== "FLOAT64") throw new Unsupported("PERCENTILE_CONT of NUMERIC");
  return `quantile_cont(${arg(call)}, ${arg(call, 1)})${call.over}`;
}

function topCount(call: Aggregate): string {
  return typed(`bq_top_count(${arg(call)}, ${arg(call, 1)})`, call);
}

const ranking = (name: string) => (call: Aggregate) => `${name}()${call.over}`;
const navigation = (name: string) => (call: Aggregate) =>
  `${name}(${call.args.join(", ")}${call.ignoreNulls ? " IGNORE NULLS" : ""})${call.over}`;

const AGGREGATES: Readonly<Record<string, (call: Aggregate) => string>> = {
  $count_star: (call) => `count(*)${call.over}`,
  count: same("count"),
  countif: countIf,
  sum,
  avg: average,
  min: minimum,
  max: same("max"),
  any_value: (call) => `any_value(${arg(call)})${call.over}`,
  logical_or: same("bool_or"),
  logical_and: same("bool_and"),
  bit_and: same("bit_and"),
  bit_or: same("bit_or"),
  bit_xor: same("bit_xor"),
  array_agg: arrayAgg,
  array_concat_agg: (call) =>
    `flatten(${filtered(`list(${arg(call)}${call.order})`, `${arg(call)} IS NOT NULL`, call)})`,
  string_agg: stringAgg,
  approx_count_distinct: (call) => `count(DISTINCT ${arg(call)})${call.over}`,
  approx_quantiles: approxQuantiles,
  approx_top_count: topCount,
  max_by: (call) => `arg_max(${arg(call)}, ${arg(call, 1)})${call.over}`,
  min_by: (call) => `arg_min(${arg(call)}, ${arg(call, 1)})${call.over}`,
  stddev: finite("stddev_samp"),
  stddev_samp: finite("stddev_samp"),
  stddev_pop: finite("stddev_pop"),
  variance: finite("var_samp"),
  var_samp: finite("var_samp"),
  var_pop: finite("var_pop"),
  corr: finite("corr"),
  covar_pop: finite("covar_pop"),
  covar_samp: finite("covar_samp"),
  $grouping: (call) => `grouping(${arg(call)})`,
  grouping: (call) => `grouping(${arg(call)})`,
  row_number: ranking("row_number"),
  rank: ranking("rank"),
  dense_rank: ranking("dense_rank"),
  percent_rank: ranking("percent_rank"),
  cume_dist: ranking("cume_dist"),
  ntile: navigation("ntile"),
  lag: navigation("lag"),
  lead: navigation("lead"),
  first_value: navigation("first_value"),
  last_value: navigation("last_value"),
  nth_value: navigation("nth_value"),
  percentile_cont: percentileCont,
  percentile_disc: percentileDisc,
};
