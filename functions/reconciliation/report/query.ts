import type { EvidenceQuery } from "../../checks/result.ts";
import { renderStatement } from "../../shared/stores/bigquery/statement.ts";
import type { ParamType, ParamValue } from "../../shared/stores/bigquery/types.ts";

/**
 * The statement that shows the rows, to paste into the BigQuery console. Its values are literals instead of
 * parameters. The bundle shows it and never runs it.
 *
 * @throws Error for a value that cannot be written as a literal
 */
export function shownQuery({ statement, inputs }: EvidenceQuery): string {
  const { names = {}, params = {}, types = {} } = inputs;
  return renderStatement(statement, { n: "0", ...names }).replace(/@(\w+)/g, (written, name: string) => {
    const key = Object.hasOwn(params, name) ? name : name.replace(/_0$/, "");
    const value = params[key];
    if (value === undefined) return written;
    return literal(value, types[key]);
  });
}

function literal(value: ParamValue, type: ParamType | undefined): string {
  if (value === null) return "NULL";
  if (value instanceof Date) return `TIMESTAMP ${text(value.toISOString())}`;
  if (typeof value === "number") return Number.isFinite(value) ? String(value) : "NULL";
  if (typeof value === "boolean") return value ? "TRUE" : "FALSE";
  if (typeof value === "string") {
    if (type === "DATE" || type === "TIMESTAMP" || type === "NUMERIC") return `${type} ${text(value)}`;
    return text(value);
  }
  if (Array.isArray(value)) {
    const of: ParamType | undefined = Array.isArray(type) ? type[0] : undefined;
    return `[${value.map((item) => literal(item, of)).join(", ")}]`;
  }
  throw new Error("a record cannot be written as a literal");
}

/** A GoogleSQL string literal; no character of the text can end it. */
function text(value: string): string {
  return `'${value
    .replaceAll("\\", "\\\\")
    .replaceAll("'", "\\'")
    .replaceAll("\n", "\\n")
    .replaceAll("\r", "\\r")}'`;
}
