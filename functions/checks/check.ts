import type { CheckInput, StatsFacts } from "./input.ts";
import type { ReportedCheckId } from "./registry.ts";
import type { Result } from "./result.ts";

/** A check of the reconciliation report. What the registry says of it by its id (area, title, who alerts) is not said again. */
export interface Check<F extends StatsFacts = StatsFacts> {
  readonly id: ReportedCheckId;
  /** What it says of each subject that the warehouse file names for it. One that cannot be judged is `unknown`. Pure. */
  readonly judge: (input: CheckInput<F>) => Result[];
  /** What the next run compares with, kept as JSON in `check_results.detail.remembered`; absent: nothing. Pure. */
  readonly remember?: (
    result: Pick<Result, "check" | "subject" | "status" | "evidence">,
    input: Pick<CheckInput, "facts" | "now">,
  ) => Readonly<Record<string, unknown>>;
}
