import type { DedupView } from "../../shared/config/types.ts";
import { WarehouseError } from "../../shared/stores/bigquery/error.ts";
import { actionsFor } from "./actions.ts";
import { failureFinding } from "./failure.ts";
import { judgeContradictions } from "./judge-contradictions.ts";
import { judgeRate } from "./judge-rate.ts";
import { judgeRows } from "./judge-rows.ts";
import { notesOf } from "./notes.ts";
import { impactOf } from "./overcount.ts";
import { proofOf } from "./proven.ts";
import { type Increment, incrementsOf } from "./rate.ts";
import {
  type Aspect,
  aspects,
  type Figures,
  type Finding,
  type Judgement,
  type Observation,
  type PastCount,
  type Verdict,
} from "./types.ts";

/** Worst first; equal ones in the order of discovery. */
const badness = { critical: 0, unknown: 1, warning: 2 } as const;

/**
 * Judges an observation of a view: findings, cost and actions. Pure.
 *
 * Four checks judge repeats. Each asks another question, so none replaces another:
 *
 * | check | of each | question | judge |
 * | --- | --- | --- | --- |
 * | `duplicates` | table with a key | how many rows repeat a fact, and does a clean view leave them out? | `judge-by-key.ts` |
 * | `duplicate_key` | clean view | do rows contradict the key or the order? | `judge-contradictions.ts` |
 * | `duplicate_rows` | clean view | are the rows of its raw table still there? | `judge-rows.ts` |
 * | `duplicate_rate` | clean view | do more of the new rows repeat a fact than usual? | `judge-rate.ts` |
 *
 * A failed read, a view without rows and rows without an arrival are `unknown`, never ok.
 */
export function judge(observation: Observation, now: Date): Verdict {
  const { question, figures, contradictions, history } = observation;
  const { view } = question;
  const advice = observation.advice instanceof WarehouseError ? null : observation.advice;
  const all = history instanceof WarehouseError ? [] : history;
  const pastCounts = all.filter(({ key }) => isSameKey(key, view.source.uniqueKey));
  const increments =
    figures instanceof WarehouseError
      ? []
      : incrementsOf([...pastCounts.slice(-1), countAt(now, view, figures)]);
  const [increment] = increments;
  const judgements = judgementsOf(observation, pastCounts, increment, now);
  const findings = aspects
    .flatMap((check) =>
      judgements[check].wrong.map(
        (it): Finding => ({ check, ...it, actions: actionsFor(it.code, view, advice) }),
      ),
    )
    .toSorted((a, b) => badness[a.severity] - badness[b.severity]);
  const [finding = null] = findings;
  const failures = [figures, contradictions].filter((it) => it instanceof WarehouseError);
  return {
    view,
    status: finding?.severity ?? "ok",
    finding,
    findings,
    notes: notesOf(observation, judgements.duplicate_rate.isJudged),
    figures: figures instanceof WarehouseError ? null : figures,
    previous: all.at(-1) ?? null,
    contradictions: contradictions instanceof WarehouseError ? null : contradictions,
    proven:
      contradictions instanceof WarehouseError || figures instanceof WarehouseError
        ? null
        : proofOf(question, contradictions, figures, now),
    advice,
    increment:
      increment === undefined
        ? null
        : { rows: increment.rows, repeats: increment.repeats, since: increment.since },
    impact: figures instanceof WarehouseError ? null : impactOf(view, figures, findings),
    actions: finding?.actions ?? [],
    judged: {
      duplicate_key: judgements.duplicate_key.isJudged,
      duplicate_rows: judgements.duplicate_rows.isJudged,
      duplicate_rate: judgements.duplicate_rate.isJudged,
    },
    checked: failures.length === 0,
    retry: failures.some(({ retry }) => retry),
  };
}

function judgementsOf(
  { question, figures, contradictions, advice, history }: Observation,
  pastCounts: readonly PastCount[],
  increment: Increment | undefined,
  now: Date,
): Readonly<Record<Aspect, Judgement>> {
  const { view } = question;
  const key = judgeContradictions(question, contradictions, advice);
  if (figures instanceof WarehouseError) {
    const rows = { wrong: [failureFinding("Its rows", figures)], isJudged: false };
    return { duplicate_key: key, duplicate_rows: rows, duplicate_rate: { wrong: [], isJudged: false } };
  }
  return {
    duplicate_key: key,
    duplicate_rows: judgeRows(figures, history, pastCounts, { share: view.maxRemoved, now }),
    duplicate_rate: judgeRate(view, figures, pastCounts, increment),
  };
}

function countAt(at: Date, { source }: DedupView, { rawRows, cleanRows, amounts }: Figures): PastCount {
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
