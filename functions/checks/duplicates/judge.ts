import type { DedupView } from "../../shared/config/types.ts";
import { dayMs } from "../../shared/days.ts";
import { formatInstant, formatMoney, formatNumber, formatPercent } from "../../shared/report/format.ts";
import { WarehouseError } from "../../shared/warehouse/error.ts";
import { actionsFor } from "./actions.ts";
import { failureFinding } from "./failure.ts";
import { judgeContradictions } from "./judge-contradictions.ts";
import { impactOf } from "./overcount.ts";
import { proofOf } from "./proven.ts";
import { type Increment, incrementsOf, isRising, shareOf, usualFrom, usualShare } from "./rate.ts";
import type { Figures, Finding, Look, Observation, Verdict } from "./types.ts";

/** Worst first; among equals the one that was found first. */
const badness = { critical: 0, unknown: 1, warning: 2 } as const;

/**
 * Pure: what was found out about a view → what is wrong with it, what it costs and what to do.
 *
 * A look that failed, no rows and no arrival are `unknown`, never a pass.
 */
export function judge(observation: Observation, now: Date): Verdict {
  const { question, figures, contradictions, advice, history } = observation;
  const { view } = question;
  const all = history instanceof WarehouseError ? [] : history;
  const looks = all.filter(({ key }) => isSameKey(key, view.source.uniqueKey));
  const increments =
    figures instanceof WarehouseError ? [] : incrementsOf([...looks.slice(-1), lookAt(now, view, figures)]);
  const [increment] = increments;
  const findings = [
    ...judgeContradictions(view, contradictions, advice),
    ...(figures instanceof WarehouseError
      ? [failureFinding("Its rows", figures)]
      : [
          ...judgeRows(figures, { all, looks: recentTo(now, looks) }, view.removeAtMost),
          ...judgeRate(observation, figures, looks, increment),
        ]),
  ].toSorted((a, b) => badness[a.severity] - badness[b.severity]);
  const [finding = null] = findings;
  const failures = [figures, contradictions].filter((it) => it instanceof WarehouseError);
  return {
    view,
    status: finding?.severity ?? "ok",
    finding,
    findings,
    notes: notesOf(observation, looks, increment),
    figures: figures instanceof WarehouseError ? null : figures,
    previous: all.at(-1) ?? null,
    contradictions: contradictions instanceof WarehouseError ? null : contradictions,
    proven: contradictions instanceof WarehouseError ? null : proofOf(question, contradictions, now),
    advice: advice instanceof WarehouseError ? null : advice,
    increment:
      increment === undefined
        ? null
        : { rows: increment.rows, repeats: increment.repeats, since: increment.since },
    impact: figures instanceof WarehouseError ? null : impactOf(view, figures, findings),
    actions:
      finding === null
        ? []
        : actionsFor(finding.code, view, advice instanceof WarehouseError ? null : advice),
    checked: failures.length === 0,
    retry: failures.some(({ retry }) => retry),
  };
}

/** A loss is told for so long, in days. */
const rememberedDays = 7;

function recentTo(now: Date, looks: readonly Look[]): readonly Look[] {
  return looks.filter(({ at }) => now.getTime() - at.getTime() <= rememberedDays * dayMs);
}

/** Rows deleted by hand now and then are nobody's loss. */
const handful = 10;

