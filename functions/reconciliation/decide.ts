import type { Facts } from "../checks/facts.ts";
import { type Problem, problemsOf } from "../checks/freshness/problems.ts";
import type { Memory } from "../checks/memory.ts";
import type { Result, Status } from "../checks/result.ts";
import { jointly } from "../checks/roas/trusted.ts";
import type { WarehouseFile } from "../shared/config/types.ts";
import type { Instants } from "../shared/instants.ts";
import { WarehouseError } from "../shared/stores/bigquery/error.ts";
import { type Item, itemsOf } from "./action-list.ts";
import { isWorse, keyOf, type Marked, withCauses } from "./causes.ts";
import { type Judged, judgeAll } from "./judge.ts";

/** Changes since the last run. */
export interface Changes {
  /** Null if there is no earlier run: then nothing is new. */
  readonly since: Date | null;
  /** Open findings, and ok or less wrong before. */
  readonly fresh: readonly Marked[];
  /** Wrong before, and ok now. */
  readonly resolved: readonly Marked[];
}

export interface Decision extends Omit<Judged, "results"> {
  readonly asOf: Date;
  readonly results: readonly Marked[];
  readonly summary: Readonly<Record<Status, number>>;
  /** The actions: the most expensive first, then the oldest; each cause once, without consequences. */
  readonly items: readonly Item[];
  readonly changes: Changes;
  /** Last day up to which all platforms are complete; null if unknown. */
  readonly trustedThrough: string | null;
  /** Every check could be made. */
  readonly complete: boolean;
}

/** Facts → what every check says → what is wrong. Pure. */
export function decideOn(facts: Facts, file: WarehouseFile, at: Instants): Decision {
  const judged = judgeAll({ file, facts, now: at.now, isLookBack: at.isLookBack });
  const memory = facts.memory instanceof WarehouseError ? null : facts.memory;
  return decide(judged, problemsOf(facts.freshness, at.now), memory, at.now);
}

/** What every check says → what is wrong, what follows from what, what is new, what to do first. Pure. */
export function decide(
  judged: Judged,
  problems: readonly Problem[],
  memory: Memory | null,
  asOf: Date,
): Decision {
  const results = withCauses(judged.results);
  return {
    ...judged,
    asOf,
    results,
    summary: countByStatus(results),
    items: itemsOf(results, problems),
    changes: changesSince(memory, results),
    trustedThrough: jointly(judged.trusted),
    complete: results.every(wasMade),
  };
}

/** Codes of checks that BigQuery did not allow. */
const notMade: ReadonlySet<string | null> = new Set([
  "not_read",
  "not_checked",
  "no_permission",
  "wrong_location",
]);

/** Whether a check could be made. Some `unknown` results are a finding of the check itself. */
export function wasMade({ code }: Pick<Result, "code">): boolean {
  return !notMade.has(code);
}

function changesSince(memory: Memory | null, results: readonly Marked[]): Changes {
  if (memory === null) return { since: null, fresh: [], resolved: [] };
  const before = new Map(memory.results.map((it) => [keyOf(it), it]));
  return {
    since: memory.at,
    fresh: results.filter(
      (it) => it.status !== "ok" && isWorse(it.status, before.get(keyOf(it))?.status ?? "ok"),
    ),
    resolved: results.filter(
      (it) => it.status === "ok" && isWorse(before.get(keyOf(it))?.status ?? "ok", "ok"),
    ),
  };
}

function countByStatus(results: readonly Result[]): Record<Status, number> {
  const counts = { ok: 0, warning: 0, critical: 0, unknown: 0 };
  for (const { status } of results) counts[status] += 1;
  return counts;
}
