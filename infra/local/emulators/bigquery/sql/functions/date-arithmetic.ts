import type { Call } from "../context.ts";
import { expression } from "../expressions.ts";
import { functionName } from "../resolved.ts";
import { Unsupported } from "../unsupported.ts";
import { datePartOf, shifted } from "./date-parts.ts";

/** `date + 1`, `date - date` is refused (an INTERVAL), `timestamp + INTERVAL 1 DAY`. */
export function dateArithmetic(call: Call, symbol: string): string {
  const [left, right] = call.nodes;
  const [leftSql = "", rightSql = ""] = call.args;
  const [leftKind, rightKind] = call.types.map((type) => type.kind);
  if (!left || !right) throw new Unsupported(`operator ${symbol}`);
  if (leftKind === "DATE" && rightKind === "INT64") {
    return `bq_date_add(${leftSql}, ${symbol === "-" ? "-" : ""}(${rightSql}))`;
  }
  if (leftKind === "INT64" && rightKind === "DATE" && symbol === "+")
    return `bq_date_add(${rightSql}, ${leftSql})`;
  if (rightKind === "INTERVAL" && right.kind === "function_call" && functionName(right) === "$interval") {
    const [amount, part] = right.children("argument_list");
    if (!amount || !part) throw new Unsupported("INTERVAL");
    const sign = symbol === "-" ? "-" : "";
    const sql = `${sign}(${expression(amount, call.context)})`;
    return shifted(leftSql, sql, datePartOf(expression(part, call.context)), leftKind ?? "", call.type.kind);
  }
  throw new Unsupported(`${leftKind} ${symbol} ${rightKind}`);
}
