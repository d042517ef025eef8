import {
  formatBytes,
  formatCount,
  formatInstant,
  formatNumber,
  formatPercent,
} from "../../shared/report/format.ts";
import { WarehouseError } from "../../shared/stores/bigquery/error.ts";
import { type EvidenceQuery, found, notRead, ok, type Result, unknown } from "../result.ts";

/** Clean-up and corrections never remove half a table: somebody deleted it, or a load went wrong. */
const failShare = 0.5;
/**
 * Corrections and expiring partitions remove a row in a hundred or two; a lost day of thirty is one in
 * thirty.
 */
const warnShare = 0.05;
/** People delete fewer rows than this by hand, and in a small table they are a large share. */
const handful = 100;

export interface Size {
  readonly rows: number;
  readonly bytes: number;
}

/** The number of rows at the last run. */
export interface EarlierSize {
  readonly rows: number;
  readonly at: Date;
}

/**
 * Checks whether a table has lost rows since the last run. A loss of more than half is critical; of more than
 * a twentieth and more than a handful, a warning. A loss equal to a limit is ok. A table that never had rows
 * is `unknown`. Pure.
 *
 * @param table its name is `project.dataset.table`
 * @param seen null if there is no such table
 * @param last null if there is no earlier run
 */
export function judgeVolume(
  table: { readonly name: string; readonly owner: string },
  seen: Size | null | WarehouseError,
  last: EarlierSize | null,
): Result {
  const { name, owner } = table;
  const about = { check: "volume", subject: name, owner } as const;
  if (seen instanceof WarehouseError) return notRead(about, seen);
  const query = queryOf(name);
  const evidence = {
    rows: seen?.rows ?? null,
    bytes: seen?.bytes ?? null,
    last_rows: last?.rows ?? null,
    last_at: last?.at.toISOString() ?? null,
  };
  const fail = (code: string, text: string, actions: readonly string[]) =>
    found(about, { status: "critical", code, text, evidence, actions, query });
  if (seen === null) {
    if (last === null) return unknown(about, "table_missing", "There is no such table.", { evidence });
    return fail("table_gone", `It is gone; ${earlier(last)}.`, [
      `See whether ${name} was dropped or renamed; a dropped table can be brought back for 7 days`,
    ]);
  }
  if (seen.rows === 0) {
    if (last === null || last.rows === 0) return unknown(about, "empty", "It has no rows.", { evidence });
    return fail("emptied", `It has no rows any more; ${earlier(last)}.`, bringBack(name));
  }

  const text = `${formatCount(seen.rows, "row")}, ${formatBytes(seen.bytes)}${changeSince(seen, last)}.`;
  const lost = last === null ? 0 : last.rows - seen.rows;
  const share = last === null ? 0 : lost / last.rows;
  if (share > failShare) return fail("shrank", text, bringBack(name));
  if (lost > handful && share > warnShare) {
    return found(about, {
      status: "warning",
      code: "shrank",
      text,
      evidence,
      actions: bringBack(name),
      query,
    });
  }
  return ok(about, text, evidence);
}

function earlier(last: EarlierSize): string {
  return `it had ${formatCount(last.rows, "row")} on ${formatInstant(last.at)}`;
}

function changeSince(seen: Size, last: EarlierSize | null): string {
  if (last === null) return "";
  const change = seen.rows - last.rows;
  const when = formatInstant(last.at);
  if (change === 0) return `; as many as on ${when}`;
  if (change > 0) return `; ${formatNumber(change)} more than on ${when}`;
  return `; ${formatNumber(-change)} fewer (${formatPercent(-change / last.rows)}) than the ${formatNumber(last.rows)} on ${when}`;
}

function bringBack(name: string): readonly string[] {
  return [
    `Find who deleted rows of ${name}, or what load replaced them`,
    `Restore them by time travel, which keeps them for 7 days: SELECT from ${name} FOR SYSTEM_TIME AS OF an earlier instant`,
  ];
}

function queryOf(name: string): EvidenceQuery {
  const dot = name.lastIndexOf(".");
  return {
    statement: "volume/evidence",
    inputs: {
      names: { dataset: name.slice(0, dot) },
      params: { table: name.slice(dot + 1) },
      types: { table: "STRING" },
    },
  };
}
