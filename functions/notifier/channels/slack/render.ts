import type { Link, MessageFact, Notice } from "../../../shared/alerting/types.ts";
import { formatInstant } from "../../../shared/report/format.ts";
import { ownersText, shortFacts } from "../facts.ts";
import { leadsToFunction, linksOf } from "../links.ts";
import { emojiOf, headline } from "../words.ts";
import { maxLabelLength, slackLink, slackMrkdwn, slackText } from "./text.ts";

/** The part of Block Kit that the notices use. */
export type SlackBlock =
  | { readonly type: "header"; readonly text: PlainText }
  | { readonly type: "section"; readonly text: Mrkdwn }
  | { readonly type: "context"; readonly elements: readonly Mrkdwn[] };

interface PlainText {
  readonly type: "plain_text";
  readonly text: string;
  readonly emoji: boolean;
}

interface Mrkdwn {
  readonly type: "mrkdwn";
  readonly text: string;
}

export interface SlackPayload {
  /** Shown on a phone's lock screen and read by screen readers. */
  readonly text: string;
  readonly blocks: readonly SlackBlock[];
}

/** Longer messages are not read; the mail and the function's own page have the rest. */
const maxLines = 12;
/** The title, the reason and the sender. */
const fixedLines = 3;
const maxLeadLines = 2;
const maxSteps = 3;

/**
 * In characters. A line of 220 is two on a laptop. Slack itself takes 150 in a header, 3,000 in a section and about
 * 13,200 in all (https://docs.slack.dev/reference/block-kit/blocks, bolt-js issue 2509); this stays far below.
 */
const maxLength = { header: 150, line: 220, label: 60, source: 150, links: 2_000 };

/**
 * The message of a notice in at most 12 lines: title, impact, cause and other short facts, three actions,
 * owner, links, reason. Evidence, sums and tables are behind the links and in the mail.
 */
export function toSlackPayload(notice: Notice): SlackPayload {
  const facts = shortFacts(notice);
  const lead = leadLines(notice.lead);
  const todo = steps(notice.actions);
  const end = [...owner(notice), ...linkLine(notice)];
  const room = maxLines - fixedLines - lead.length - todo.length - end.length;
  const rest = isShortened(notice, facts.length > room) && !leadsToFunction(notice) ? [restLine(notice)] : [];
  const shown = facts.slice(0, room - rest.length).map(factLine);
  return {
    text: slackMrkdwn(`${emojiOf(notice)} ${headline(notice)}. ${notice.lead}`, 400),
    blocks: [
      header(notice),
      ...section([...lead, ...shown]),
      ...section(todo),
      ...section([...end, ...rest]),
      context(notice),
    ],
  };
}

function header(notice: Notice): SlackBlock {
  const text = slackText(`${emojiOf(notice)} ${headline(notice)}`, maxLength.header);
  return { type: "header", text: { type: "plain_text", text, emoji: true } };
}

/** Whole sentences, as many as fit. */
function leadLines(lead: string): string[] {
  const lines: string[] = [];
  for (const sentence of lead.split(sentenceEnd)) {
    const longer = `${lines.at(-1) ?? ""} ${sentence}`.trim();
    const isLast = lines.length === maxLeadLines;
    if (lines.length > 0 && (isLast || longer.length <= maxLength.line)) lines[lines.length - 1] = longer;
    else lines.push(sentence);
  }
  return lines.map((line) => slackMrkdwn(line, maxLength.line)).filter((line) => line !== "");
}

const sentenceEnd = /(?<=[.!?])\s+(?=[\p{Lu}\p{N}])/u;

/** `*Cause:* first sentence of the fact` */
function factLine({ label, value }: MessageFact): string {
  const name = slackMrkdwn(label, maxLength.label) || "–";
  const [sentence = ""] = value.split(sentenceEnd);
  return `*${name}:* ${slackMrkdwn(sentence, maxLength.line - name.length - 2) || "–"}`;
}

function steps(actions: readonly string[]): string[] {
  return actions.slice(0, maxSteps).map((action, index) => {
    const more = actions.length - maxSteps;
    const end = index === maxSteps - 1 && more > 0 ? ` (and ${more} more)` : "";
    return `${index + 1}. ${slackMrkdwn(action, maxLength.line - 3 - end.length) || "–"}${end}`;
  });
}

function owner(notice: Notice): string[] {
  const owners = ownersText(notice);
  return owners === "" ? [] : [`*Owner:* ${slackMrkdwn(owners, maxLength.line - 7)}`];
}

const separator = "  ·  ";

/**
 * Links and not buttons, because an incoming webhook cannot answer a button. Links to the function come
 * first.
 */
function linkLine(notice: Notice): string[] {
  const all = linksOf(notice);
  const isOwn = (link: Link) => leadsToFunction({ from: notice.from, links: [link] });
  const left = { visible: maxLength.line - 30, written: maxLength.links };
  const fitting = new Set<Link>();
  for (const link of [...all.filter(isOwn), ...all.filter((it) => !isOwn(it))]) {
    const written = slackLink(link).length;
    const visible = Math.min(link.label.length, maxLabelLength) + separator.length;
    if (visible > left.visible || written > left.written) continue;
    fitting.add(link);
    left.visible -= visible;
    left.written -= written;
  }
  if (all.length === 0) return [];
  const missing = all.length - fitting.size;
  const more = missing === 0 ? [] : [`${missing} more ${missing === 1 ? "link" : "links"} in the mail`];
  return [[...all.filter((it) => fitting.has(it)).map(slackLink), ...more].join(separator)];
}

function isShortened({ details, appendix = [], actions }: Notice, factsAreCut: boolean): boolean {
  return factsAreCut || details.length + appendix.length > 0 || actions.length > maxSteps;
}

/** Used if the address of the functions is not known. The notifier itself answers no GET. */
function restLine({ from }: Notice): string {
  const page = from === "notifier" ? "" : ` and at GET /${slackMrkdwn(from, 60)}?format=html`;
  return `The rest is in the mail${page}.`;
}

function context(notice: Notice): SlackBlock {
  const why = slackMrkdwn(`Why now: ${notice.why}`, maxLength.line);
  const at = formatInstant(new Date(notice.at));
  const source = slackMrkdwn(`${notice.from}, ${at}, incident ${notice.incident}`, maxLength.source);
  return { type: "context", elements: [mrkdwn(why), mrkdwn(source)] };
}

function section(lines: readonly string[]): SlackBlock[] {
  return lines.length === 0 ? [] : [{ type: "section", text: mrkdwn(lines.join("\n")) }];
}

/** Slack refuses a message with an empty text object. */
function mrkdwn(text: string): Mrkdwn {
  return { type: "mrkdwn", text: text || "–" };
}
