import { formatBytes, formatInstant, formatNumber, formatPercent } from "../../shared/report/format.ts";
import { WarehouseError } from "../../shared/stores/bigquery/error.ts";
import { type EvidenceQuery, found, notRead, ok, type Result, unknown } from "../result.ts";

/** Half a table does not go by clean-up or a loader's correction: somebody deleted it, or a load went wrong. */
const failShare = 0.5;
/** Corrections and expiring partitions take a row in a hundred or two; a lost day of thirty is one in thirty. */
const warnShare = 0.05;
/** Fewer rows than that are deleted by hand now and then, and in a small table they are a large share. */
const handful = 100;

/** How large a table is. */
export interface Size {
  readonly rows: number;
  readonly bytes: number;
}

/** How many rows it had when it was last looked at. */
export interface EarlierSize {
  readonly rows: number;
  readonly at: Date;
}

/**
 * Has a table lost rows since it was last looked at? More than half is a failure, more than a twentieth and more than
 * a handful a warning: equal to a boundary is within it. A table that never had a row proves nothing. Pure.
 *
 * @param table its name is `project.dataset.table`
 * @param seen null: there is no such table
 * @param last null: nobody has looked before
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
    last_looked: last?.at.toISOString() ?? null,
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
    if (last === null || last.rows === 0) return unknown(about, "empty", "It holds no rows.", { evidence });
    return fail("emptied", `It holds no rows any more; ${earlier(last)}.`, bringBack(name));
  }

  const text = `${rows(seen.rows)}, ${formatBytes(seen.bytes)}${changeSince(seen, last)}.`;
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

function rows(count: number): string {
  return count === 1 ? "1 row" : `${formatNumber(count)} rows`;
}

function earlier(last: EarlierSize): string {
  return `it held ${rows(last.rows)} on ${formatInstant(last.at)}`;
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
    `Bring them back by time travel, which has them for 7 days: SELECT from ${name} FOR SYSTEM_TIME AS OF an earlier instant`,
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
