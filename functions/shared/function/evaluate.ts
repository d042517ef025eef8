import { flag } from "../http/flag.ts";
import type { Call } from "../http/handle.ts";
import type { Answer } from "../http/respond.ts";
import { contextOf } from "./context.ts";
import type { Decided, FunctionDefinition } from "./definition.ts";
import { dryRunAnswer } from "./dry-run.ts";
import { incomplete } from "./incomplete.ts";

/**
 * `GET /`: gathers, decides, answers. Writes nothing and sends no notice; with `dry_run` it returns the estimated reads.
 * @throws Problem where the answer would know nothing at all
 */
export async function evaluate<Facts, Decision extends Decided>(
  definition: FunctionDefinition<Facts, Decision>,
  call: Call,
): Promise<Answer> {
  const dryRun = flag("dry_run", call.query.dry_run);
  const context = await contextOf(definition, call, { dryRun });
  if (dryRun) return dryRunAnswer(await definition.estimate(context), context.at.now);
  const facts = await definition.gather(context);
  const decision = definition.decide(facts, context);
  const { answer, missed, knowsNothing } = definition.present;
  if (knowsNothing?.(decision)) throw incomplete(missed(decision));
  return answer(decision, facts, context);
}
