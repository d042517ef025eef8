import type { Figures } from "../../checks/duplicates/types.ts";
import { nameOf } from "../../shared/config/values/table-name.ts";
import { queriesOf } from "../../shared/function/queries.ts";
import { WarehouseError } from "../../shared/stores/bigquery/error.ts";
import { type Decision, overcounted, type ViewResult } from "../decide.ts";
import { orderOf } from "../definition.ts";
import {
  actionsOf,
  findingOf,
  type Gathered,
  rateOf,
  recentDays,
  recentlyOvercounted,
  worstOf,
} from "./figures.ts";

/** The answer as data. Field names are the contract of `GET /dedup-views`; amounts are exact decimals in text. */
export function toJson({ decision, roas, rawReads, abandoned, runs }: Gathered): Record<string, unknown> {
  return {
    as_of: decision.asOf.toISOString(),
    summary: decision.summary,
    complete: decision.complete,
    views: decision.views.map((it) => ({
      view: it.view.id,
      name: nameOf(it.view.view),
      raw: nameOf(it.view.source.table),
      key: it.view.source.uniqueKey,
      order: orderOf(it.view),
      action: it.plan.action,
      status: worstOf(it),
      finding: findingOf(it),
      to_do: actionsOf(it),
      reasons: it.wanted.action === "replace" ? it.wanted.reasons : [],
      diff: it.wanted.action === "replace" ? it.wanted.diff : null,
      removes: it.removal instanceof WarehouseError ? null : it.removal,
      last_changed: it.wanted.action === "unchanged" ? it.wanted.change : null,
      proposal: it.duplicates?.advice ?? null,
      contradictions: it.duplicates?.contradictions ?? null,
      figures: figuresAsJson(it, decision.asOf),
      notes: it.duplicates?.notes ?? [],
      owner: it.view.source.owner,
    })),
    roas: roas.map((it) => ({
      platform: it.platform.id,
      from: it.firstDay,
      through: it.lastDay,
      status: it.status,
      finding: it.finding,
      text: it.text,
      currency: it.platform.spend.money.currency,
      ...it.money,
    })),
    raw_reads: rawReadsAsJson(rawReads, decision),
    not_kept: abandoned,
    queries: queriesOf(runs),
  };
}

function figuresAsJson(it: ViewResult, asOf: Date) {
  const { view } = it;
  const figures = it.duplicates?.figures ?? null;
  if (figures === null) return null;
  const counts = ({ rawRows, cleanRows, amounts }: Pick<Figures, "rawRows" | "cleanRows" | "amounts">) => ({
    raw_rows: rawRows,
    clean_rows: cleanRows,
    duplicates: rawRows - cleanRows,
    rate: rateOf(rawRows, cleanRows),
    money:
      amounts === null || view.money === null
        ? null
        : {
            ...amounts,
            overcounted: overcounted(it, amounts),
            currency: view.money.currency,
            kind: view.money.kind,
          },
  });
  return {
    ...counts(figures),
    newest_arrival: figures.newestArrival?.toISOString() ?? null,
    rows_without_arrival: figures.rowsWithoutArrival,
    key_nulls: figures.keyNulls,
    days: recentDays(it, asOf).map((day) => ({ day: day.day, ...counts(day) })),
  };
}

function rawReadsAsJson(rawReads: Gathered["rawReads"], { views, asOf }: Decision) {
  if (rawReads instanceof WarehouseError) return { checked: false, why: rawReads.message, jobs: [] };
  const byId = new Map(views.map((it) => [it.view.id, it]));
  return {
    checked: true,
    why: null,
    jobs: rawReads.map(({ view, at, job, reader }) => {
      const it = byId.get(view);
      return {
        view,
        at: at.toISOString(),
        job,
        reader,
        overcounted_30_days: it === undefined ? null : recentlyOvercounted(it, asOf),
        overcounted_all: it === undefined ? null : overcounted(it),
        currency: it?.view.money?.currency ?? null,
      };
    }),
  };
}
