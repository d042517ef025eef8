import { latest } from "../shared/instants.ts";
import type { Plan } from "./plan.ts";
import type { KeyProblem } from "./tables/keys.ts";
import { noProgress } from "./tables/progress.ts";
import type { Outcome, Progress, Survey, Unusable } from "./tables/types.ts";

export type FindingCode =
  | Extract<Plan, { action: "refuse" }>["refusal"]["code"]
  | "unusable"
  | "no_key"
  | "pending_too_long";

export interface Finding {
  readonly code: FindingCode;
  readonly severity: "warning" | "critical";
  /** One sentence, without the table's name. Never a value. */
  readonly text: string;
  readonly actions: readonly string[];
}

/** The state of a raw table after a run. */
export interface TableResult {
  readonly survey: Survey;
  readonly plan: Plan;
  /** Null if its rows were not read in this run. */
  readonly outcome: Outcome | null;
  readonly progress: Progress;
  /** Worst first. */
  readonly findings: readonly Finding[];
  /** False if it could not be checked or completely hashed because of an error. */
  readonly checked: boolean;
  readonly retry: boolean;
}

export interface Decision {
  readonly asOf: Date;
  readonly tables: readonly TableResult[];
  readonly key: KeyProblem | null;
  /** Readable rows by table, if they were counted: they wait for the key. */
  readonly readableRows: ReadonlyMap<string, number>;
  readonly summary: {
    readonly inserted: number;
    readonly updated: number;
    readonly emptied: number;
    readonly left: number;
    readonly pending: number;
    readonly unusable: number;
  };
  /** Everything was checked and nothing failed; rows left for the next run are no failure. */
  readonly complete: boolean;
}

/** BigQuery says 90 minutes at most, https://cloud.google.com/bigquery/docs/data-manipulation-language. */
const typicalBufferMs = 2 * 3_600_000;
const longBufferMs = 24 * 3_600_000;

/** The result of a run for each raw table. Pure. @param now the tick */
export function decide(
  surveys: readonly Survey[],
  plans: ReadonlyMap<string, Plan>,
  outcomes: ReadonlyMap<string, Outcome>,
  key: KeyProblem | null,
  readableRows: ReadonlyMap<string, number>,
  now: Date,
): Decision {
  const tables = surveys.map((survey): TableResult => {
    const plan = plans.get(survey.table.id);
    if (plan === undefined) throw new Error(`there is no plan for ${survey.table.id}`);
    return judge(survey, plan, outcomes.get(survey.table.id) ?? null, now);
  });
  const sum = (of: (one: TableResult) => number) => tables.reduce((total, one) => total + of(one), 0);
  return {
    asOf: now,
    tables,
    key,
    readableRows,
    summary: {
      inserted: sum(({ outcome }) => outcome?.inserted ?? 0),
      updated: sum(({ outcome }) => outcome?.updated ?? 0),
      emptied: sum(({ outcome }) => outcome?.emptied ?? 0),
      left: sum(({ progress }) => progress.rowsLeft),
      pending: sum(({ progress }) => progress.pendingRows),
      unusable: sum(({ progress }) => countOf(progress.unusable)),
    },
    complete: tables.every(({ checked }) => checked) && !(key?.retry ?? false),
  };
}

function judge(survey: Survey, plan: Plan, outcome: Outcome | null, now: Date): TableResult {
  const progress = after(survey, plan, outcome, now);
  const failure = plan.action === "refuse" ? plan.refusal : (outcome?.failure ?? null);
  const findings = [
    // Work that a busy BigQuery could not do is done at the next attempt, and no notice is sent.
    ...(failure === null || failure.retry
      ? []
      : [{ ...failure, severity: "critical" as const, text: failure.text }]),
    ...pendingFinding(progress, now),
    ...unusableFindings(survey, progress),
  ];
  return {
    survey,
    plan,
    outcome,
    progress,
    findings: findings.map(({ code, severity, text, actions }) => ({ code, severity, text, actions })),
    checked:
      failure === null || !(failure.retry || failure.code === "not_checked" || failure.code === "not_done"),
    retry: failure?.retry ?? false,
  };
}

