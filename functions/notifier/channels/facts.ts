import type { MessageFact, Notice } from "../../shared/alerting/types.ts";

/** The owners as one text; empty if there are none. */
export function ownersText({ owners }: Notice): string {
  return owners.join(", ");
}

/** All facts of a notice, with the owner if no fact names it. */
export function allFacts(notice: Notice): readonly MessageFact[] {
  const owner = ownersText(notice);
  if (owner === "" || notice.facts.some(({ value }) => value === owner)) return notice.facts;
  return [...notice.facts, { label: "Owner", value: owner }];
}

/** Facts for a chat, without the owner: no detail, and nothing that the title or the lead already says. */
export function shortFacts(notice: Notice): readonly MessageFact[] {
  const said = `${notice.title}\n${notice.lead}`;
  const owner = ownersText(notice);
  return notice.facts.filter(
    ({ value, detail }) => detail !== true && value !== "" && value !== owner && !said.includes(value),
  );
}
