import type { FindingGroup, FindingIdentity, FindingKey } from "../types.ts";
import { findingKey, type Incident, worst } from "./incident.ts";

/** One cause at this tick: the findings of now and the stored incident. At least one of them exists. */
export interface MatchedIncident {
  readonly group: FindingGroup | null;
  readonly incident: Incident | null;
  /** Wrong findings: found now, or remembered and not evaluated at this tick. */
  readonly findings: readonly FindingIdentity[];
  /** Remembered, evaluated and ok now; a flapping finding counts only when it is stable. */
  readonly recovered: readonly FindingIdentity[];
  /** Remembered, and part of another incident now. */
  readonly moved: readonly FindingIdentity[];
  /** Remembered, and not evaluated at this tick. */
  readonly notEvaluated: readonly FindingIdentity[];
  /** Remembered or notified, and no longer monitored: it will never be evaluated again. */
  readonly notMonitored: readonly FindingIdentity[];
  /** Found now about a recovered subject, by another check. */
  readonly stillWrong: readonly FindingIdentity[];
  /**
   * The notified findings, of this incident or of the one they came from, and since when. A pending notice
   * counts as notified in its own incident but not in one that a finding moves to: a second notice is better
   * than none.
   */
  readonly notifiedFindings: readonly FindingIdentity[];
  readonly notifiedAt: Date | null;
}

/** Findings remembered as wrong, and findings that are ok at the moment but were notified as flapping. */
function rememberedBy({
  findings,
  notifiedFindings: notified,
  history,
}: Incident): readonly FindingIdentity[] {
  const wrong = new Set(findings.map(findingKey));
  const flapping = new Set(history.filter((it) => it.flappingSince !== null).map(findingKey));
  return [
    ...findings,
    ...notified.filter((it) => flapping.has(findingKey(it)) && !wrong.has(findingKey(it))),
  ];
}

/** The scope of this tick, for each check: one check of a subject may have been made and another not. */
export interface Scope {
  /**
   * The keys that were evaluated. Any other key can be neither ok nor worse, even if its subject is named here.
   */
  readonly evaluatedKeys: readonly FindingKey[];
  /**
   * All keys that are checked at present, evaluated at this tick or not. Remembered findings of other keys are
   * dropped.
   */
  readonly monitoredKeys: readonly FindingKey[];
}

/**
 * Pairs the groups of this tick with the open incidents. A group continues the incident with which it shares
 * most findings: two connectors that turn out to fail with one host, or the reverse, are the same incident
 * under another name. Otherwise it continues the incident of its key. The key comes second because it may
 * pass from one cause to another. The rest is new, over, or moved.
 */
export function matchIncidents(
  found: readonly FindingGroup[],
  open: readonly Incident[],
  scope: Scope,
): MatchedIncident[] {
  const evaluated = new Set(scope.evaluatedKeys.map(findingKey));
  // An evaluated or found key counts as monitored.
  const monitored = new Set(
    [...scope.monitoredKeys, ...scope.evaluatedKeys, ...found.flatMap(({ findings }) => findings)].map(
      findingKey,
    ),
  );
  const isEvaluated = (it: FindingKey) => evaluated.has(findingKey(originalKey(it)));
  const isMonitored = (it: FindingKey) => monitored.has(findingKey(originalKey(it)));
  const groups = found.map((group) => asCheckUnavailable(group, evaluated));
  const incidentOf = pair(groups, open);
  const foundNow = new Set(groups.flatMap((group) => group.findings.map(findingKey)));
  const foundOn = Map.groupBy(
    groups.flatMap((group) => group.findings),
    ({ subject }) => subject,
  );
  const notifiers = byFindingKey(open, ({ notifiedFindings: notified }) => notified);
  const taken = new Set(incidentOf.values());

  return [
    ...groups.map((group) => matchedIncident(group, incidentOf.get(group) ?? null)),
    ...open.filter((incident) => !taken.has(incident)).map((incident) => matchedIncident(null, incident)),
  ];

  function matchedIncident(group: FindingGroup | null, incident: Incident | null): MatchedIncident {
    const here = new Set(group?.findings.map(findingKey));
    const wasWrong = new Set(incident?.findings.map(findingKey));
    const absent = (incident === null ? [] : rememberedBy(incident)).filter(
      (it) => !here.has(findingKey(it)),
    );
    const moved = absent.filter((it) => foundNow.has(findingKey(it)));
    const notMonitored = worstOfEach([
      ...(incident?.findings ?? []),
      ...(incident?.notifiedFindings ?? []),
    ]).filter((it) => !foundNow.has(findingKey(it)) && !isMonitored(it));
    const staying = absent.filter((it) => !moved.includes(it) && isMonitored(it));
    const notEvaluated = staying.filter((it) => !isEvaluated(it) && wasWrong.has(findingKey(it)));
    // A flapping finding that was ok when it was last evaluated counts as ok too: it is stable or it is not.
    const recovered = staying.filter((it) => !notEvaluated.includes(it));
    const wellAgain = new Set(recovered.map((it) => it.subject));
    const stillWrong = [...wellAgain].flatMap((subject) => foundOn.get(subject) ?? []).map(identity);
    const findings = [...(group?.findings.map(identity) ?? []), ...notEvaluated];
    const known = knownOf(findings, incident, group === null ? [] : notEvaluated);
    return {
      group,
      incident,
      findings,
      recovered,
      moved,
      notEvaluated,
      notMonitored,
      stillWrong,
      ...known,
    };
  }

  /** Findings that came from another incident were notified there and are not new here. */
  function knownOf(
    findings: readonly FindingIdentity[],
    incident: Incident | null,
    unsaid: readonly FindingIdentity[],
  ): Pick<MatchedIncident, "notifiedFindings" | "notifiedAt"> {
    const ids = new Set(findings.map(findingKey));
    const intended = incident?.pendingNotice?.findings ?? incident?.notifiedFindings ?? [];
    // A notice does not name findings that cannot be evaluated now, so those count as notified only if they were
    // before.
    const unsure = new Set(unsaid.map(findingKey));
    const own = [
      ...intended.filter((it) => !unsure.has(findingKey(it))),
      ...(incident?.notifiedFindings ?? []).filter((it) => unsure.has(findingKey(it))),
    ];
    const others = new Set([...ids].flatMap((id) => notifiers.get(id) ?? []).filter((it) => it !== incident));
    const inherited = [...others].flatMap((it) =>
      it.notifiedFindings.filter((notified) => ids.has(findingKey(notified))),
    );
    const times = [...others].flatMap((it) => it.notifiedAt ?? []).sort((a, b) => a.getTime() - b.getTime());
    return {
      notifiedFindings: worstOfEach([...own, ...inherited]),
      notifiedAt: incident?.pendingNotice?.at ?? incident?.notifiedAt ?? times[0] ?? null,
    };
  }
}

