import type { FindingGroup, FindingIdentity, Matter } from "../types.ts";
import { type Incident, matter, worst } from "./incident.ts";

/** One cause at this tick: what is found now beside what is remembered. At least one of the two is there. */
export interface MatchedIncident {
  readonly group: FindingGroup | null;
  readonly incident: Incident | null;
  /** What is wrong: found now, or remembered and not judged at this tick. */
  readonly findings: readonly FindingIdentity[];
  /** Remembered, judged and found well; what is flapping only once it has held still. */
  readonly recovered: readonly FindingIdentity[];
  /** Remembered, and found in another case now. */
  readonly moved: readonly FindingIdentity[];
  /** Remembered, and not judged at this tick. */
  readonly notJudged: readonly FindingIdentity[];
  /** Remembered or told, and not watched any more: it will never be judged again. */
  readonly unwatched: readonly FindingIdentity[];
  /** Found now about a subject that recovered here: another matter is not well yet. */
  readonly stillWrong: readonly FindingIdentity[];
  /**
   * What people know of these findings, under this incident or the one they came from, and since when. What
   * a run was about to tell counts as known here, and not where it moves to: rather twice than never.
   */
  readonly told: readonly FindingIdentity[];
  readonly toldAt: Date | null;
}

/** What is remembered as wrong, and what is well for the moment but was told to be flapping. */
function rememberedBy({ findings, told, history }: Incident): readonly FindingIdentity[] {
  const wrong = new Set(findings.map(matter));
  const flapping = new Set(history.filter((it) => it.flappingSince !== null).map(matter));
  return [...findings, ...told.filter((it) => flapping.has(matter(it)) && !wrong.has(matter(it)))];
}

/** What this tick looked at, check by check: of two checks of one subject, one may be made and the other not. */
export interface Scope {
  /** What was really judged; any other matter can be neither well nor worse, also of a subject that is named here. */
  readonly judged: readonly Matter[];
  /** All that is looked for now, judged at this tick or not; what is remembered of anything else is dropped. */
  readonly watched: readonly Matter[];
}

/**
 * Pairs the groups of this tick with the open incidents. A group goes on with the incident it shares most
 * findings with: two connectors that turn out to be one host, or the reverse, are the same story under
 * another name. Among the rest it goes on with the incident of its key. A key comes second because it may
 * pass from one cause to another. What is left over is new, over, or moved.
 */
export function matchIncidents(
  found: readonly FindingGroup[],
  open: readonly Incident[],
  scope: Scope,
): MatchedIncident[] {
  const judged = new Set(scope.judged.map(matter));
  // What was judged, or is found, is there.
  const watched = new Set(
    [...scope.watched, ...scope.judged, ...found.flatMap(({ findings }) => findings)].map(matter),
  );
  const isJudged = (it: Matter) => judged.has(matter(originalKey(it)));
  const isWatched = (it: Matter) => watched.has(matter(originalKey(it)));
  const groups = found.map((group) => asCheckUnavailable(group, judged));
  const incidentOf = pair(groups, open);
  const foundNow = new Set(groups.flatMap((group) => group.findings.map(matter)));
  const foundOn = Map.groupBy(
    groups.flatMap((group) => group.findings),
    ({ subject }) => subject,
  );
  const tellers = byMatter(open, ({ told }) => told);
  const taken = new Set(incidentOf.values());

  return [
    ...groups.map((group) => caseOf(group, incidentOf.get(group) ?? null)),
    ...open.filter((incident) => !taken.has(incident)).map((incident) => caseOf(null, incident)),
  ];

  function caseOf(group: FindingGroup | null, incident: Incident | null): MatchedIncident {
    const here = new Set(group?.findings.map(matter));
    const wasWrong = new Set(incident?.findings.map(matter));
    const absent = (incident === null ? [] : rememberedBy(incident)).filter((it) => !here.has(matter(it)));
    const moved = absent.filter((it) => foundNow.has(matter(it)));
    const unwatched = worstOfEach([...(incident?.findings ?? []), ...(incident?.told ?? [])]).filter(
      (it) => !foundNow.has(matter(it)) && !isWatched(it),
    );
    const staying = absent.filter((it) => !moved.includes(it) && isWatched(it));
    const notJudged = staying.filter((it) => !isJudged(it) && wasWrong.has(matter(it)));
    // What flaps and was well when it was last seen counts as well: it holds still or it does not.
    const recovered = staying.filter((it) => !notJudged.includes(it));
    const wellAgain = new Set(recovered.map((it) => it.subject));
    const stillWrong = [...wellAgain].flatMap((subject) => foundOn.get(subject) ?? []).map(identity);
    const findings = [...(group?.findings.map(identity) ?? []), ...notJudged];
    const known = knownOf(findings, incident, group === null ? [] : notJudged);
    return { group, incident, findings, recovered, moved, notJudged, unwatched, stillWrong, ...known };
  }

  /** Findings that came from another incident were told there: they are not news here. */
  function knownOf(
    findings: readonly FindingIdentity[],
    incident: Incident | null,
    unsaid: readonly FindingIdentity[],
  ): Pick<MatchedIncident, "told" | "toldAt"> {
    const matters = new Set(findings.map(matter));
    const intended = incident?.telling?.findings ?? incident?.told ?? [];
    // A message of now does not name what cannot be judged now: of that, only what was told is known.
    const unsure = new Set(unsaid.map(matter));
    const own = [
      ...intended.filter((it) => !unsure.has(matter(it))),
      ...(incident?.told ?? []).filter((it) => unsure.has(matter(it))),
    ];
    const others = new Set(
      [...matters].flatMap((id) => tellers.get(id) ?? []).filter((it) => it !== incident),
    );
    const inherited = [...others].flatMap((it) => it.told.filter((told) => matters.has(matter(told))));
    const times = [...others].flatMap((it) => it.toldAt ?? []).sort((a, b) => a.getTime() - b.getTime());
    return {
      told: worstOfEach([...own, ...inherited]),
      toldAt: incident?.telling?.at ?? incident?.toldAt ?? times[0] ?? null,
    };
  }
}

