import { argument, isFloat, kindOf, requireConstant } from "../arguments.ts";
import type { Call, FunctionTable, FunctionTranslator } from "../context.ts";
import { returned } from "../expressions.ts";
import { Unsupported } from "../unsupported.ts";

const SYMBOLS: Readonly<Record<string, string>> = { safe_add: "+", safe_subtract: "-", safe_multiply: "*" };

/** NULL instead of an overflow. */
const safeArithmetic: FunctionTranslator = (call) => {
  const symbol = SYMBOLS[call.name] ?? "";
  if (call.type.kind === "NUMERIC" && symbol === "*")
    return `TRY(bq_numeric_multiply(${call.args.join(", ")}))`;
  const sql = `(${call.args.join(` ${symbol} `)})`;
  return isFloat(call.type) ? `TRY(bq_finite(${sql}))` : `TRY(${sql})`;
};

const safeDivide: FunctionTranslator = (call) => {
  const [a, b] = call.args;
  if (call.type.kind === "NUMERIC") return `TRY(bq_numeric_divide(${a}, ${b}))`;
  return `bq_safe_divide(${a}, ${b})`;
};

/** A FLOAT64 function that DuckDB lets overflow. */
const finite =
  (name: string): FunctionTranslator =>
  (call) => {
    if (!isFloat(call.type)) throw new Unsupported(`${call.name.toUpperCase()} of NUMERIC`);
    return `bq_finite(${name}(${call.args.join(", ")}))`;
  };

/** A FLOAT64 function whose errors DuckDB raises itself. */
const real =
  (name: string): FunctionTranslator =>
  (call) => {
    if (!isFloat(call.type)) throw new Unsupported(`${call.name.toUpperCase()} of NUMERIC`);
    return `${name}(${call.args.join(", ")})`;
  };

const rounded =
  (name: string): FunctionTranslator =>
  (call) => {
    if (call.args.length > 2) throw new Unsupported(`${call.name.toUpperCase()} with a rounding mode`);
    const digits = call.args[1];
    const sql = argument(call, 0);
    if (digits === undefined) return returned(`${name}(${sql})`, call);
    if (!isFloat(call.type)) requireConstant(call, 1, "a number of digits of NUMERIC");
    return `${isFloat(call.type) ? `bq_float64_${name}` : `bq_numeric_${name}`}(${sql}, ${digits})`;
  };

const shape = (call: Call) => {
  if (kindOf(call, 0) !== "INT64") throw new Unsupported(`${call.name.toUpperCase()} of ${kindOf(call, 0)}`);
};

export const NUMBERS: FunctionTable = {
  div: (call) => {
    if (kindOf(call, 0) !== "INT64") throw new Unsupported("DIV of NUMERIC");
    return `bq_div(${call.args.join(", ")})`;
  },
  mod: (call) => `bq_mod(${call.args.join(", ")})`,
  safe_divide: safeDivide,
  ieee_divide: (call) => `bq_ieee_divide(${call.args.join(", ")})`,
  safe_add: safeArithmetic,
  safe_subtract: safeArithmetic,
  safe_multiply: safeArithmetic,
  safe_negate: (call) => `TRY(-${argument(call, 0)})`,
  abs: (call) => `abs(${argument(call, 0)})`,
  sign: (call) =>
    isFloat(call.type) ? `bq_sign(${argument(call, 0)})` : returned(`sign(${argument(call, 0)})`, call),
  pow: finite("pow"),
  power: finite("pow"),
  exp: finite("exp"),
  sqrt: real("sqrt"),
  ln: real("ln"),
  log: (call) =>
    call.args[1] === undefined ? real("ln")(call) : `(ln(${call.args[0]}) / bq_nonzero(ln(${call.args[1]})))`,
  log10: real("log10"),
  sin: real("sin"),
  cos: real("cos"),
  tan: real("tan"),
  asin: real("asin"),
  acos: real("acos"),
  atan: real("atan"),
  atan2: real("atan2"),
  floor: (call) => returned(`floor(${argument(call, 0)})`, call),
  ceil: (call) => returned(`ceil(${argument(call, 0)})`, call),
  ceiling: (call) => returned(`ceil(${argument(call, 0)})`, call),
  round: rounded("round"),
  trunc: rounded("trunc"),
  rand: () => "random()",
  is_nan: (call) => `isnan(${argument(call, 0)})`,
  is_inf: (call) => `isinf(${argument(call, 0)})`,
  range_bucket: (call) => {
    shape(call);
    return `bq_range_bucket(${call.args.join(", ")})`;
  },
  parse_numeric: (call) => `bq_parse_numeric(${argument(call, 0)})`,
};