function after({ raw, progress }: Survey, plan: Plan, outcome: Outcome | null, now: Date): Progress {
  const before = progress ?? noProgress;
  if (plan.action === "refuse" || outcome === null) return before;
  const isSettled = outcome.idle && outcome.complete && raw !== null && "modified" in raw;
  return {
    settledAsOf: isSettled ? raw.modified : null,
    // Older rows can be skipped only if nothing was left out before. A row with an arrival in the far future
    // says nothing of later rows.
    seenUntil: outcome.complete
      ? earlier(now, latest([before.seenUntil, outcome.seenUntil]))
      : before.seenUntil,
    readAt: outcome.failure === null ? now : before.readAt,
    rowsHashed: before.rowsHashed + outcome.inserted + outcome.updated,
    rowsLeft: outcome.left,
    pendingRows: outcome.pending,
    pendingSince: waitingSince(before, outcome),
    unusable: outcome.failure === null && outcome.complete ? outcome.unusable : before.unusable,
    emptiedAt: outcome.emptied > 0 ? now : before.emptiedAt,
    hasProblem: false,
  };
}

/**
 * A buffer that is streamed into all the time always has a young oldest row, and may never let rows be
 * emptied.
 */
function waitingSince(before: Progress, { pendingSince, emptied }: Outcome): Date | null {
  if (pendingSince === null || before.pendingSince === null || emptied > 0) return pendingSince;
  return before.pendingSince < pendingSince ? before.pendingSince : pendingSince;
}

function earlier(a: Date, b: Date | null): Date | null {
  return b === null || b < a ? b : a;
}

function pendingFinding({ pendingRows, pendingSince }: Progress, now: Date): Finding[] {
  if (pendingRows === 0 || pendingSince === null) return [];
  const ageMs = now.getTime() - pendingSince.getTime();
  if (ageMs <= typicalBufferMs) return [];
  return [
    {
      code: "pending_too_long",
      severity: ageMs > longBufferMs ? "critical" : "warning",
      text: `${rowsText(pendingRows)} of its raw table are hashed and can still be read: they have been in the streaming buffer since ${pendingSince.toISOString()}, which usually empties within 90 minutes`,
      actions: [
        "Is the loader streaming without a pause (tabledata.insertAll)? The Storage Write API and load jobs write rows that can be emptied at once",
        "Have it write into a staging table, and move rows on from there by a query",
      ],
    },
  ];
}

function unusableFindings({ table }: Survey, { unusable }: Progress): Finding[] {
  const withoutKey = unusable.filter(({ reason }) => reason === "no_key");
  const others = unusable.filter(({ reason }) => reason !== "no_key");
  const found: Finding[] = [];
  if (withoutKey.length > 0)
    found.push({
      code: "no_key",
      severity: "warning",
      text: `${rowsText(countOf(withoutKey))} can be read and have no complete key (${table.source.uniqueKey.join(", ")} is NULL): they are neither hashed nor emptied`,
      actions: [
        `Find the origin of rows without ${table.source.uniqueKey.join(", ")}, and delete them or add the key`,
      ],
    });
  // An erased value is gone and counted; nothing is left to fix.
  if (others.length > 0 && !table.erasesUnusable)
    found.push({
      code: "unusable",
      severity: "warning",
      text: `${countOf(others)} values are no address or number and have no hash; they stay readable in the raw table: ${others.map(unusableText).join(", ")}`,
      actions: [
        "Correct them at their origin; a new version of a row is hashed when it arrives",
        `Or have them emptied: unusable: erase, at pii.tables.${table.id} in the warehouse file`,
      ],
    });
  return found;
}

const reasons: Readonly<Record<string, string>> = {
  no_at: "no @ in it",
  two_addresses: "two addresses",
  no_name: "no text before the @",
  bad_name: "characters that no address has",
  no_domain: "no text after the @",
  bad_domain: "no domain that mail could reach",
  too_long: "too long",
  damaged: "damaged characters",
  not_a_number: "no number",
  letters: "letters in it",
  too_short: "too short",
  no_country: "no country known",
  no_such_number: "no such number in any country",
  two_numbers: "two numbers",
  two_readings: "it can be read as two numbers",
};

function unusableText({ column, reason, count }: Unusable): string {
  return `${column}: ${count} (${reasons[reason] ?? reason})`;
}

export function countOf(unusable: readonly Unusable[]): number {
  return unusable.reduce((sum, { count }) => sum + count, 0);
}

export function rowsText(count: number): string {
  return count === 1 ? "1 row" : `${count} rows`;
}
