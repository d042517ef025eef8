import type { Message, News } from "../shared/alerting/types.ts";
import type { DedupView } from "../shared/config/types.ts";
import { formatInstant } from "../shared/report/format.ts";
import { type Change, nameOf } from "./definition.ts";

/** A view as it stands, with what was last changed about it. */
export interface Changed {
  readonly view: DedupView;
  readonly change: Change;
  /** What people want to know of it beside the change, e.g. its rows; null where that is not known. */
  readonly figures: string | null;
}

/** News is offered for so long: a run that could not tell it has a week of successors. */
const offeredForMs = 7 * 86_400_000;

/**
 * What has changed of late, one piece of news for each tick that changed something. The views themselves say when
 * they were changed and how, so nothing is lost when a run ends between a change and its telling: the next one finds
 * the change there.
 *
 * @param allDone whether this tick has changed all that it was to change; if not, its next attempt changes more, and
 * tells all of it, because a piece of news is told once
 */
export function newsOf(views: readonly Changed[], { now, allDone }: { now: Date; allDone: boolean }): News[] {
  const recent = views.filter(({ change }) => {
    const age = now.getTime() - change.at.getTime();
    return age <= offeredForMs && (allDone ? age >= 0 : age > 0);
  });
  return [...Map.groupBy(recent, ({ change }) => change.at.toISOString())].map(([at, changed]) => ({
    key: `changed/${at}`,
    at: new Date(at),
    subjects: changed.map(({ view }) => view.id),
    owners: [...new Set(changed.map(({ view }) => view.source.owner))],
    message: messageOf(changed, new Date(at)),
  }));
}

function messageOf(changed: readonly Changed[], at: Date): Message {
  const made = changed.every(({ change }) => change.what === "made");
  const [only, ...others] = changed;
  const what = made ? "made" : "changed";
  const views = changed.map(({ view }) => nameOf(view.view)).join(", ");
  return {
    title:
      only !== undefined && others.length === 0
        ? `The clean view ${only.view.id} was ${what}`
        : `${changed.length} clean views were ${what}`,
    lead:
      only !== undefined && others.length === 0
        ? capitalised(sentenceOf(only))
        : `${formatInstant(at)}: ${changed.map(({ view }) => view.id).join(", ")}.`,
    facts: [
      { label: "Read", value: `${views}, instead of the raw ${changed.length === 1 ? "table" : "tables"}` },
    ],
    actions: made ? [] : ["Look at queries that name a column that changed"],
    details: [
      { kind: "list", ordered: false, items: changed.map((one) => `${one.view.id}: ${sentenceOf(one)}`) },
    ],
  };
}

function capitalised(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}

function sentenceOf({ change, figures }: Changed): string {
  const what = change.what === "made" ? "One row per fact, the latest version" : change.what;
  return [`${what}.`, ...(figures === null ? [] : [`${figures}.`])].join(" ");
}
