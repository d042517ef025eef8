import { type Problem, problemsOf } from "../checks/freshness/problems.ts";
import type { Verdict } from "../checks/freshness/types.ts";
import type { Status } from "../checks/result.ts";
import type { Source } from "../shared/config/types.ts";
import { BadRequestError } from "../shared/errors.ts";
import { alternatives } from "../shared/text.ts";

/** The problems as of an instant. */
export interface Decision {
  readonly asOf: Date;
  readonly summary: Readonly<Record<Status, number>>;
  /** In the order of the warehouse file. */
  readonly verdicts: readonly Verdict[];
  /** Worst first. */
  readonly problems: readonly Problem[];
  /** Every check could be made; otherwise the run is a failed run. */
  readonly complete: boolean;
}

/** Turns verdicts into problems with cause, cost and actions. Pure. */
export function decide(verdicts: readonly Verdict[], now: Date): Decision {
  return {
    asOf: now,
    summary: countByStatus(verdicts),
    verdicts,
    problems: problemsOf(verdicts, now),
    complete: verdicts.every(({ checked }) => checked),
  };
}

/**
 * The decision about one source, with the whole problem that it belongs to; everything if no source is given.
 * @throws BadRequestError if the warehouse file has no such source
 */
export function narrowTo(source: string | undefined, decision: Decision): Decision {
  if (source === undefined) return decision;
  const verdicts = decision.verdicts.filter((verdict) => verdict.source.id === source);
  if (verdicts.length === 0) {
    throw noSource(
      source,
      decision.verdicts.map((verdict) => verdict.source),
    );
  }
  const problems = decision.problems.filter(({ cause }) =>
    cause.verdicts.some((verdict) => verdict.source.id === source),
  );
  return { ...decision, summary: countByStatus(verdicts), verdicts, problems };
}

/**
 * The sources to check for an answer about one source: itself, and the sources with the same connector or
 * host, which may show the cause. All of them if no source is given.
 * @throws BadRequestError if there is no such source
 */
export function relatedTo(id: string | undefined, sources: readonly Source[]): readonly Source[] {
  if (id === undefined) return sources;
  const wanted = sources.find((source) => source.id === id);
  if (wanted === undefined) throw noSource(id, sources);
  const { connector } = wanted;
  return sources.filter(
    (source) =>
      source.connector === connector || (connector.host !== null && source.connector.host === connector.host),
  );
}

function noSource(id: string, known: readonly Source[]): BadRequestError {
  const delivered = known.filter(({ connector }) => connector.id === id).map((source) => source.id);
  if (delivered.length > 0) {
    return new BadRequestError(`${id} is a connector; its sources are ${delivered.join(", ")}`);
  }
  const ids = known.map((source) => source.id);
  return new BadRequestError(
    `The warehouse file has no source ${JSON.stringify(id)}; ${alternatives(id, ids)}`,
  );
}

function countByStatus(verdicts: readonly Verdict[]): Record<Status, number> {
  const counts = { ok: 0, warning: 0, critical: 0, unknown: 0 };
  for (const { status } of verdicts) counts[status] += 1;
  return counts;
}
