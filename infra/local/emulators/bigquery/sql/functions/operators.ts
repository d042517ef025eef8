import { duckdbType } from "../../types.ts";
import { argument, isFloat, kindOf } from "../arguments.ts";
import type { Call, FunctionTable, FunctionTranslator } from "../context.ts";
import { expression, returned } from "../expressions.ts";
import { functionName, type Resolved } from "../resolved.ts";
import { Unsupported } from "../unsupported.ts";
import { dateArithmetic } from "./date-arithmetic.ts";
import { datePart, interval } from "./date-parts.ts";
import { canBeNaN, canOverflow } from "./float-bounds.ts";

const infix =
  (operator: string): FunctionTranslator =>
  (call) =>
    `(${call.args.join(` ${operator} `)})`;

const SYMBOLS: Readonly<Record<string, string>> = { $add: "+", $subtract: "-", $multiply: "*" };

/** Division by zero is an error in BigQuery, NULL in DuckDB. */
const divided = (dividend: string, divisor: string) => `(${dividend} / bq_nonzero(${divisor}))`;

/**
 * A sum of products is checked for overflow once, at its top: infinity stays
 * infinite, or becomes NaN, on its way there.
 */
function floatChain(node: Resolved, call: Call): string {
  const plain =
    node.kind === "function_call" && isFloat(node.type()) && node.text("error_mode") !== "SAFE_ERROR_MODE";
  const name = plain ? functionName(node) : "";
  const parts = node.children("argument_list");
  const [left, right] = parts;
  if (name in SYMBOLS && left && right) {
    return `(${floatChain(left, call)} ${SYMBOLS[name]} ${floatChain(right, call)})`;
  }
  if (name === "$unary_minus" && left) return `(-${floatChain(left, call)})`;
  if (name === "$divide" && left && right) {
    return divided(floatChain(left, call), expression(right, call.context));
  }
  return expression(node, call.context);
}

function floatArithmetic(call: Call): string {
  // Under SAFE. the arguments are bound to names already: see `tried`.
  const safe = call.node.text("error_mode") === "SAFE_ERROR_MODE";
  const symbol = SYMBOLS[call.name] ?? "/";
  const [a = "", b = ""] = call.args;
  const plain = symbol === "/" ? divided(a, b) : `(${a} ${symbol} ${b})`;
  const sql = safe ? plain : floatChain(call.node, call);
  return canOverflow(call.node) ? `bq_finite(${sql})` : sql;
}

const arithmetic: FunctionTranslator = (call) => {
  if (isFloat(call.type)) return floatArithmetic(call);
  if (call.type.kind === "INT64" && kindOf(call, 0) === "INT64") return infix(SYMBOLS[call.name] ?? "")(call);
  if (call.type.kind === "NUMERIC") {
    return call.name === "$multiply"
      ? `bq_numeric_multiply(${call.args.join(", ")})`
      : infix(SYMBOLS[call.name] ?? "")(call);
  }
  return dateArithmetic(call, SYMBOLS[call.name] ?? "");
};

const divide: FunctionTranslator = (call) => {
  if (isFloat(call.type)) return floatArithmetic(call);
  return `bq_numeric_divide(${call.args.join(", ")})`;
};

const REFUSED_COMPARISONS: ReadonlySet<string> = new Set(["STRUCT", "ARRAY", "JSON", "INTERVAL"]);

const refuseStructs = (call: Call) => {
  if (call.types.some((type) => REFUSED_COMPARISONS.has(type.kind))) {
    throw new Unsupported("comparison of STRUCT or INTERVAL values");
  }
};

type Operator = "=" | "<>" | "<" | "<=" | ">" | ">=";

/**
 * Compares two arguments. NaN equals nothing and is less than nothing in
 * BigQuery; in DuckDB it equals itself and is the greatest, so it matters on
 * the greater side. Next to NULL the answer stays NULL.
 */
function compared(call: Call, left: number, operator: Operator, right: number): string {
  const plain = `(${argument(call, left)} ${operator} ${argument(call, right)})`;
  const [guarded, other] = operator.startsWith("<") && operator !== "<>" ? [right, left] : [left, right];
  const node = call.nodes[guarded];
  const otherNode = call.nodes[other];
  if (!call.types.some(isFloat) || !node || !canBeNaN(node)) return plain;
  const equality = operator === "=" || operator === "<>";
  if (equality && otherNode && !canBeNaN(otherNode)) return plain;
  const nan = `isnan(${argument(call, guarded)})`;
  return operator === "<>"
    ? `(${plain} OR CASE WHEN ${nan} THEN nullif(${plain} IS NOT NULL, FALSE) ELSE FALSE END)`
    : `(${plain} AND CASE WHEN ${nan} THEN nullif(${plain} IS NULL, TRUE) ELSE TRUE END)`;
}

const comparison =
  (operator: Operator): FunctionTranslator =>
  (call) => {
    refuseStructs(call);
    return compared(call, 0, operator, 1);
  };

const holdsNaN = (call: Call) => call.types.some(isFloat) && call.nodes.some(canBeNaN);

const between: FunctionTranslator = (call) => {
  refuseStructs(call);
  const [value, low, high] = call.args;
  if (holdsNaN(call)) return `(${compared(call, 0, ">=", 1)} AND ${compared(call, 0, "<=", 2)})`;
  return `(${value} BETWEEN ${low} AND ${high})`;
};

