import type { Check } from "../check.ts";
import { statsOf, windowIn } from "../input.ts";
import { judgeBreakdown } from "./judge.ts";

/** Checks that the parts of a breakdown add up to the whole. */
export const breakdown = {
  id: "breakdown",
  judge: (input) =>
    input.file.sources.flatMap((source) =>
      source.breakdown === null
        ? []
        : [
            judgeBreakdown(
              source,
              statsOf(source.breakdown.of, input),
              statsOf(source, input),
              input.file.reconciliation.moneyTolerance,
              windowIn(source, input),
            ),
          ],
    ),
} as const satisfies Check;
