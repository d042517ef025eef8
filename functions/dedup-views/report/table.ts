import { rememberedOf } from "../../checks/duplicates/detail.ts";
import { nameOf } from "../../shared/config/values/table-name.ts";
import type { TableBlock } from "../../shared/report/blocks.ts";
import { formatNumber } from "../../shared/report/format.ts";
import type { CheckResult } from "../../shared/runs/runs.ts";
import { WarehouseError } from "../../shared/stores/bigquery/error.ts";
import { type Decision, overcounted } from "../decide.ts";
import { definitionHash } from "../override.ts";
import { findingOf, rateOf, worstOf } from "./figures.ts";

export function amountText(amount: string | null | undefined): string {
  return amount === null || amount === undefined ? "–" : formatNumber(Number(amount), 2, 2);
}

/** The one table of the answer, for CSV. */
export function toTable({ views }: Decision): TableBlock {
  const names = [
    "view",
    "name",
    "raw",
    "action",
    "status",
    "finding",
    "raw_rows",
    "clean_rows",
    "duplicates",
    "rate",
  ];
  return {
    kind: "table",
    columns: [...names, "money_raw", "money_clean", "overcounted", "currency"].map((label) => ({ label })),
    rows: views.map((it) => {
      const figures = it.duplicates?.figures ?? null;
      const amounts = figures?.amounts ?? null;
      return [
        it.view.id,
        nameOf(it.view.view),
        nameOf(it.view.source.table),
        it.plan.action,
        worstOf(it),
        findingOf(it)?.code ?? null,
        figures?.rawRows ?? null,
        figures?.cleanRows ?? null,
        figures === null ? null : figures.rawRows - figures.cleanRows,
        figures === null ? null : rateOf(figures.rawRows, figures.cleanRows),
        amounts?.raw ?? null,
        amounts?.clean ?? null,
        overcounted(it),
        amounts === null ? null : (it.view.money?.currency ?? null),
      ];
    }),
  };
}

/** A row of `check_results` for the state of each view and for each check of its rows. */
export function toCheckResults({ views }: Decision): CheckResult[] {
  return views.flatMap(({ view, wanted, plan, refusal, status, duplicates, removal }) => [
    {
      check: "dedup_view",
      subject: view.id,
      status,
      code: refusal?.code ?? null,
      text: refusal?.text ?? null,
      detail: {
        version: 1,
        action: plan.action,
        reasons: wanted.action === "replace" ? wanted.reasons : [],
        definition: wanted.action === "refused" ? null : definitionHash(wanted.query),
        etag: wanted.action === "replace" ? wanted.etag : null,
        removes: removal instanceof WarehouseError ? null : removal,
      },
    },
    ...(duplicates === null ? [] : rememberedOf(duplicates)),
  ]);
}
