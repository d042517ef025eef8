import { createHash } from "node:crypto";
import type { DedupView } from "../shared/config/types.ts";
import { BadRequestError } from "../shared/errors.ts";
import { textOf } from "../shared/stores/bigquery/row.ts";
import type { Warehouse } from "../shared/stores/bigquery/types.ts";
import { alternatives } from "../shared/text.ts";

/** A refused replacement that somebody has confirmed. */
export interface Override {
  readonly run: string;
  readonly view: string;
  /** Hash of the refused text: the wanted text must still be the same. */
  readonly definition: string;
  /** State of the view that it was to replace: after any change the override is not valid any more. */
  readonly etag: string;
  /** Rows that would have been removed. */
  readonly removed: number;
}

/** An older confirmation was made for another state of the table. */
const validForMs = 7 * 86_400_000;

/** The table grows before somebody confirms; more than a quarter beyond needs a new decision. */
const mayGrow = 1.25;

/** Identifies a text of a view. */
export function definitionHash(query: string): string {
  return createHash("sha256").update(query).digest("hex").slice(0, 16);
}

/**
 * `?override=<run>&view=<id>`: one replacement that this run refused because it removes too much.
 *
 * @returns null if nothing is overridden
 * @throws BadRequestError if the run, the view or the refusal does not exist
 */
export async function overrideOf(
  query: { readonly override?: string | undefined; readonly view?: string | undefined },
  views: readonly DedupView[],
  warehouse: Warehouse,
  now: Date,
): Promise<Override | null> {
  const { override: run, view } = query;
  if (run === undefined && view === undefined) return null;
  if (run === undefined || view === undefined) {
    throw new BadRequestError(
      "An override names both: override=<the run that refused> and view=<the dedup view>, as in the message",
    );
  }
  if (!views.some(({ id }) => id === view)) throw noView(view, views);
  const tick = new Date(/^dedup-views\/(\d{4}-\d\d-\d\dT[\d:.]+Z)$/.exec(run)?.[1] ?? Number.NaN);
  if (Number.isNaN(tick.getTime())) {
    throw new BadRequestError(
      "override is no run of dedup-views; it is written like dedup-views/2026-02-08T05:30:00.000Z",
    );
  }
  if (now.getTime() - tick.getTime() > validForMs) {
    throw new BadRequestError(
      `The run ${run} is more than a week ago; override the newest one that refuses it`,
    );
  }
  const rows = await warehouse.query("dedup-views/find-refusal", {
    params: { run_id: run, view, schedule_time: tick },
  });
  const refusal = rows.find((row) => row.code === "removes_too_much");
  if (refusal === undefined)
    throw new BadRequestError(`The run ${run} has not refused to replace ${view} for what it removes`);
  const detail = JSON.parse(textOf(refusal, "detail")) as {
    readonly definition: string;
    readonly etag: string;
    readonly removes: { readonly removed: number };
  };
  return { run, view, definition: detail.definition, etag: detail.etag, removed: detail.removes.removed };
}

/**
 * Whether the override is for this replacement: the same text, the same state of the view, and not many more
 * rows that are removed.
 *
 * @param removed rows that would be removed now
 * @throws BadRequestError if it is for another replacement of the same view
 */
export function isOverridden(
  override: Override | null,
  { id }: DedupView,
  plan: { readonly query: string; readonly etag: string },
  removed: number,
): boolean {
  if (override?.view !== id) return false;
  const isSame = override.definition === definitionHash(plan.query) && override.etag === plan.etag;
  if (isSame && removed <= mayGrow * override.removed) return true;
  const why = isSame
    ? `it would remove ${removed} rows now, and ${override.removed} when it was refused`
    : "the view or its wanted definition has changed since";
  throw new BadRequestError(
    `${override.run} refused another replacement of ${id}: ${why}. See GET /dedup-views and override the newest run that refuses it`,
  );
}

/** One dedup view, or all of them. @throws BadRequestError if there is none with that id */
export function narrowedTo(id: string | undefined, views: readonly DedupView[]): readonly DedupView[] {
  if (id === undefined) return views;
  const found = views.filter((view) => view.id === id);
  if (found.length === 0) throw noView(id, views);
  return found;
}

function noView(id: string, views: readonly DedupView[]): BadRequestError {
  const ids = views.map((view) => view.id);
  return new BadRequestError(
    `The warehouse file has no dedup view ${JSON.stringify(id)}; ${alternatives(id, ids)}`,
  );
}
