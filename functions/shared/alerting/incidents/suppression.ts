import { rootCauses } from "../../causes.ts";
import type { Silence } from "../../config/types.ts";
import { formatInstant } from "../../report/format.ts";
import type { Finding, FindingIdentity } from "../types.ts";
import type { IncidentUpdate } from "./flapping.ts";
import { findingKey, type Incident } from "./incident.ts";
import { type MatchedIncident, originalKey } from "./match.ts";

/** Why a wrong finding gets no notice of its own. */
export type Suppression =
  | { readonly kind: "inhibited" /** Title of the notified cause. */; readonly of: string }
  | { readonly kind: "silenced"; readonly silence: Silence };

/** Keyed by `findingKey()`. */
export type Suppressions = ReadonlyMap<string, Suppression>;

/** An open incident of another function, with its notified findings. */
export interface KnownElsewhere {
  readonly title: string;
  readonly notified: readonly FindingIdentity[];
}

/**
 * Finds the suppressed findings: those that planned work explains, and those that follow from a finding
 * notified before or at this tick. A consequence that is worse than its root cause is not suppressed. Of two
 * findings that follow from each other, one is not suppressed.
 */
export function suppressionsOf(
  cases: readonly IncidentUpdate[],
  {
    elsewhere,
    recent,
  }: { readonly elsewhere: readonly KnownElsewhere[]; readonly recent: readonly Incident[] },
  silences: readonly Silence[],
  now: Date,
): Suppressions {
  const active = silences.filter(({ from, until }) => from <= now && now < until);
  const silenced = new Map(
    cases
      .flatMap(({ findings }) => findings)
      .flatMap((it) => {
        const silence = active.find(({ sources }) => sources.includes(it.subject));
        return silence === undefined ? [] : [[findingKey(it), { kind: "silenced", silence }] as const];
      }),
  );
  return new Map<string, Suppression>([
    ...consequencesOfLate(cases, recent, now),
    ...consequences(cases, elsewhere),
    ...silenced,
  ]);
}

function consequences(
  cases: readonly MatchedIncident[],
  elsewhere: readonly KnownElsewhere[],
): Map<string, Suppression> {
  const found = new Map(
    cases.flatMap(({ group }) => group?.findings ?? []).map((it) => [findingKey(it), it] as const),
  );
  // A cause that cannot be judged any more still explains its consequences.
  const effectOf = (it: FindingIdentity, title: string) => {
    const key = findingKey(originalKey(it));
    const finding = found.get(key);
    const follows = (finding?.follows ?? [])
      .map(findingKey)
      .filter((cause) => finding === undefined || !beganBefore(finding, found.get(cause)));
    return { key, rank: it.severity === "critical" ? 1 : 0, follows, suppressed: findingKey(it), title };
  };
  const here = cases.flatMap(({ group, incident, findings }) =>
    findings.map((it) => effectOf(it, group?.message.title ?? incident?.title ?? it.subject)),
  );
  const known = elsewhere.flatMap(({ title, notified }) => notified.map((it) => effectOf(it, title)));
  const roots = rootCauses([...here, ...known], { everyLink: false });
  return new Map(
    here.flatMap((it) => {
      const root = roots.get(it) ?? it;
      return root === it ? [] : [[it.suppressed, { kind: "inhibited", of: root.title }]];
    }),
  );
}

/**
 * Findings that may stay wrong for their grace time because their cause has just recovered. The cause must
 * have been notified, as bad, and wrong first: a cause that comes and goes does not explain a finding that
 * was wrong all the time.
 */
function consequencesOfLate(
  cases: readonly IncidentUpdate[],
  recent: readonly Incident[],
  now: Date,
): Map<string, Suppression> {
  const wrong = new Set(cases.flatMap(({ findings }) => findings.map((it) => findingKey(originalKey(it)))));
  const resolved = new Map(
    [
      ...recent,
      ...cases.flatMap(({ incident, history }) => (incident === null ? [] : [{ ...incident, history }])),
    ]
      .filter(({ notifiedAt }) => notifiedAt !== null)
      .flatMap(({ history, title, severity }) =>
        history
          .filter((it) => !wrong.has(findingKey(it)))
          .map((it) => [findingKey(it), { ...it, title, severity }] as const),
      ),
  );
  const explained = (finding: Finding, brokeAt: Date) =>
    (finding.follows ?? []).flatMap((cause) => {
      const over = resolved.get(findingKey(cause));
      if (over === undefined) return [];
      const isFresh = now.getTime() - over.changedAt.getTime() < (finding.graceMs ?? 0);
      const wasFirst = (over.breaks.at(-1) ?? brokeAt) <= brokeAt;
      const asBad = over.severity === "critical" || finding.severity === "warning";
      return isFresh && wasFirst && asBad
        ? [`${over.title}, over since ${formatInstant(over.changedAt)}`]
        : [];
    });
  return new Map(
    cases.flatMap(({ group, history }) =>
      (group?.findings ?? []).flatMap((it) => {
        const brokeAt = history.find((one) => findingKey(one) === findingKey(it))?.breaks.at(-1);
        return explained(it, brokeAt ?? new Date(0)).map(
          (of) => [findingKey(it), { kind: "inhibited", of }] as const,
        );
      }),
    ),
  );
}

/** A finding that began more than its grace time before another is not a consequence of it. */
function beganBefore({ since, graceMs = 0 }: Finding, cause: Finding | undefined): boolean {
  if (!since || !cause?.since) return false;
  return Date.parse(since) < Date.parse(cause.since) - graceMs;
}
