import type { CheckInput, StatsFacts } from "./input.ts";
import type { ReportedCheckId } from "./registry.ts";
import type { Result } from "./result.ts";

/** A check of the reconciliation report. Its area, title and alerting function are in the registry. */
export interface Check<F extends StatsFacts = StatsFacts> {
  readonly id: ReportedCheckId;
  /**
   * One result for each subject that the warehouse file names for this check; `unknown` if a subject cannot
   * be judged. Pure.
   */
  readonly judge: (input: CheckInput<F>) => Result[];
  /** The values that the next run compares with, kept as JSON in `check_results.detail.remembered`. Pure. */
  readonly remember?: (
    result: Pick<Result, "check" | "subject" | "status" | "evidence">,
    input: Pick<CheckInput, "facts" | "now">,
  ) => Readonly<Record<string, unknown>>;
}
