import type { Silence } from "../../config/types.ts";
import { formatInstant } from "../../report/format.ts";
import type { Finding, FindingIdentity, Severity } from "../types.ts";
import type { IncidentUpdate } from "./flapping.ts";
import { type Incident, matter } from "./incident.ts";
import { type MatchedIncident, originalKey } from "./match.ts";

/** Why something that is wrong is not told by itself. */
export type Suppression =
  | { readonly kind: "consequence" /** Title of what people know of. */; readonly of: string }
  | { readonly kind: "silenced"; readonly silence: Silence };

/** By matter, see `matter()`. */
export type Suppressions = ReadonlyMap<string, Suppression>;

/** An open incident of another function, as people know it. */
export interface KnownElsewhere {
  readonly title: string;
  readonly told: readonly FindingIdentity[];
}

/**
 * What is not told by itself: what planned work explains, and what follows from something people know of, or
 * hear of at this very tick. A consequence that is worse than its cause is told; so is the first of two that
 * are said to follow from each other.
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
        return silence === undefined ? [] : [[matter(it), { kind: "silenced", silence }] as const];
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
): Map<string, Suppression & { kind: "consequence" }> {
  const findings = new Map(
    cases.flatMap(({ group }) => group?.findings ?? []).map((it) => [matter(it), it] as const),
  );
  const known = Map.groupBy(
    [
      ...cases.flatMap(({ group, incident, findings }) =>
        findings.map((it) => knownAs(it, group?.message.title ?? incident?.title ?? it.subject)),
      ),
      ...elsewhere.flatMap(({ title, told }) => told.map((it) => knownAs(it, title))),
    ],
    (it) => it.matter,
  );
  /** What each matter follows from in the end; itself where it follows from nothing. */
  const roots = new Map<string, Known>();

  function rootOf(it: Known, path: ReadonlySet<string>): Known {
    const found = roots.get(it.matter);
    if (found !== undefined) return found;
    const finding = findings.get(it.matter);
    for (const cause of finding?.follows ?? []) {
      const id = matter(cause);
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

  const suppressions = new Map<string, Suppression & { kind: "consequence" }>();
  for (const { findings: wrong } of cases) {
    for (const it of wrong.filter((one) => findings.get(matter(one))?.follows?.length)) {
      const self = knownAs(it, "");
      const root = rootOf(self, new Set([self.matter]));
      if (root !== self) suppressions.set(matter(it), { kind: "consequence", of: root.title });
    }
  }
  return suppressions;
}

/**
 * What may stay wrong for a while, because what it follows from has only just mended. Only what people knew of, was
 * as bad, and was wrong first: a cause that comes and goes does not explain what has been wrong all the time.
 */
function consequencesOfLate(
  cases: readonly IncidentUpdate[],
  recent: readonly Incident[],
  now: Date,
): Map<string, Suppression> {
  const wrong = new Set(cases.flatMap(({ findings }) => findings.map((it) => matter(originalKey(it)))));
  const mended = new Map(
    [
      ...recent,
      ...cases.flatMap(({ incident, history }) => (incident === null ? [] : [{ ...incident, history }])),
    ]
      .filter(({ toldAt }) => toldAt !== null)
      .flatMap(({ history, title, severity }) =>
        history
          .filter((it) => !wrong.has(matter(it)))
          .map((it) => [matter(it), { ...it, title, severity }] as const),
      ),
  );
  const explained = (finding: Finding, brokeAt: Date) =>
    (finding.follows ?? []).flatMap((cause) => {
      const over = mended.get(matter(cause));
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
        const brokeAt = history.find((one) => matter(one) === matter(it))?.breaks.at(-1);
        return explained(it, brokeAt ?? new Date(0)).map(
          (of) => [matter(it), { kind: "consequence", of }] as const,
        );
      }),
    ),
  );
}

/** What had begun by more than its grace before something else did is no consequence of that. */
function beganBefore({ since, graceMs = 0 }: Finding, cause: Finding | undefined): boolean {
  if (!since || !cause?.since) return false;
  return Date.parse(since) < Date.parse(cause.since) - graceMs;
}

/** A cause that cannot be judged any more still explains what follows from it. */
function knownAs(it: FindingIdentity, title: string): Known {
  return { matter: matter(originalKey(it)), severity: it.severity, title };
}
