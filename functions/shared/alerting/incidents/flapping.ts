import type { Flapping } from "../../config/types.ts";
import type { FindingIdentity } from "../types.ts";
import { type FindingHistory, findingKey, type Incident } from "./incident.ts";
import type { MatchedIncident } from "./match.ts";

/** An incident's change at this tick, with its flapping findings. */
export interface IncidentUpdate extends MatchedIncident {
  /** The history of every finding, including this tick. */
  readonly history: readonly FindingHistory[];
  /** Wrong, broke more often than allowed, and not yet notified as flapping. */
  readonly newlyFlapping: readonly FindingIdentity[];
  /** Wrong, notified as flapping, and not yet stable. */
  readonly stillFlapping: readonly FindingIdentity[];
  /** Wrong, was flapping, and is stable: from now on it is an ordinary finding. */
  readonly stabilised: readonly FindingIdentity[];
  /** Ok at the moment, notified as flapping, and not yet stable. */
  readonly stabilising: readonly FindingIdentity[];
}

/**
 * A finding that broke n times within a window is stable after an n-th of the window, because its usual cycle
 * is shorter.
 */
export function stableAfterMs({ moreThan, withinMs }: Flapping): number {
  return withinMs / moreThan;
}

/**
 * Counts breaks over several incidents: a recovery closes the incident, and the next break opens another. The
 * history is carried to the next incident, also if the cause has changed.
 *
 * @param remembered open incidents, and those closed within the window
 */
export function dampFlapping(
  cases: readonly MatchedIncident[],
  remembered: { readonly open: readonly Incident[]; readonly recent: readonly Incident[] },
  now: Date,
  flapping: Flapping,
): IncidentUpdate[] {
  const known = merged([...remembered.open, ...remembered.recent]);
  const wrongBefore = new Set(remembered.open.flatMap((it) => it.findings.map(findingKey)));
  const windowStart = now.getTime() - flapping.withinMs;
  const still = stableAfterMs(flapping);

  return cases.map((it) => {
    const history = historyOf(it);
    const of = new Map(history.map((one) => [findingKey(one), one]));
    const isFlapping = (f: FindingIdentity) => (of.get(findingKey(f))?.flappingSince ?? null) !== null;
    const isStill = (f: FindingIdentity) =>
      now.getTime() - (of.get(findingKey(f))?.changedAt.getTime() ?? 0) >= still;
    const brokeOften = (f: FindingIdentity) =>
      (of.get(findingKey(f))?.breaks.length ?? 0) > flapping.moreThan;
    const stabilising = it.recovered.filter((f) => isFlapping(f) && !isStill(f));
    return {
      ...it,
      history,
      recovered: it.recovered.filter((f) => !stabilising.includes(f)),
      stabilising,
      newlyFlapping: it.findings.filter((f) => !isFlapping(f) && brokeOften(f)),
      stillFlapping: it.findings.filter((f) => isFlapping(f) && !isStill(f)),
      stabilised: it.findings.filter((f) => isFlapping(f) && isStill(f)),
    };
  });

  function historyOf(it: MatchedIncident): FindingHistory[] {
    const gone = new Set([...it.moved, ...it.notMonitored].map(findingKey));
    const wrong = new Set(it.findings.map(findingKey));
    const recoveredKeys = new Set(it.recovered.map(findingKey).filter((one) => wrongBefore.has(one)));
    const about = new Map(
      [...(it.incident?.history ?? []), ...it.findings, ...it.recovered].map((one) => [findingKey(one), one]),
    );
    return [...about]
      .filter(([id]) => !gone.has(id))
      .map(([id, { check, subject }]) => {
        const before = known.get(id) ?? { breaks: [], changedAt: now, flappingSince: null };
        const broke = wrong.has(id) && !wrongBefore.has(id);
        const breaks = [...before.breaks, ...(broke ? [now] : [])].filter((at) => at.getTime() > windowStart);
        const changedAt = broke || recoveredKeys.has(id) ? now : before.changedAt;
        return { check, subject, breaks, changedAt, flappingSince: before.flappingSince };
      })
      .filter(
        (one) =>
          wrong.has(findingKey(one)) || one.flappingSince !== null || one.changedAt.getTime() > windowStart,
      );
  }
}

/**
 * The history after this tick. A stable finding starts with an empty history; a flapping one is marked as
 * notified if `heard`.
 */
export function historyAfter(it: IncidentUpdate, heard: boolean, now: Date): readonly FindingHistory[] {
  const newly = new Set(heard ? it.newlyFlapping.map(findingKey) : []);
  const settled = new Set([...it.stabilised, ...it.recovered].map(findingKey));
  return it.history.map((one) => {
    if (newly.has(findingKey(one))) return { ...one, flappingSince: now };
    const hasCalmed = settled.has(findingKey(one)) && one.flappingSince !== null;
    return hasCalmed ? { ...one, breaks: [], flappingSince: null } : one;
  });
}

/**
 * One history for each finding: all its breaks; the other fields come from the incident that changed last.
 */
function merged(incidents: readonly Incident[]): Map<string, FindingHistory> {
  const all = new Map<string, FindingHistory>();
  const inOrder = [...incidents].sort((a, b) => a.changedAt.getTime() - b.changedAt.getTime());
  for (const one of inOrder.flatMap(({ history }) => history)) {
    const hasBegunAnew = one.breaks.length === 0;
    const earlier = hasBegunAnew ? [] : (all.get(findingKey(one))?.breaks ?? []);
    const times = new Set([...earlier, ...one.breaks].map((at) => at.getTime()));
    all.set(findingKey(one), { ...one, breaks: [...times].sort((a, b) => a - b).map((at) => new Date(at)) });
  }
  return all;
}
