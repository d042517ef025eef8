import { compare, sumOf } from "../../shared/decimal.ts";
import type { ComparedDay } from "./compare-days.ts";

/** The usual cause of such differences. Pure. */
export function causeOf(differing: readonly ComparedDay[], left: string, right: string): string {
  const lacking = differing.map((day) => day.left.facts - day.right.facts);
  const net = lacking.reduce((sum, rows) => sum + rows, 0);
  if (lacking.every((rows) => rows === 0)) {
    return differing.some(({ keysDiffer }) => keysDiffer)
      ? "Each side has as many rows, but not the same ones: probably each lacks some of the other's."
      : "The rows are the same, and amounts are not: probably one side has not taken over later changes.";
  }
  const money = sumOf(differing.map(({ difference }) => difference));
  if (net === 0 && (money === null || compare(money, "0") === 0))
    return "What one day lacks another has more: probably the two sides cut days in different time zones.";
  if (lacking.every((rows) => rows >= 0)) return lacksText(right, left);
  if (lacking.every((rows) => rows <= 0)) return lacksText(left, right);
  return "Each side lacks rows of the other: probably deliveries of both have failed.";
}

function lacksText(lacking: string, other: string): string {
  return `${lacking} lacks rows that ${other} has: probably a delivery failed, or rows were deleted there.`;
}