const inList: FunctionTranslator = (call) => {
  refuseStructs(call);
  const list = `(${call.args[0]} IN (${call.args.slice(1).join(", ")}))`;
  const first = call.nodes[0];
  if (!isFloat(call.types[0]) || !first || !canBeNaN(first)) return list;
  const nulls = call.args.slice(1).flatMap((sql, i) => {
    return call.nodes[i + 1]?.kind === "literal" && !sql.startsWith("CAST(NULL") ? [] : [`${sql} IS NULL`];
  });
  const unequal = nulls.length > 0 ? `CASE WHEN ${nulls.join(" OR ")} THEN NULL ELSE FALSE END` : "FALSE";
  return `(${list} AND CASE WHEN isnan(${call.args[0]}) THEN ${unequal} ELSE TRUE END)`;
};

const cases = (head: string, rest: readonly string[]) => {
  let sql = `CASE${head}`;
  let i = 0;
  for (; i + 1 < rest.length; i += 2) sql += ` WHEN ${rest[i]} THEN ${rest[i + 1]}`;
  return `(${sql}${i < rest.length ? ` ELSE ${rest[i]}` : ""} END)`;
};

/** GREATEST and LEAST answer NULL as soon as one argument is NULL; DuckDB's skip it. */
const extreme =
  (name: string): FunctionTranslator =>
  (call) => {
    if (holdsNaN(call)) {
      const nan = call.args.map((sql) => `isnan(${sql})`).join(" OR ");
      return `(CASE WHEN ${anyNull(call)} THEN NULL WHEN ${nan} THEN CAST('nan' AS DOUBLE) ELSE ${name}(${call.args.join(", ")}) END)`;
    }
    return `(CASE WHEN ${anyNull(call)} THEN NULL ELSE ${name}(${call.args.join(", ")}) END)`;
  };

const anyNull = (call: Call) => call.args.map((sql) => `${sql} IS NULL`).join(" OR ");

const like: FunctionTranslator = (call) => {
  if (kindOf(call, 0) !== "STRING") throw new Unsupported("LIKE on BYTES");
  return `(${call.args[0]} LIKE ${call.args[1]} ESCAPE '\\')`;
};

export const OPERATORS: FunctionTable = {
  $add: arithmetic,
  $subtract: arithmetic,
  $multiply: arithmetic,
  $divide: divide,
  $unary_minus: (call) => `(-${argument(call, 0)})`,
  $interval: (call) => interval(argument(call, 0), datePart(call, 1)),
  $equal: comparison("="),
  $not_equal: comparison("<>"),
  $less: comparison("<"),
  $less_or_equal: comparison("<="),
  $greater: comparison(">"),
  $greater_or_equal: comparison(">="),
  $is_distinct_from: (call) => {
    refuseStructs(call);
    return infix("IS DISTINCT FROM")(call);
  },
  $is_not_distinct_from: (call) => {
    refuseStructs(call);
    return infix("IS NOT DISTINCT FROM")(call);
  },
  $and: infix("AND"),
  $or: infix("OR"),
  $not: (call) => `(NOT ${argument(call, 0)})`,
  $is_null: (call) => `(${argument(call, 0)} IS NULL)`,
  $is_true: (call) => `(${argument(call, 0)} IS TRUE)`,
  $is_false: (call) => `(${argument(call, 0)} IS FALSE)`,
  $between: between,
  $in: inList,
  $in_array: (call) => {
    if (kindOf(call, 0) === "STRUCT" || kindOf(call, 0) === "FLOAT64") {
      throw new Unsupported("IN UNNEST of STRUCT or FLOAT64 values");
    }
    return `bq_in_array(${call.args.join(", ")})`;
  },
  $like: like,
  $case_no_value: (call) => cases("", call.args),
  $case_with_value: (call) => {
    if (!isFloat(call.types[0])) return cases(` ${call.args[0]}`, call.args.slice(1));
    const isWhen = (i: number) => i % 2 === 1 && i + 1 < call.args.length;
    return cases("", call.args.map((sql, i) => (isWhen(i) ? compared(call, 0, "=", i) : sql)).slice(1));
  },
  if: (call) => `(CASE WHEN ${call.args[0]} THEN ${call.args[1]} ELSE ${call.args[2]} END)`,
  ifnull: (call) => `coalesce(${call.args.join(", ")})`,
  coalesce: (call) => `coalesce(${call.args.join(", ")})`,
  zeroifnull: (call) => returned(`coalesce(${call.args[0]}, 0)`, call),
  nullifzero: (call) => `nullif(${call.args[0]}, 0)`,
  nullif: (call) => {
    refuseStructs(call);
    if (holdsNaN(call)) return `(CASE WHEN ${compared(call, 0, "=", 1)} THEN NULL ELSE ${call.args[0]} END)`;
    return `nullif(${call.args.join(", ")})`;
  },
  greatest: extreme("greatest"),
  least: extreme("least"),
  $bitwise_and: infix("&"),
  $bitwise_or: infix("|"),
  $bitwise_xor: (call) => `xor(${call.args.join(", ")})`,
  $bitwise_not: (call) => `(~${argument(call, 0)})`,
  $bitwise_left_shift: (call) => `bq_shift_left(${call.args.join(", ")})`,
  $bitwise_right_shift: (call) => `bq_shift_right(${call.args.join(", ")})`,
  bit_count: (call) => returned(`bit_count(${argument(call, 0)})`, call),
  error: (call) => `CAST(bq_raise(${argument(call, 0)}) AS ${duckdbType(call.type)})`,
};