/**
 * "Cannot be judged" is another matter than what the check looks for: otherwise a source that was told to be
 * stale and cannot be seen any more would pass for the same old news.
 *
 * @param judged by matter, see `matter()`
 */
function asCheckUnavailable(group: FindingGroup, judged: ReadonlySet<string>): FindingGroup {
  const findings = group.findings.map((it) =>
    judged.has(matter(it)) ? it : { ...it, check: it.check + notJudgedMark, follows: [] },
  );
  return { ...group, findings };
}

const notJudgedMark = ": not judged";

/** Whether a finding is that its matter cannot be judged. */
export function isCheckUnavailable({ check }: Matter): boolean {
  return check.endsWith(notJudgedMark);
}

/** The matter that would be judged, if it could be. */
export function originalKey({ check, subject }: Matter): Matter {
  return { check: check.endsWith(notJudgedMark) ? check.slice(0, -notJudgedMark.length) : check, subject };
}

function pair(groups: readonly FindingGroup[], open: readonly Incident[]): Map<FindingGroup, Incident> {
  const pairs = new Map<FindingGroup, Incident>();
  const free = new Set(open);
  const candidates = candidatesOf(groups, open).sort(
    (a, b) =>
      b.shared - a.shared ||
      Number(b.sameKey) - Number(a.sameKey) ||
      Number(wasSpokenOf(b.incident)) - Number(wasSpokenOf(a.incident)) ||
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

/** By what they share, not each with each: a thousand causes are a million pairs. */
function candidatesOf(groups: readonly FindingGroup[], open: readonly Incident[]) {
  const withMatter = byMatter(open, rememberedBy);
  const withKey = Map.groupBy(open, ({ key }) => key);
  return groups.flatMap((group) => {
    const sharing = [...new Set(group.findings.map(matter))].flatMap((id) => withMatter.get(id) ?? []);
    const found = Map.groupBy([...sharing, ...(withKey.get(group.key) ?? [])], (incident) => incident);
    return [...found].map(([incident, times]) => {
      const sameKey = group.key === incident.key;
      return { group, incident, shared: times.length - Number(sameKey), sameKey };
    });
  });
}

function byMatter(
  incidents: readonly Incident[],
  of: (incident: Incident) => readonly FindingIdentity[],
): Map<string, Incident[]> {
  const found = new Map<string, Incident[]>();
  for (const incident of incidents) {
    for (const id of new Set(of(incident).map(matter))) found.set(id, [...(found.get(id) ?? []), incident]);
  }
  return found;
}

function wasSpokenOf({ toldAt, telling }: Incident): boolean {
  return toldAt !== null || telling !== null;
}

function worstOfEach(findings: readonly FindingIdentity[]): FindingIdentity[] {
  const byMatter = new Map<string, FindingIdentity>();
  for (const finding of findings) {
    const known = byMatter.get(matter(finding));
    byMatter.set(matter(finding), {
      ...finding,
      severity: worst([finding.severity, known?.severity ?? "warning"]),
    });
  }
  return [...byMatter.values()];
}

function identity({ check, subject, severity }: FindingIdentity): FindingIdentity {
  return { check, subject, severity };
}
