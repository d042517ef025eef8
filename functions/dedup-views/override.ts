import { createHash } from "node:crypto";
import { closest } from "fastest-levenshtein";
import type { DedupView } from "../shared/config/types.ts";
import { BadRequestError } from "../shared/errors.ts";
import { textOf } from "../shared/warehouse/row.ts";
import type { Warehouse } from "../shared/warehouse/types.ts";

/** A refusal that somebody has looked at and wants carried out all the same. */
export interface Override {
  readonly view: string;
  /** Of the text that was refused: what is wanted now must be the same. */
  readonly definition: string;
}

/** Tells one text of a view from another. */
export function definitionHash(query: string): string {
  return createHash("sha256").update(query).digest("hex").slice(0, 16);
}

/**
 * `?override=<run>&view=<id>`: one replacement that this run refused because it removes too much.
 *
 * @returns null where nothing is overridden
 * @throws BadRequestError where the run, the view or the refusal is not there
 */
export async function overrideOf(
  query: { readonly override?: string | undefined; readonly view?: string | undefined },
  views: readonly DedupView[],
  warehouse: Warehouse,
): Promise<Override | null> {
  const { override: run, view } = query;
  if (run === undefined && view === undefined) return null;
  if (run === undefined || view === undefined) {
    throw new BadRequestError(
      "An override names both: override=<the run that refused> and view=<the dedup view>, as the message says them",
    );
  }
  if (!views.some(({ id }) => id === view)) throw noView(view, views);
  const tick = new Date(/^dedup-views\/(\d{4}-\d\d-\d\dT[\d:.]+Z)$/.exec(run)?.[1] ?? Number.NaN);
  if (Number.isNaN(tick.getTime())) {
    throw new BadRequestError(
      "override is no run of dedup-views; it is written like dedup-views/2026-02-08T05:30:00.000Z",
    );
  }
  const rows = await warehouse.query("dedup-views/find-refusal", {
    params: { run_id: run, view, schedule_time: tick },
  });
  const refusal = rows.find((row) => row.finding === "removes_too_much");
  if (refusal === undefined)
    throw new BadRequestError(`The run ${run} has not refused to replace ${view} for what it removes`);
  const { definition } = JSON.parse(textOf(refusal, "detail")) as { definition?: unknown };
  return { view, definition: String(definition) };
}

/** Whether it is this replacement that was overridden, and not another one of the same view. */
export function isOverridden(override: Override | null, view: DedupView, query: string): boolean {
  if (override?.view !== view.id) return false;
  if (override.definition === definitionHash(query)) return true;
  throw new BadRequestError(
    `What is wanted of ${view.id} now is not what that run refused; look at GET /dedup-views and override the run that refuses it`,
  );
}

/** One dedup view, or all of them. @throws BadRequestError when there is none of that id */
export function narrowedTo(id: string | undefined, views: readonly DedupView[]): readonly DedupView[] {
  if (id === undefined) return views;
  const found = views.filter((view) => view.id === id);
  if (found.length === 0) throw noView(id, views);
  return found;
}

function noView(id: string, views: readonly DedupView[]): BadRequestError {
  const ids = views.map((view) => view.id);
  const near = ids.length === 0 ? "it has none" : `did you mean ${closest(id, ids)}?`;
  return new BadRequestError(`The warehouse file has no dedup view ${JSON.stringify(id)}; ${near}`);
}
