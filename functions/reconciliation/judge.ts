import { judgeChecks } from "../checks/all.ts";
import type { Facts } from "../checks/facts.ts";
import type { CheckInput } from "../checks/input.ts";
import type { Result } from "../checks/result.ts";
import { type Return, returnsOf } from "../checks/roas/returns.ts";
import { type Trusted, trustedOf } from "../checks/roas/trusted.ts";

/** What every check says, and how far the figures reach. */
export interface Judged {
  readonly results: readonly Result[];
  readonly trusted: readonly Trusted[];
  readonly returns: readonly Return[];
}

/** Facts → what each check says of each subject. One that cannot be made leaves the others standing. Pure. */
export function judgeAll(input: CheckInput<Facts>): Judged {
  const trusted = trustedOf(input);
  return { trusted, returns: returnsOf(input, trusted), results: judgeChecks(input) };
}
