import type { Message, News } from "../shared/alerting/types.ts";
import type { DedupView } from "../shared/config/types.ts";
import type { Block } from "../shared/report/blocks.ts";
import { formatMoney, formatNumber, formatPercent } from "../shared/report/format.ts";
import type { Change } from "./definition.ts";

/** The present view with its last change. */
export interface Changed {
  readonly view: DedupView;
  readonly change: Change;
  /** Of its raw table now; null if unknown. */
  readonly figures: Repeats | null;
  /** Lines of the diff, for a replacement of this run; null if another run made it. */
  readonly diff: string | null;
}

export interface Repeats {
  readonly rawRows: number;
  readonly cleanRows: number;
  /** Money that the raw table counts more than once; null if there is none or it is unknown. */
  readonly overcounted: { readonly amount: number; readonly currency: string; readonly kind: string } | null;
}

/** News is offered for this long: if a run could not publish it, the runs of a week can. */
const offeredForMs = 7 * 86_400_000;

/** A piece of news with its input, so that several can be worded as one. */
export interface ChangeNews extends News {
  readonly changed: Changed;
}

/**
 * A piece of news for each view that changed recently. The views themselves state when and how they were
 * changed, so nothing is lost if a run ends between a change and its notice: the next run reads it there.
 */
export function newsOf(views: readonly Changed[], now: Date): ChangeNews[] {
  const recent = views.filter(({ change }) => {
    const age = now.getTime() - change.at.getTime();
    return age >= 0 && age <= offeredForMs;
  });
  return recent.map((changed) => ({
    key: `changed/${changed.change.at.toISOString()}/${changed.view.id}`,
    at: changed.change.at,
    subjects: [changed.view.id],
    owners: [changed.view.source.owner],
    message: messageOf([changed]),
    changed,
  }));
}

/** Sent once for each view that is no longer maintained. */
export function abandonedNews(names: readonly string[], now: Date): News[] {
  return names.map((name) => ({
    key: `not-kept/${name}`,
    at: now,
    subjects: [],
    owners: [],
    message: {
      title: `The view ${name} is not kept any more`,
      lead: "The warehouse file does not name it. It stays as it is, and follows its raw table no longer.",
      facts: [],
      actions: ["Drop it, or put its dedup view back into the warehouse file"],
      details: [],
    },
  }));
}

/**
 * Four views that were created at one tick are one message.
 *
 * @param changes that were offered
 */
export function wordedTogether(news: readonly News[], changes: readonly ChangeNews[]): Message {
  const notified = changes.filter(({ key }) => news.some((it) => it.key === key));
  const others = news
    .filter(({ key }) => !notified.some((it) => it.key === key))
    .map(({ message }) => message);
  const [first] = others;
  const list: Block = { kind: "list", ordered: false, items: others.map(({ title }) => title) };
  if (notified.length > 0) {
    const message = messageOf(notified.map(({ changed }) => changed));
    return first === undefined ? message : { ...message, details: [...message.details, list] };
  }
  if (first === undefined) throw new Error("no news to be worded");
  return { ...first, title: `${others.length} views are not kept any more`, details: [list] };
}

function messageOf(changed: readonly Changed[]): Message {
  const made = changed.every(({ change }) => change.what === "made");
  const what = made ? "made" : "changed";
  const [only, ...others] = changed;
  const isOne = only !== undefined && others.length === 0;
  const ids = changed.map(({ view }) => view.id).join(", ");
  const place = changed.map(({ view }) => `${view.view.dataset}.${view.view.table}`).join(", ");
  return {
    title: isOne ? `The clean view ${ids} was ${what}` : `${changed.length} clean views were ${what}`,
    lead: made ? madeLead(changed) : isOne ? sentence(only.change.what) : `${ids}.`,
    facts: made ? [{ label: "Read", value: place }] : [],
    actions: made ? [] : ["Check queries that name a changed column"],
    details: [
      ...(made && isOne
        ? []
        : [{ kind: "list", ordered: false, items: changed.map((it) => lineOf(it, made)) } as const]),
      ...changed.flatMap(diffOf),
    ],
  };
}

/** Breakdowns contain the same money again, so only the largest amount is named and nothing is added up. */
function madeLead(changed: readonly Changed[]): string {
  const known = changed.flatMap(({ figures }) => figures ?? []);
  const rate = Math.max(0, ...known.map(rateOf));
  const money = known
    .flatMap(({ overcounted }) => overcounted ?? [])
    .sort((a, b) => b.amount - a.amount)
    .at(0);
  const repeats =
    rate === 0
      ? ""
      : `: ${known.length === 1 ? "" : "up to "}${formatPercent(rate)} of ${known.length === 1 ? "its" : "their"} rows are repeats`;
  const twice =
    money === undefined || money.amount <= 0
      ? ""
      : `, and ${formatMoney(money.amount, money.currency)} of ${money.kind} is counted more than once`;
  return `One row per fact, its latest version. Read ${changed.length === 1 ? "it" : "them"} instead of the raw ${changed.length === 1 ? "table" : "tables"}${repeats}${repeats === "" ? "" : twice}.`;
}

/** Longer ones are only in the answer of the run. */
const maxDiffLength = 2_500;

function diffOf({ diff }: Changed): Block[] {
  if (diff === null || diff === "") return [];
  const text = diff.length <= maxDiffLength ? diff : `${diff.slice(0, maxDiffLength)}\n…`;
  return [{ kind: "code", language: "diff", text }];
}

function lineOf({ view, change, figures }: Changed, made: boolean): string {
  const what = made ? "" : change.what === "made" ? " Made." : ` ${sentence(change.what)}`;
  const rows =
    figures === null || figures.rawRows === 0
      ? ""
      : ` ${formatNumber(figures.cleanRows)} of ${formatNumber(figures.rawRows)} raw rows; ${formatPercent(rateOf(figures))} are repeats.`;
  return `${view.id}:${what}${rows}`;
}

function rateOf({ rawRows, cleanRows }: Repeats): number {
  return rawRows === 0 ? 0 : (rawRows - cleanRows) / rawRows;
}

/** A column's name at the beginning keeps its case. */
function sentence(text: string): string {
  const first = /^(the|new|its|a) /.test(text) ? text.charAt(0).toUpperCase() : text.charAt(0);
  return `${first}${text.slice(1)}.`;
}
