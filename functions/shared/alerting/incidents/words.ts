import type { FindingIdentity, FindingKey } from "../types.ts";

const namesShown = 5;

/** "a, b, c, d, e and 3 more" */
export function subjectsOf(findings: readonly FindingIdentity[]): string {
  return someOf(distinctSubjects(findings));
}

/** Like `subjectsOf`, and names the check if another finding has the same subject: "a (duplicates), b" */
export function findingsText(findings: readonly FindingKey[], others: readonly FindingKey[]): string {
  return someOf(distinctFindings(findings, others));
}

export function distinctFindings(findings: readonly FindingKey[], others: readonly FindingKey[]): string[] {
  const elsewhere = new Set(others.map(({ subject }) => subject));
  const names = findings.map(({ check, subject }) =>
    elsewhere.has(subject) ? `${subject} (${check})` : subject,
  );
  return [...new Set(names)].sort();
}

function someOf(names: readonly string[]): string {
  const rest = names.length - namesShown;
  return names.slice(0, namesShown).join(", ") + (rest > 0 ? ` and ${rest} more` : "");
}

export function isOrAre(findings: readonly FindingIdentity[]): string {
  return distinctSubjects(findings).length === 1 ? "is" : "are";
}

export function distinctSubjects(findings: readonly FindingIdentity[]): string[] {
  return [...new Set(findings.map((it) => it.subject))].sort();
}