/**
 * "Cannot be evaluated" has its own key. Otherwise a source that was notified as stale and cannot be read now
 * would look unchanged.
 *
 * @param evaluated keys as `findingKey()` writes them
 */
function asCheckUnavailable(group: FindingGroup, evaluated: ReadonlySet<string>): FindingGroup {
  const findings = group.findings.map((it) =>
    evaluated.has(findingKey(it)) ? it : { ...it, check: it.check + notEvaluatedMark, follows: [] },
  );
  return { ...group, findings };
}

const notEvaluatedMark = ": not evaluated";

/** Whether the finding says that a check could not be made. */
export function isCheckUnavailable({ check }: FindingKey): boolean {
  return check.endsWith(notEvaluatedMark);
}

/** The key of the check that could not be made. */
export function originalKey({ check, subject }: FindingKey): FindingKey {
  return {
    check: check.endsWith(notEvaluatedMark) ? check.slice(0, -notEvaluatedMark.length) : check,
    subject,
  };
}

function pair(groups: readonly FindingGroup[], open: readonly Incident[]): Map<FindingGroup, Incident> {
  const pairs = new Map<FindingGroup, Incident>();
  const free = new Set(open);
  const candidates = candidatesOf(groups, open).sort(
    (a, b) =>
      b.shared - a.shared ||
      Number(b.sameKey) - Number(a.sameKey) ||
      Number(wasNotified(b.incident)) - Number(wasNotified(a.incident)) ||
      a.incident.openedAt.getTime() - b.incident.openedAt.getTime() ||
      a.incident.id.localeCompare(b.incident.id) ||
      a.group.key.localeCompare(b.group.key),
  );
  for (const { group, incident } of candidates) {
    if (pairs.has(group) || !free.delete(incident)) continue;
    pairs.set(group, incident);
  }
  return pairs;
}

/** Only pairs that share something: a thousand causes are a million pairs. */
function candidatesOf(groups: readonly FindingGroup[], open: readonly Incident[]) {
  const byFinding = byFindingKey(open, rememberedBy);
  const withKey = Map.groupBy(open, ({ key }) => key);
  return groups.flatMap((group) => {
    const sharing = [...new Set(group.findings.map(findingKey))].flatMap((id) => byFinding.get(id) ?? []);
    const found = Map.groupBy([...sharing, ...(withKey.get(group.key) ?? [])], (incident) => incident);
    return [...found].map(([incident, times]) => {
      const sameKey = group.key === incident.key;
      return { group, incident, shared: times.length - Number(sameKey), sameKey };
    });
  });
}

function byFindingKey(
  incidents: readonly Incident[],
  of: (incident: Incident) => readonly FindingIdentity[],
): Map<string, Incident[]> {
  const found = new Map<string, Incident[]>();
  for (const incident of incidents) {
    for (const id of new Set(of(incident).map(findingKey)))
      found.set(id, [...(found.get(id) ?? []), incident]);
  }
  return found;
}

function wasNotified({ notifiedAt, pendingNotice: pending }: Incident): boolean {
  return notifiedAt !== null || pending !== null;
}

function worstOfEach(findings: readonly FindingIdentity[]): FindingIdentity[] {
  const byKey = new Map<string, FindingIdentity>();
  for (const finding of findings) {
    const known = byKey.get(findingKey(finding));
    byKey.set(findingKey(finding), {
      ...finding,
      severity: worst([finding.severity, known?.severity ?? "warning"]),
    });
  }
  return [...byKey.values()];
}

function identity({ check, subject, severity }: FindingIdentity): FindingIdentity {
  return { check, subject, severity };
}
