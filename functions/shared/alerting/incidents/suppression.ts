import type { Silence } from "../../config/types.ts";
import { formatInstant } from "../../report/format.ts";
import type { Finding, FindingIdentity, Severity } from "../types.ts";
import type { IncidentUpdate } from "./flapping.ts";
import { findingKey, type Incident } from "./incident.ts";
import { type MatchedIncident, originalKey } from "./match.ts";

/** Why a wrong finding gets no notice of its own. */
export type Suppression =
  | { readonly kind: "inhibited" /** Title of the notified cause. */; readonly of: string }
  | { readonly kind: "silenced"; readonly silence: Silence };

/** Keyed by `matter()`. */
export type Suppressions = ReadonlyMap<string, Suppression>;

/** An open incident of another function, with its notified findings. */
export interface KnownElsewhere {
  readonly title: string;
  readonly notified: readonly FindingIdentity[];
}

/**
 * Finds the suppressed findings: those that planned work explains, and those that follow from a finding
 * notified before or at this tick. A consequence that is worse than its cause is not suppressed. Of two
 * findings that follow from each other, the first is not suppressed.
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

interface Known {
  readonly matter: string;
  readonly severity: Severity;
  readonly title: string;
}

function consequences(
  cases: readonly MatchedIncident[],
  elsewhere: readonly KnownElsewhere[],
): Map<string, Suppression & { kind: "inhibited" }> {
  const findings = new Map(
    cases.flatMap(({ group }) => group?.findings ?? []).map((it) => [findingKey(it), it] as const),
  );
  const known = Map.groupBy(
    [
      ...cases.flatMap(({ group, incident, findings }) =>
        findings.map((it) => knownAs(it, group?.message.title ?? incident?.title ?? it.subject)),
      ),
      ...elsewhere.flatMap(({ title, notified }) => notified.map((it) => knownAs(it, title))),
    ],
    (it) => it.matter,
  );
  /** The root cause of each key; the key itself if it follows from nothing. */
  const roots = new Map<string, Known>();

  function rootOf(it: Known, path: ReadonlySet<string>): Known {
    const found = roots.get(it.matter);
    if (found !== undefined) return found;
    const finding = findings.get(it.matter);
    for (const cause of finding?.follows ?? []) {
      const id = findingKey(cause);
      if (path.has(id) || (finding !== undefined && beganBefore(finding, findings.get(id)))) continue;
      for (const candidate of known.get(id) ?? []) {
        const root = rootOf(candidate, new Set([...path, it.matter, id]));
        const asBad = root.severity === "critical" || it.severity === "warning";
        if (root.matter !== it.matter && asBad) {
          roots.set(it.matter, root);
          return root;
        }
      }
    }
    return it;
  }

  const suppressions = new Map<string, Suppression & { kind: "inhibited" }>();
  for (const { findings: wrong } of cases) {
    for (const it of wrong.filter((one) => findings.get(findingKey(one))?.follows?.length)) {
      const self = knownAs(it, "");
      const root = rootOf(self, new Set([self.matter]));
      if (root !== self) suppressions.set(findingKey(it), { kind: "inhibited", of: root.title });
    }
  }
  return suppressions;
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
  const mended = new Map(
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
      const over = mended.get(findingKey(cause));
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

/** A cause that cannot be judged any more still explains its consequences. */
function knownAs(it: FindingIdentity, title: string): Known {
  return { matter: findingKey(originalKey(it)), severity: it.severity, title };
}
