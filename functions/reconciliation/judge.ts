import { judgeChecks } from "../checks/all.ts";
import type { Facts } from "../checks/facts.ts";
import type { CheckInput } from "../checks/input.ts";
import type { Result } from "../checks/result.ts";
import { type Return, returnsOf } from "../checks/roas/returns.ts";
import { type Trusted, trustedOf } from "../checks/roas/trusted.ts";

/** The results of all checks, and the last complete day. */
export interface Judged {
  readonly results: readonly Result[];
  readonly trusted: readonly Trusted[];
  readonly returns: readonly Return[];
}

/** Judges every subject with every check. A check that cannot be made does not affect the others. Pure. */
export function judgeAll(input: CheckInput<Facts>): Judged {
  const trusted = trustedOf(input);
  return { trusted, returns: returnsOf(input, trusted), results: judgeChecks(input) };
}
