import type { Facts } from "../../checks/facts.ts";
import type { WarehouseFile } from "../../shared/config/types.ts";
import { queriesOf } from "../../shared/function/queries.ts";
import type { TableBlock } from "../../shared/report/blocks.ts";
import type { StatementRun } from "../../shared/stores/bigquery/types.ts";
import type { Item } from "../action-list.ts";
import type { Marked } from "../causes.ts";
import type { Decision } from "../decide.ts";
import { shownQuery } from "./query.ts";

/** The input of an answer. */
export interface Reported {
  readonly decision: Decision;
  readonly facts: Facts;
  readonly file: WarehouseFile;
  /** The statements behind it. */
  readonly runs: readonly StatementRun[];
  /**
   * True for a mail: no queries, because mail readers cut long messages and queries are not copied from there.
   */
  readonly brief?: boolean;
}

/** The answer as data. Field names are the contract of `GET /reconciliation`; sums are exact decimals in text. */
export function toJson({ decision, runs }: Reported): Record<string, unknown> {
  const { results, returns } = decision;
  return {
    ...overviewAsJson(decision),
    to_do: decision.items.map((it) => ({ ...itemAsJson(it), owners: it.owners })),
    performance: returns.map(({ platform, verdict, complete, through }) => ({
      platform: platform.id,
      currency: platform.spend.money.currency,
      from: verdict.firstDay,
      to: verdict.lastDay,
      spend: verdict.money?.spend ?? null,
      spend_raw: verdict.money?.spendRaw ?? null,
      revenue: verdict.money?.revenue ?? null,
      roas: verdict.money?.roas ?? null,
      roas_raw: verdict.money?.roasRaw ?? null,
      complete_through: through,
      complete: complete && { spend: complete.spend, revenue: complete.revenue, roas: complete.roas },
    })),
    results: results.map(resultAsJson),
    queries: queriesOf(runs),
  };
}

/**
 * The stored overview of a run, which `GET /reconciliation/last` returns. It names no owners, because it is a
 * parameter of the job that stores it.
 */
export function overviewAsJson(decision: Decision) {
  const { asOf, summary, items, changes, trusted, trustedThrough } = decision;
  return {
    as_of: asOf.toISOString(),
    summary,
    complete: decision.complete,
    trusted_through: {
      jointly: trustedThrough,
      platforms: trusted.map(({ platform, spend, revenue, through }) => ({
        platform: platform.id,
        spend,
        revenue,
        through,
      })),
    },
    to_do: items.map(itemAsJson),
    since_last_run: {
      at: changes.since?.toISOString() ?? null,
      new: changes.fresh.map(summaryAsJson),
      resolved: changes.resolved.map(summaryAsJson),
    },
  };
}

function itemAsJson({ title, status, impact, since, cause, actions, results, consequences }: Item) {
  return {
    title,
    status,
    impact,
    since: since?.toISOString() ?? null,
    cause,
    actions,
    results: results.map(summaryAsJson),
    consequences: consequences.map(summaryAsJson),
  };
}

function summaryAsJson({ check, subject, status, text }: Marked) {
  return { check, subject, status, text };
}

function resultAsJson(it: Marked) {
  return {
    check: it.check,
    subject: it.subject,
    status: it.status,
    code: it.code,
    text: it.text,
    evidence: it.evidence,
    cause: it.cause,
    impact: it.impact,
    actions: it.actions,
    owner: it.owner,
    since: it.since?.toISOString() ?? null,
    consequence_of: it.consequenceOf,
    query: it.query === null ? null : shownQuery(it.query),
  };
}

/** Every result, for CSV. */
export function resultsTable({ results }: Decision): TableBlock {
  const labels = [
    ...["check", "subject", "status", "code", "text", "cause", "impact_amount", "impact_low", "impact_high"],
    ...["impact_currency", "impact_what", "impact_basis", "action", "owner", "since", "consequence_of"],
  ];
  return {
    kind: "table",
    columns: labels.map((label) => ({ label })),
    rows: results.map((it) => [
      it.check,
      it.subject,
      it.status,
      it.code,
      it.text,
      it.cause,
      it.impact === null ? null : cents(it.impact.amount),
      it.impact === null ? null : cents(it.impact.low),
      it.impact === null ? null : cents(it.impact.high),
      it.impact?.currency ?? null,
      it.impact?.what ?? null,
      it.impact?.basis ?? null,
      it.actions[0] ?? null,
      it.owner,
      it.since?.toISOString() ?? null,
      it.consequenceOf === null ? null : `${it.consequenceOf.check} ${it.consequenceOf.subject}`,
    ]),
  };
}

function cents(amount: number): number {
  return Math.round(amount * 100) / 100;
}
