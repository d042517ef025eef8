import type { Check } from "../check.ts";
import { statsOf, windowIn } from "../input.ts";
import { requiredOf } from "../table-stats/requests.ts";
import { judgeRequired } from "./judge.ts";

/** Checks that required values exist. */
export const required = {
  id: "required",
  judge: (input) =>
    input.file.sources.flatMap((source) => {
      const request = input.facts.plan.sources.get(source.id);
      const columns = requiredOf(source);
      if (request === undefined || columns.length === 0) return [];
      return [
        judgeRequired(
          { request, owner: source.owner },
          statsOf(source, input),
          // Another request for the same table may require more columns.
          request.required.map((name) => columns.find((it) => it.name === name) ?? { name, isKey: false }),
          input.file.reconciliation.rowTolerance,
          windowIn(source, input),
        ),
      ];
    }),
} as const satisfies Check;
