import type { FindingIdentity } from "./types.ts";

const namesShown = 5;

/** "a, b, c, d, e and 3 more" */
export function subjectsOf(findings: readonly FindingIdentity[]): string {
  const names = distinctSubjects(findings);
  const rest = names.length - namesShown;
  return names.slice(0, namesShown).join(", ") + (rest > 0 ? ` and ${rest} more` : "");
}

export function isOrAre(findings: readonly FindingIdentity[]): string {
  return distinctSubjects(findings).length === 1 ? "is" : "are";
}

export function distinctSubjects(findings: readonly FindingIdentity[]): string[] {
  return [...new Set(findings.map((it) => it.subject))].sort();
}
