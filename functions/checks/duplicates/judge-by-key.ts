import type { Money } from "../../shared/config/types.ts";
import { nameOf } from "../../shared/config/values/table-name.ts";
import { type Decimal, minus, sumOf } from "../../shared/decimal.ts";
import {
  formatCount,
  formatDay,
  formatInstant,
  formatNumber,
  formatPercent,
} from "../../shared/report/format.ts";
import { formatAmount } from "../../shared/report/format-amount.ts";
import { WarehouseError } from "../../shared/stores/bigquery/error.ts";
import { Fragment } from "../../shared/stores/bigquery/fragment.ts";
import { type EvidenceQuery, found, type Impact, notRead, ok, type Result, unknown } from "../result.ts";
import { amountOf, arrivedOf } from "../table-stats/evidence.ts";
import type { StatsAnswer, StatsRequest, TableStats, Window } from "../table-stats/types.ts";
import { differenceOf, type Tolerance } from "../tolerance.ts";

/**
 * State of the view without repeats: `kept` exists and is maintained, `missing` is configured but does not
 * exist, `none` is not configured, `unknown` could not be read.
 */
export type CleanView = "kept" | "missing" | "none" | "unknown";

export interface Repeated {
  readonly request: StatsRequest;
  readonly owner: string;
  /** The meaning of the amounts; null if it is not known. */
  readonly money: Pick<Money, "kind" | "currency"> | null;
  /** Id of the view over the table; null if the warehouse file has none. */
  readonly view: string | null;
}

/**
 * Counts the rows of a table that repeat a fact, by its key. Within the tolerance the status is ok. Beyond it
 * the status is a warning if a clean view is kept, because people should read that view. Without one, the
 * impact is the money that the raw table counts more than once over the window. Pure.
 */
export function judgeByKey(
  it: Repeated,
  answer: StatsAnswer,
  cleanView: CleanView,
  tolerance: Tolerance,
  window: Window,
): Result {
  const { request, owner } = it;
  const about = { check: "duplicates", subject: request.id, owner } as const;
  if (answer instanceof WarehouseError) return notRead(about, answer);
  if (request.key.length === 0)
    return unknown(about, "no_key", "The warehouse file names no unique_key for it.");
  const all = [...answer.days, answer.before];
  const rows = all.reduce((sum, each) => sum + each.rows, 0);
  const facts = all.reduce((sum, each) => sum + each.facts, 0);
  if (rows === 0) return unknown(about, "no_rows", "No rows were read.");

  const repeats = rows - facts;
  const sums = sumsOf(answer, window);
  const evidence = {
    rows,
    facts,
    repeats,
    rate: repeats / rows,
    amount_raw: sums.raw,
    amount_clean: sums.clean,
  };
  const since = request.from === null ? "" : ` that arrived since ${formatInstant(request.from)}`;
  const counted = `${formatNumber(repeats)} of ${formatCount(rows, "row")}${since}`;
  const verb = repeats === 1 ? "is a repeat" : "are repeats";
  if (!differenceOf(String(rows), String(facts), tolerance).counts) {
    const rate = repeats === 0 ? "" : ` (${formatPercent(repeats / rows)}), within tolerance`;
    return ok(about, `${counted} ${verb}${rate}.`, evidence);
  }
  return found(about, {
    status: cleanView === "kept" ? "warning" : "critical",
    code: "repeats",
    text: `${counted} (${formatPercent(repeats / rows)}) ${verb}.${insteadOf(it, sums, window)}${viewText(it, cleanView)}`,
    evidence,
    impact: cleanView === "kept" ? null : impactOf(it, sums, window),
    actions: actionsOf(it, cleanView),
    query: queryOf(request),
  });
}

interface WindowSums {
  readonly raw: Decimal | null;
  readonly clean: Decimal | null;
}

/** Sums over the days of the window; rows without a day are left out. */
function sumsOf({ days }: TableStats, { firstDay, lastDay }: Window): WindowSums {
  const inWindow = days.filter(({ day }) => day !== null && day >= firstDay && day <= lastDay);
  return {
    raw: sumOf(inWindow.map(({ raw }) => raw)),
    clean: sumOf(inWindow.map(({ clean }) => clean)),
  };
}

/** The sum that a reader of the raw table gets. */
function insteadOf({ money }: Repeated, { raw, clean }: WindowSums, window: Window): string {
  if (money === null || raw === null) return "";
  const amount = (decimal: Decimal) => formatAmount(decimal, money.currency);
  return (
    ` A sum over the raw table answers ${amount(raw)} of ${money.kind} from ${formatDay(window.firstDay)} to ` +
    `${formatDay(window.lastDay)} instead of ${amount(clean ?? "0")}.`
  );
}

/** Exact; negative if the repeated amounts are. */
function impactOf({ money }: Repeated, { raw, clean }: WindowSums, window: Window): Impact | null {
  if (money === null || raw === null) return null;
  const amount = Number(minus(raw, clean ?? "0"));
  const { kind, currency } = money;
  return {
    amount,
    low: amount,
    high: amount,
    currency,
    what: `${kind} counted more than once`,
    basis:
      `${formatAmount(raw, currency)} in all rows less ${formatAmount(clean ?? "0", currency)} ` +
      `in the latest version of each fact, ${formatDay(window.firstDay)} to ${formatDay(window.lastDay)}`,
  };
}

function viewText({ view }: Repeated, cleanView: CleanView): string {
  switch (cleanView) {
    case "kept":
      return ` ${view ?? "Its clean view"} leaves them out.`;
    case "missing":
      return ` ${view ?? "Its clean view"}, which should leave them out, does not exist.`;
    case "none":
      return " No view leaves them out.";
    case "unknown":
      return ` Whether ${view ?? "a view"} leaves them out is unknown.`;
  }
}

function actionsOf({ request, view }: Repeated, cleanView: CleanView): readonly string[] {
  const table = nameOf(request.table);
  if (cleanView === "kept") {
    return [
      `Read ${view ?? "its clean view"} and never the raw table`,
      "Consider having the connector replace rows instead of appending",
    ];
  }
  if (cleanView === "none" || view === null)
    return [`Add a dedup view over ${table} to the warehouse file (dedup_views)`];
  return [`Check why ${view} is not maintained: GET /dedup-views shows the reason`];
}

function queryOf(request: StatsRequest): EvidenceQuery {
  const { key, arrival } = request;
  const { piece, params, types } = arrivedOf(request);
  return {
    statement: "duplicates/evidence",
    inputs: {
      names: {
        table: nameOf(request.table),
        key: Fragment.columnList(key),
        arrival: arrival === null ? Fragment.of`CAST(NULL AS TIMESTAMP)` : Fragment.column(arrival),
        amount: amountOf(request),
        arrived: piece,
      },
      params,
      types,
    },
  };
}
