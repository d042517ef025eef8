import type { Block } from "../../shared/report/blocks.ts";
import { formatDuration } from "../../shared/report/format.ts";
import type { Item } from "../action-list.ts";
import { moneyText } from "../render.ts";
import type { Reported } from "./json.ts";
import { heading, list, paragraph } from "./parts.ts";

/** Mail readers cut long messages; the whole report has all items. */
const itemsInMail = 15;

/**
 * One list of actions: the most expensive first, then the oldest. Consequences are fixed with their cause.
 */
export function todoBlocks({ decision, brief = false }: Reported): Block[] {
  const { items, asOf } = decision;
  if (items.length === 0) return [heading("What to do"), paragraph("Nothing.")];
  return [
    // A mail already has a "What to do" for the three most expensive findings.
    heading(brief ? "Everything to do" : "What to do"),
    paragraph("The most expensive first, then what has lasted longest."),
    ...(brief ? items.slice(0, itemsInMail) : items).flatMap((item, at) => itemBlocks(item, at + 1, asOf)),
    ...(brief && items.length > itemsInMail
      ? [paragraph(`And ${items.length - itemsInMail} more, in the whole report.`)]
      : []),
  ];
}

function itemBlocks(item: Item, number: number, asOf: Date): Block[] {
  const { title, impact, since, actions, owners, consequences, status } = item;
  return [
    heading(`${number}. ${title}`, 3),
    {
      kind: "facts",
      facts: [
        { label: "Status", value: status },
        ...impact.map((it) => ({ label: "At stake", value: `${moneyText(it)}: ${it.basis}` })),
        ...(since === null
          ? []
          : [{ label: "For", value: formatDuration(asOf.getTime() - since.getTime()) }]),
        { label: "Owner", value: owners.join(", ") },
        ...(consequences.length === 0
          ? []
          : [
              {
                label: "Fixed with it",
                value: consequences
                  .map(({ subject, check }) => `${subject} (${check.replaceAll("_", " ")})`)
                  .join(", "),
              },
            ]),
      ],
    },
    ...list(actions, true),
  ];
}
