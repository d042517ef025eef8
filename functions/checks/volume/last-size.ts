import type { Result } from "../result.ts";
import type { EarlierSize } from "./judge.ts";

/** A loss is compared with the size before it for this long; afterwards the new size is the normal one. */
const lossKeptMs = 7 * 86_400_000;

/**
 * The size that the next run compares with. A missing table stays missing until it returns, a loss counts for
 * a week, and the size of a table that could not be read is kept. Pure.
 */
export function lastSize(
  { status, evidence }: Pick<Result, "status" | "evidence">,
  known: EarlierSize | null,
  now: Date,
): EarlierSize | null {
  const seen =
    typeof evidence.rows === "number" && evidence.rows > 0 ? { rows: evidence.rows, at: now } : null;
  const isFreshLoss = status !== "ok" && known !== null && now.getTime() - known.at.getTime() < lossKeptMs;
  return seen === null || isFreshLoss ? (known ?? seen) : seen;
}
