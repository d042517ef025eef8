import { nameOf } from "../shared/config/values/table-name.ts";
import { messageOf } from "../shared/errors.ts";
import type { Context } from "../shared/function/definition.ts";
import { WarehouseError } from "../shared/stores/bigquery/error.ts";
import type { Tables } from "../shared/stores/bigquery/types.ts";
import { afterApplying, type Decision, type ViewResult } from "./decide.ts";
import { definitionOf } from "./definition.ts";
import { abandonedViews } from "./read.ts";
import type { Outcome } from "./types.ts";

/** What was decided, and what came of it. */
export interface Applied extends Decision {
  /** By view id; empty where nothing was to be done, as for a GET. */
  readonly outcomes: ReadonlyMap<string, Outcome>;
  /** Names of views that were made here and are not kept any more. */
  readonly abandoned: readonly string[];
}

/** Creates and replaces the views as decided, and finds the views that are left over. */
export async function apply(
  decision: Decision,
  _facts: unknown,
  { file, at, warehouse }: Context,
): Promise<Applied> {
  const outcomes = await applyAll(decision.views, warehouse, at.now);
  const abandoned = await abandonedViews(file, warehouse);
  return { ...afterApplying(decision, outcomes), outcomes, abandoned };
}

/**
 * Creates and replaces views as decided, one after the other; a failure does not affect the others. It writes
 * only real differences. If somebody changed a view since it was read, the next attempt reads it again: no
 * run overwrites a state that it has not read.
 *
 * @param now the tick, which the views state as the time of change
 */
async function applyAll(
  judged: readonly ViewResult[],
  tables: Tables,
  now: Date,
): Promise<Map<string, Outcome>> {
  const outcomes = new Map<string, Outcome>();
  for (const one of judged) outcomes.set(one.view.id, await applyOne(one, tables, now));
  return outcomes;
}

async function applyOne({ view, plan }: ViewResult, tables: Tables, now: Date): Promise<Outcome> {
  const name = nameOf(view.view);
  try {
    switch (plan.action) {
      case "create": {
        const wanted = definitionOf(view, plan.query, { at: now, what: "made" });
        return (await tables.createView(name, wanted)) ? { done: "created" } : overtaken(name);
      }
      case "replace": {
        const wanted = definitionOf(view, plan.query, { at: now, what: plan.reasons.join("; ") });
        return (await tables.changeView(name, plan.etag, wanted)) ? { done: "replaced" } : overtaken(name);
      }
      default:
        return { done: "nothing" };
    }
  } catch (error) {
    if (!(error instanceof WarehouseError)) throw error;
    return { done: "failed", why: messageOf(error), retry: error.retry };
  }
}

function overtaken(name: string): Outcome {
  return { done: "failed", why: `${name} was changed by somebody else at the same time`, retry: true };
}
