import type { MessageFact, Notice } from "../../shared/alerting/types.ts";

/** Who is responsible, as one text; empty where nobody is named. */
export function ownersText({ owners }: Notice): string {
  return owners.join(", ");
}

/** All facts of a notice, and the owner where none of them says it. */
export function allFacts(notice: Notice): readonly MessageFact[] {
  const owner = ownersText(notice);
  if (owner === "" || notice.facts.some(({ value }) => value === owner)) return notice.facts;
  return [...notice.facts, { label: "Owner", value: owner }];
}

/** What a chat may say besides the owner: no detail, and nothing that the title or the lead says. */
export function shortFacts(notice: Notice): readonly MessageFact[] {
  const said = `${notice.title}\n${notice.lead}`;
  const owner = ownersText(notice);
  return notice.facts.filter(
    ({ value, detail }) => detail !== true && value !== "" && value !== owner && !said.includes(value),
  );
}
