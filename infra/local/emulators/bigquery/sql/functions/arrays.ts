import { duckdbType } from "../../types.ts";
import { argument, kindOf, requireConstant } from "../arguments.ts";
import { textOf } from "../casts.ts";
import type { Call, FunctionTable, FunctionTranslator } from "../context.ts";
import { expression } from "../expressions.ts";
import { Unsupported } from "../unsupported.ts";
import { datePart, interval } from "./date-parts.ts";

const isEmpty = (sql: string) => `len(${sql}) = 0`;

function elementAt(offset: (index: string) => string, safe: boolean): FunctionTranslator {
  return (call) => `${safe ? "bq_safe_at" : "bq_at"}(${argument(call, 0)}, ${offset(argument(call, 1))})`;
}

const offset = (index: string) => index;
const ordinal = (index: string) => `${index} - 1`;

const arrayToString: FunctionTranslator = (call) => {
  if (call.type.kind !== "STRING") throw new Unsupported("ARRAY_TO_STRING of BYTES");
  const [array, separator, nullText] = call.args;
  requireConstant(call, 1, "a separator");
  if (nullText === undefined) return `array_to_string(${array}, ${separator})`;
  const item = call.context.fresh("z");
  const filled = `list_transform(${array}, lambda ${item}: coalesce(${item}, ${nullText}))`;
  return `(CASE WHEN ${nullText} IS NULL THEN NULL ELSE array_to_string(${filled}, ${separator}) END)`;
};

const ends =
  (index: number): FunctionTranslator =>
  (call) => {
    const array = argument(call, 0);
    return `(CASE WHEN ${isEmpty(array)} THEN ${array}[bq_raise('${call.name.toUpperCase()} cannot get the element of an empty array')] ELSE ${array}[${index}] END)`;
  };

const dateArray: FunctionTranslator = (call) => {
  const { step, sign } = stepOf(call);
  return `CAST(bq_series(${argument(call, 0)}, ${argument(call, 1)}, ${step}, ${sign}) AS DATE[])`;
};

const timestampArray: FunctionTranslator = (call) => {
  const { step, sign } = stepOf(call);
  return `bq_series(${argument(call, 0)}, ${argument(call, 1)}, ${step}, ${sign})`;
};

/** A date array without a step goes by days; the step's amount tells a step of zero. */
function stepOf(call: Call): { readonly step: string; readonly sign: string } {
  const amount = call.args[2];
  if (amount === undefined) return { step: "to_days(1)", sign: "1" };
  return { step: interval(amount, datePart(call, 3)), sign: amount };
}

export const ARRAYS: FunctionTable = {
  $make_array: (call) => `CAST([${call.args.join(", ")}] AS ${duckdbType(call.type)})`,
  $array_at_offset: elementAt(offset, false),
  $array_at_ordinal: elementAt(ordinal, false),
  $safe_array_at_offset: elementAt(offset, true),
  $safe_array_at_ordinal: elementAt(ordinal, true),
  array_length: (call) => `len(${argument(call, 0)})`,
  // Its operator answers NULL beside NULL; list_concat does not.
  array_concat: (call) => `(${call.args.join(" || ")})`,
  array_reverse: (call) => `list_reverse(${argument(call, 0)})`,
  array_to_string: arrayToString,
  array_first: ends(1),
  array_last: ends(-1),
  array_is_distinct: (call) => `bq_is_distinct(${argument(call, 0)})`,
  generate_array: (call) => {
    if (kindOf(call, 0) !== "INT64") throw new Unsupported(`GENERATE_ARRAY of ${kindOf(call, 0)}`);
    const [start, end, step = "1"] = call.args;
    return `bq_series(${start}, ${end}, ${step}, ${step})`;
  },
  generate_date_array: dateArray,
  generate_timestamp_array: timestampArray,
  array_includes: (call) => {
    const [array, value] = call.nodes;
    if (!array || !value) throw new Unsupported("ARRAY_INCLUDES of this form");
    return `bq_in_array(${expression(value, call.context)}, ${expression(array, call.context)})`;
  },
  /** Text of any scalar, as CAST to STRING gives it. */
  string: (call) => {
    const type = call.types[0];
    if (!type || type.kind === "JSON" || call.args.length > 1) return jsonOrZoned(call);
    return textOf(argument(call, 0), type);
  },
};

function jsonOrZoned(call: Call): string {
  if (kindOf(call, 0) === "JSON") return `bq_json_string(${argument(call, 0)})`;
  throw new Unsupported("STRING(timestamp, time zone)");
}
