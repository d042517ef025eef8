import type { GoogleType } from "../types.ts";
import type { Call, Context } from "./context.ts";
import type { Resolved } from "./resolved.ts";
import { Unsupported } from "./unsupported.ts";
import { decode, type ProtoValue } from "./values.ts";

/** SQL of the argument at `index`. @throws Unsupported when it is not there */
export function argument(call: Call, index: number): string {
  const sql = call.args[index];
  if (sql === undefined)
    throw new Unsupported(`${call.name.toUpperCase()} with ${call.args.length} arguments`);
  return sql;
}

/** Kind of an argument's type; empty when there is no such argument. */
export const kindOf = (call: Call, index: number) => call.types[index]?.kind ?? "";

/** Text of a literal or of a parameter; undefined for anything that must be computed, or NULL. */
export function constantText(node: Resolved | undefined, context: Context): string | undefined {
  if (node?.kind === "literal") {
    const value = decode(node.child("value").raw("value") as ProtoValue | undefined, node.proto());
    return typeof value === "string" ? value : undefined;
  }
  if (node?.kind === "parameter") {
    const { value } = context.environment.parameter(
      node.text("name").toLowerCase() || Number(node.text("position")),
    );
    return typeof value === "string" ? value : undefined;
  }
  return undefined;
}

/** Text of an argument that decides the translation: a format, a JSON path, a regular expression. */
export function constant(call: Call, index: number, what: string): string {
  const text = constantText(call.nodes[index], call.context);
  if (text === undefined)
    throw new Unsupported(`${call.name.toUpperCase()} with a ${what} that is not constant`);
  return text;
}

/** @throws Unsupported unless the argument is a literal or a parameter, which is all that DuckDB takes there */
export function requireConstant(call: Call, index: number, what: string): void {
  const kind = call.nodes[index]?.kind;
  if (kind !== undefined && kind !== "literal" && kind !== "parameter")
    throw new Unsupported(`${call.name.toUpperCase()} with ${what} that is not constant`);
}

export const isFloat = (type: GoogleType | undefined) => type?.kind === "FLOAT64";
