import { checkDuplicates } from "../checks/duplicates/check-views.ts";
import type { Question, Verdict } from "../checks/duplicates/types.ts";
import { checkRoas } from "../checks/roas/check-platforms.ts";
import type { Verdict as Roas } from "../checks/roas/types.ts";
import type { DedupView } from "../shared/config/types.ts";
import type { Context } from "../shared/function/definition.ts";
import type { instantsOf } from "../shared/instants.ts";
import { orError, WarehouseError } from "../shared/stores/bigquery/error.ts";
import type { Tables, Warehouse } from "../shared/stores/bigquery/types.ts";
import { type Removal, removalOf } from "./breaker.ts";
import type { Facts } from "./decide.ts";
import { isOverridden, narrowedTo, type Override, overrideOf } from "./override.ts";
import { planOf } from "./plan.ts";
import { type RawRead, readRawReads } from "./raw-reads.ts";
import { abandonedViews, surveyOf } from "./read.ts";
import type { Plan, Survey } from "./types.ts";

/** What is known of the views, and for an analyst who asks, what the views are good for. */
export interface Gathered {
  readonly views: readonly Facts[];
  /** Only of a GET; null at a tick. */
  readonly beside: Beside | null;
}

export interface Beside {
  readonly roas: readonly Roas[];
  readonly rawReads: readonly RawRead[] | WarehouseError;
  readonly abandoned: readonly string[];
}

/** At a tick every view, with what may be overridden; for a GET those asked about, and what is shown beside them. */
export async function gather({ file, query, at, warehouse, run }: Context): Promise<Gathered> {
  if (run !== null) {
    const override = await overrideOf(query, file.dedupViews, warehouse, at.now);
    return { views: await gatherViews(file.dedupViews, at, override, warehouse), beside: null };
  }
  const asked = narrowedTo(query.view, file.dedupViews);
  const [views, rawReads, abandoned] = await Promise.all([
    gatherViews(asked, at, null, warehouse),
    readRawReads(asked, file, warehouse, at.now),
    abandonedViews(file, warehouse),
  ]);
  // After them: spend by a key that is too coarse is too low, and the ratio says so.
  const duplicates = views.flatMap((it) => it.duplicates ?? []);
  const roas = await checkRoas(file, warehouse, at, duplicates);
  return { views, beside: { roas, rawReads, abandoned } };
}

/**
 * Gathers the facts to decide about views, in the order of `views`. It reads metadata first. Of the rows it
 * reads figures of every raw table, and the whole key only if a view is to be created or replaced.
 *
 * @param at the tick; rows that arrived later are not counted
 */
async function gatherViews(
  views: readonly DedupView[],
  at: ReturnType<typeof instantsOf>,
  override: Override | null,
  warehouse: Warehouse & Tables,
): Promise<Facts[]> {
  const surveys = await surveyOf(views, warehouse, warehouse);
  const planned = surveys.map((survey) => ({ survey, plan: planOf(survey) }));
  const questions = questionsOf(surveys);
  const verdicts = new Map<string, Verdict>();
  for (const verdict of await checkDuplicates(questions, warehouse, at))
    verdicts.set(verdict.view.id, verdict);
  return Promise.all(
    planned.map(async ({ survey: { view }, plan }) => {
      const duplicates = verdicts.get(view.id) ?? null;
      const removal = await removalBy(view, plan, duplicates, warehouse);
      const overridden =
        plan.action === "replace" &&
        removal !== null &&
        !(removal instanceof WarehouseError) &&
        isOverridden(override, view, plan, removal.removed);
      return { view, plan, duplicates, overridden, removal };
    }),
  );
}

/** The reads of the rows: of every raw table with the columns that its view needs. */
export function questionsOf(surveys: readonly Survey[]): Question[] {
  return surveys.flatMap((survey) => {
    const { view, raw } = survey;
    if (raw === null || raw instanceof WarehouseError || raw.kind !== "table") return [];
    const plan = planOf(survey);
    if (plan.action === "refused" && unfit.some((code) => code === plan.refusal.code)) return [];
    return [{ view, columns: raw.columns, from: null, sinceProven: plan.action === "unchanged" }];
  });
}

const unfit = ["column_missing", "column_type", "column_name", "needs_partition_filter"] as const;

async function removalBy(
  view: DedupView,
  plan: Plan,
  duplicates: Verdict | null,
  warehouse: Warehouse,
): Promise<Removal | null | WarehouseError> {
  const figures = duplicates?.figures ?? null;
  if (plan.action !== "replace" || plan.sameRows || figures === null) return null;
  const remembered = duplicates?.previous?.cleanRows ?? null;
  return orError(() => removalOf(view, { remembered, wanted: figures.cleanRows }, warehouse));
}
