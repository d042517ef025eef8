import type { Amounts, Verdict } from "../checks/duplicates/types.ts";
import type { DedupView } from "../shared/config/types.ts";
import { nameOf } from "../shared/config/values/table-name.ts";
import type { Decimal } from "../shared/decimal.ts";
import { formatNumber, formatPercent } from "../shared/report/format.ts";
import { WarehouseError } from "../shared/stores/bigquery/error.ts";
import { type Removal, removesTooMuch } from "./breaker.ts";
import type { Outcome, Plan, Refusal } from "./types.ts";

/** The facts about one view. */
export interface Facts {
  readonly view: DedupView;
  /** From metadata alone. */
  readonly plan: Plan;
  /** The judgement of the raw table's rows; null if the plan says that they cannot be read. */
  readonly duplicates: Verdict | null;
  /** Only for a replacement. Null means that nothing can be removed. */
  readonly removal: Removal | null | WarehouseError;
  /** Somebody has confirmed exactly this replacement after its refusal. */
  readonly overridden: boolean;
}

/** One view with the final decision. */
export interface ViewResult extends Facts {
  /** The plan from metadata alone, also if the rows led to a refusal. */
  readonly wanted: Plan;
  readonly status: "ok" | "warning" | "critical" | "unknown";
  /** Why it is not as configured; null if it is, or will be after this run. */
  readonly refusal: Refusal | null;
}

export interface Decision {
  readonly asOf: Date;
  /** In the order of the warehouse file. */
  readonly views: readonly ViewResult[];
  readonly summary: Readonly<Record<Plan["action"], number>>;
  /** Everything could be checked; otherwise the run is a failed run. */
  readonly complete: boolean;
}

/**
 * Decides for each view what is done and why not, from metadata and rows. Pure.
 *
 * @param runId of the run, which an override names; null for a GET, which stores nothing that could be
 *   overridden
 */
export function decide(facts: readonly Facts[], runId: string | null, now: Date): Decision {
  const views = facts.map((it) => judged(it, runId));
  return {
    asOf: now,
    views,
    summary: summaryOf(views),
    complete: views.every(
      ({ refusal, duplicates }) =>
        refusal?.code !== "not_checked" && (duplicates === null || duplicates.checked),
    ),
  };
}

function summaryOf(views: readonly ViewResult[]): Decision["summary"] {
  const summary = { create: 0, replace: 0, unchanged: 0, refused: 0 };
  for (const { plan } of views) summary[plan.action] += 1;
  return summary;
}

function judged(facts: Facts, runId: string | null): ViewResult {
  const { plan } = facts;
  const refusal = plan.action === "refused" ? plan.refusal : rowRefusal(facts, runId);
  return refusal === null ? { ...facts, wanted: plan, status: "ok", refusal } : refused(facts, plan, refusal);
}

function refused(facts: Facts, wanted: Plan, refusal: Refusal): ViewResult {
  return { ...facts, wanted, plan: { action: "refused", refusal }, status: statusOf(refusal), refusal };
}

/**
 * Money that the raw table counts more than once, as exact decimal text; null if unknown: with a key that is
 * too coarse, repeats and real rows cannot be told apart.
 *
 * @param amounts of the whole table, or of a day
 */
export function overcounted(
  { duplicates }: Pick<Facts, "duplicates">,
  amounts: Amounts | null = duplicates?.figures?.amounts ?? null,
): Decimal | null {
  const isCoarse = duplicates?.findings.some(({ code }) => code === "key_too_coarse") ?? false;
  return isCoarse ? null : (amounts?.overcounted ?? null);
}

/** The decision after it was carried out. A view that could not be changed is not as configured. Pure. */
export function afterApplying(decision: Decision, outcomes: ReadonlyMap<string, Outcome>): Decision {
  const views = decision.views.map((it): ViewResult => {
    const outcome = outcomes.get(it.view.id);
    if (outcome?.done !== "failed") return it;
    const { why, retry } = outcome;
    return refused(it, it.wanted, {
      code: "not_done",
      text: `${nameOf(it.view.view)} could not be ${it.plan.action === "create" ? "made" : "replaced"}: ${why}`,
      actions: [
        retry
          ? "Nothing: the run is retried"
          : "Give the function's service account the right that the message names, or fix the cause that it names",
      ],
      retry,
    });
  });
  return {
    ...decision,
    views,
    summary: summaryOf(views),
    complete: decision.complete && views.every(({ refusal }) => refusal?.code !== "not_done"),
  };
}

/** Why the rows do not allow a view to be created or replaced. */
function rowRefusal(facts: Facts, runId: string | null): Refusal | null {
  const { view, plan, duplicates, removal, overridden } = facts;
  if (plan.action !== "create" && plan.action !== "replace") return null;
  if (duplicates === null || !duplicates.checked) {
    return {
      code: "not_checked",
      text: `Whether the key of ${view.id} is true could not be checked: ${duplicates?.finding?.text ?? "its raw table could not be read"}`,
      actions: duplicates === null || duplicates.retry ? ["Nothing: the run is retried"] : duplicates.actions,
      retry: duplicates?.retry ?? true,
    };
  }
  // Versions that differ only in measures still have an order, unless they are ties. If a view already has
  // this key and order, refusing to follow its columns would not help.
  const isOpen = (duplicates.contradictions?.ties.groups ?? 0) > 0;
  for (const { code, text, actions } of duplicates.findings) {
    const isAgainst =
      code === "key_too_coarse" || code === "no_sync" || (code === "order_not_total" && isOpen);
    if (isAgainst && !(plan.action === "replace" && plan.sameRows))
      return { code, text, actions, retry: false };
  }
  if (removal instanceof WarehouseError) {
    return {
      code: "not_checked",
      text: `How many rows a replacement of ${view.id} would remove could not be counted: ${removal.message}`,
      actions: ["Nothing: the run is retried"],
      retry: removal.retry,
    };
  }
  if (plan.action === "create" || removal === null || overridden || !removesTooMuch(view, removal))
    return null;
  return {
    code: "removes_too_much",
    text:
      `The replacement of ${nameOf(view.view)} (${plan.reasons.join("; ")}) would remove ${formatNumber(removal.removed)} of its ` +
      `${formatNumber(removal.today)} rows, ${formatPercent(removal.removed / removal.today)}; ${formatPercent(view.maxRemoved)} may go`,
    actions: [
      "Compare the two keys: if the old one is right, put it back into the warehouse file",
      runId === null
        ? "If the new one is right: override the refusal; the message of the run shows how"
        : `If the new one is right: POST /dedup-views?override=${runId}&view=${view.id}`,
    ],
    retry: false,
  };
}

/**
 * A view that was never created misleads no reader, so it is a warning. One that loses rows or cannot be read
 * misleads its readers.
 */
const warnings: readonly Refusal["code"][] = [
  "not_ours",
  "name_taken",
  "needs_partition_filter",
  "raw_not_a_table",
  "column_type",
  "column_name",
  "order_not_total",
  "no_sync",
];

function statusOf({ code }: Refusal): ViewResult["status"] {
  if (code === "not_checked" || code === "not_done") return "unknown";
  return warnings.includes(code) ? "warning" : "critical";
}