/** @param looks those by the key of today; rows were there or not by whatever key */
function judgeRows(
  figures: Figures,
  { all, looks }: { readonly all: readonly Look[]; readonly looks: readonly Look[] },
  share: number,
): Finding[] {
  const { rawRows, cleanRows } = figures;
  const before = all.findLast((look) => look.rawRows > 0);
  if (rawRows === 0) {
    return before === undefined
      ? [
          {
            code: "no_rows",
            severity: "unknown",
            text: "Its raw table holds no rows, and never held any that was seen.",
          },
        ]
      : [
          {
            code: "emptied",
            severity: "critical",
            text: `Its raw table holds no rows any more; it held ${formatNumber(before.rawRows)} on ${formatInstant(before.at)}.`,
          },
        ];
  }
  const found: Finding[] = [];
  if (figures.newestArrival === null) {
    const text = `None of its ${formatNumber(rawRows)} raw rows says when it arrived, so no version is the latest.`;
    found.push({ code: "no_arrival", severity: "unknown", text });
  }
  // Not with the last look: what is lost stays lost, and is told to be over only when it is back, or after a week.
  const most = looks.reduce<Look | undefined>(
    (best, look) => (best === undefined || look.cleanRows >= best.cleanRows ? look : best),
    undefined,
  );
  const lost = most === undefined ? 0 : most.cleanRows - cleanRows;
  if (most !== undefined && lost > handful && lost > share * most.cleanRows) {
    found.push({
      code: "clean_rows_lost",
      severity: "critical",
      text:
        `${formatNumber(cleanRows)} clean rows, ${formatNumber(lost)} fewer (${formatPercent(lost / most.cleanRows)}) ` +
        `than the ${formatNumber(most.cleanRows)} of ${formatInstant(most.at)}; an append-mode table loses none.`,
    });
  }
  return found;
}

function judgeRate(
  { question }: Observation,
  figures: Figures,
  looks: readonly Look[],
  increment: Increment | undefined,
): Finding[] {
  const usual = usualShare(incrementsOf(looks));
  if (increment === undefined || usual === null || !isRising(shareOf(increment), usual)) return [];
  const { money } = question.view;
  const [now, before] = [figures.amounts?.overcounted ?? null, looks.at(-1)?.overcounted ?? null];
  const days = (increment.until.getTime() - increment.since.getTime()) / dayMs;
  // Display alone: the figures themselves stay exact.
  const cost =
    money === null || now === null || before === null || days <= 0
      ? ""
      : ` The sum over the raw table is too high by ${formatMoney((Number(now) - Number(before)) / days, money.currency)} more a day.`;
  return [
    {
      code: "rate_rising",
      severity: "warning",
      text:
        `${formatPercent(shareOf(increment))} of the ${formatNumber(increment.rows)} rows that came since ` +
        `${formatInstant(increment.since)} are repeats; usual are ${formatPercent(usual)}.${cost}`,
    },
  ];
}

function notesOf(
  { question, figures, contradictions, advice, history }: Observation,
  looks: readonly Look[],
  increment?: Increment,
): string[] {
  const notes: string[] = [];
  if (!(figures instanceof WarehouseError)) {
    for (const [column, rows] of Object.entries(figures.keyNulls)) {
      notes.push(`${column} of the key is NULL in ${formatNumber(rows)} rows; NULLs count as one value.`);
    }
    if (figures.rowsWithoutArrival > 0 && figures.newestArrival !== null) {
      const rows = formatNumber(figures.rowsWithoutArrival);
      notes.push(
        `${rows} rows do not say when they arrived; any other version of the same fact counts before them.`,
      );
    }
    if (question.view.money !== null && figures.rawRows > 0 && figures.amounts?.raw === null)
      notes.push(`No row holds an amount of ${question.view.money.column} that can be read.`);
  }
  if (!(contradictions instanceof WarehouseError)) {
    const { unmarked, lookedAt } = contradictions;
    if (unmarked > 0 && unmarked < lookedAt)
      notes.push(
        `${formatNumber(unmarked)} of ${formatNumber(lookedAt)} rows do not say which sync brought them.`,
      );
  }
  if (advice instanceof WarehouseError)
    notes.push(`What would mend the key could not be worked out: ${advice.message}`);
  if (history instanceof WarehouseError) notes.push(`Earlier looks could not be read: ${history.message}`);
  else if (usualShare(incrementsOf(looks)) === null || increment === undefined)
    notes.push(
      `Too few looks yet to say whether the rate of repeats rises: it takes ${usualFrom} earlier ones with new rows.`,
    );
  return notes;
}

function lookAt(at: Date, { source }: DedupView, { rawRows, cleanRows, amounts }: Figures): Look {
  const overcounted = amounts?.overcounted ?? null;
  return { at, rawRows, cleanRows, key: source.uniqueKey, overcounted, proven: null };
}

function isSameKey(one: readonly string[], other: readonly string[]): boolean {
  const text = (key: readonly string[]) =>
    key
      .map((column) => column.toLowerCase())
      .toSorted()
      .join();
  return text(one) === text(other);
}
