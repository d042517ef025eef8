import { functionName, type Resolved } from "../resolved.ts";
import { decode, type ProtoValue } from "../values.ts";

/** FLOAT64 ends near 10^308. */
const SAFE_EXPONENT = 300;

const INTEGER_EXPONENT = 19;
const NUMERIC_EXPONENT = 29;

const isDouble = (node: Resolved) => node.has("type") && node.proto().type_kind === "TYPE_DOUBLE";

function literalValue(node: Resolved): number | undefined {
  if (node.kind !== "literal") return undefined;
  const value = decode(node.child("value").raw("value") as ProtoValue | undefined, node.proto());
  return typeof value === "string" ? Number(value) : undefined;
}

/** Decimal exponent that a value cannot exceed; infinite where nothing is known. */
function exponentOf(node: Resolved): number {
  if (!isDouble(node)) return exponentOfExact(node);
  const value = literalValue(node);
  if (value !== undefined) return value === 0 ? 0 : Math.log10(Math.abs(value));
  if (node.kind === "cast") return exponentOfExact(node.child("expr"));
  if (node.kind !== "function_call") return Number.POSITIVE_INFINITY;
  const [left, right] = node.children("argument_list");
  if (!left) return Number.POSITIVE_INFINITY;
  switch (functionName(node)) {
    case "$unary_minus":
    case "abs":
    case "round":
    case "floor":
    case "ceil":
      return exponentOf(left) + 1;
    case "$add":
    case "$subtract":
      return right ? Math.max(exponentOf(left), exponentOf(right)) + 1 : Number.POSITIVE_INFINITY;
    case "$multiply":
      return right
        ? Math.max(0, exponentOf(left)) + Math.max(0, exponentOf(right))
        : Number.POSITIVE_INFINITY;
    case "$divide":
    case "safe_divide":
      return right ? Math.max(0, exponentOf(left)) + smallnessOf(right) : Number.POSITIVE_INFINITY;
    default:
      return Number.POSITIVE_INFINITY;
  }
}

function exponentOfExact(node: Resolved): number {
  const kind = node.has("type") ? node.proto().type_kind : "";
  if (kind === "TYPE_INT64") return INTEGER_EXPONENT;
  return kind === "TYPE_NUMERIC" ? NUMERIC_EXPONENT : Number.POSITIVE_INFINITY;
}

/** How far below 1 a divisor other than zero can be, as a decimal exponent. */
function smallnessOf(node: Resolved): number {
  const value = literalValue(node);
  if (value !== undefined) return value === 0 ? 0 : Math.max(0, -Math.log10(Math.abs(value)));
  const source = node.kind === "cast" ? node.child("expr").proto().type_kind : "";
  if (source === "TYPE_INT64") return 0;
  return source === "TYPE_NUMERIC" ? 9 : Number.POSITIVE_INFINITY;
}

/** Whether FLOAT64 arithmetic can leave the finite numbers, as far as its form tells. */
export const canOverflow = (node: Resolved) => !(exponentOf(node) < SAFE_EXPONENT);

/** Whether an operand can be NaN: not a literal number, nor one made from exact numbers only. */
export function canBeNaN(node: Resolved): boolean {
  const value = literalValue(node);
  if (value !== undefined) return Number.isNaN(value);
  return exponentOf(node) === Number.POSITIVE_INFINITY;
}
