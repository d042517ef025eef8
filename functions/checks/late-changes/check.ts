import type { Check } from "../check.ts";
import { statsOf, windowIn } from "../input.ts";
import { rememberedOf } from "../memory.ts";
import { finalSumsOf } from "./final-sums.ts";
import { judgeLateChanges } from "./judge.ts";

/** Checks whether amounts changed after their day was final. */
export const lateChanges = {
  id: "late_changes",
  judge: (input) =>
    input.file.sources
      .filter(({ finalAfterMs, money }) => finalAfterMs !== null && money !== null)
      .map((source) => {
        const last = rememberedOf(input.facts.memory, "late_changes", source.id);
        return judgeLateChanges(
          source,
          statsOf(source, input),
          last === null ? null : new Map(Object.entries(last.finalSums)),
          input.file.reconciliation.moneyTolerance,
          windowIn(source, input),
          input.now,
        );
      }),
  remember: ({ subject }, { facts, now }) => ({ final_sums: finalSumsOf(subject, facts, now) }),
} as const satisfies Check;
