import type { Check } from "../check.ts";
import { statsFor } from "../input.ts";
import { judgeParity } from "./judge.ts";

/** Checks that two tables hold the same facts. */
export const parity = {
  id: "parity",
  judge: (input) =>
    input.file.pairs.map((pair) => {
      const [left, right] = input.facts.plan.pairs.get(pair.id) ?? [];
      const { rowTolerance, moneyTolerance } = input.file.reconciliation;
      return judgeParity(pair, statsFor(left, input), statsFor(right, input), {
        rows: rowTolerance,
        money: moneyTolerance,
      });
    }),
} as const satisfies Check;
