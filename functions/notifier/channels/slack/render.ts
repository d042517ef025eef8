import type { Notice } from "../../../shared/alerting/types.ts";
import type { BarsBlock, Block, Fact, StripBlock, TableBlock } from "../../../shared/report/blocks.ts";
import { formatInstant } from "../../../shared/report/format.ts";
import { pictureToText } from "../../../shared/report/text-pictures.ts";
import { tableToText } from "../../../shared/report/text-table.ts";
import { linksOf } from "../links.ts";
import { emojiOf, headline } from "../words.ts";
import { slackCode, slackLink, slackMrkdwn, slackText } from "./text.ts";

/** The part of Block Kit that a notice needs. */
export type SlackBlock =
  | { readonly type: "header"; readonly text: PlainText }
  | { readonly type: "section"; readonly text: Mrkdwn }
  | { readonly type: "section"; readonly fields: readonly Mrkdwn[] }
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
  /** What a phone's lock screen and a screen reader say. */
  readonly text: string;
  readonly blocks: readonly SlackBlock[];
}

/**
 * Limits from https://docs.slack.dev/reference/block-kit/blocks. Above about 13,200 characters in all Slack
 * answers `msg_blocks_too_long` though each block is legal (bolt-js issue 2509), hence a total far below it.
 */
const limit = {
  total: 9_900,
  blocks: 50,
  header: 150,
  section: 3_000,
  fieldsPerSection: 10,
  label: 60,
  value: 400,
  context: 600,
  links: 2_000,
};

/** Wider lines are broken by the narrowest window people use Slack in. */
const tableWidth = 76;

/**
 * The message of a notice: what, how bad, since when, how much, what to do, who owns it; then the details as
 * far as there is room; then why it comes now. Always within Slack's limits, whatever the notice holds.
 */
export function toSlackPayload(notice: Notice): SlackPayload {
  // A notice of ordinary size is drawn whole; an enormous one gets the same parts, each shorter.
  for (const scale of [1, 0.5, 0.25, 0.1]) {
    const payload = draw(notice, scale);
    if (size(payload) <= limit.total) return payload;
  }
  return { text: fallback(notice), blocks: [header(notice), context(notice)] };
}

function draw(notice: Notice, scale: number): SlackPayload {
  const text = fallback(notice);
  const top = [
    header(notice),
    section(slackMrkdwn(notice.lead, 1_000 * scale)),
    ...fields(notice.facts, scale),
  ];
  const todo = [
    ...(notice.actions.length === 0
      ? []
      : [section(steps("What to do", notice.actions, 2_000 * scale, true))]),
    ...links(notice, scale),
  ];
  const end = context(notice);
  const room = limit.total - size({ text, blocks: [...top, ...todo, end] });
  return {
    text,
    blocks: [...top, ...todo, ...details(notice.details, room, limit.blocks - top.length - 3), end],
  };
}

function fallback(notice: Notice): string {
  return slackMrkdwn(`${emojiOf(notice)} ${headline(notice)}. ${notice.lead}`, 400);
}

function header(notice: Notice): SlackBlock {
  const text = slackText(`${emojiOf(notice)} ${headline(notice)}`, limit.header);
  return { type: "header", text: { type: "plain_text", text, emoji: true } };
}

function context(notice: Notice): SlackBlock {
  const at = formatInstant(new Date(notice.at));
  const why = slackMrkdwn(`Why now: ${notice.why}`, limit.context);
  const source = slackMrkdwn(`${notice.from}, ${at}, incident ${notice.incident}`, limit.context / 2);
  return { type: "context", elements: [mrkdwn(why), mrkdwn(source)] };
}

function fields(facts: readonly Fact[], scale: number): SlackBlock[] {
  const drawn = facts
    .slice(0, 2 * limit.fieldsPerSection)
    .map(({ label, value }) =>
      mrkdwn(
        `*${slackMrkdwn(label, limit.label) || "–"}*\n${slackMrkdwn(value, limit.value * scale) || "–"}`,
      ),
    );
  return chunks(drawn, limit.fieldsPerSection).map((fields) => ({ type: "section", fields }));
}

/** Links, not buttons: an incoming webhook has nobody to answer a button. Whole ones while they fit. */
function links(notice: Notice, scale: number): SlackBlock[] {
  const drawn: string[] = [];
  const all = linksOf(notice);
  let left = limit.links * scale;
  for (const link of all) {
    const text = slackLink(link);
    if (text.length > left) break;
    drawn.push(text);
    left -= text.length;
  }
  const missing = all.length - drawn.length;
  if (missing > 0) drawn.push(`${missing} ${missing === 1 ? "link does" : "links do"} not fit here`);
  return drawn.length === 0 ? [] : [section(drawn.join("  ·  "))];
}

/** Whole items while they fit; what is left out is said. */
function steps(title: string | null, items: readonly string[], room: number, ordered: boolean): string {
  const lines = title === null ? [] : [`*${title}*`];
  let left = room;
  for (const [index, item] of items.entries()) {
    const line = `${ordered ? `${index + 1}.` : "•"} ${slackMrkdwn(item, 500)}`;
    if (line.length > left) {
      lines.push(`… and ${items.length - index} more`);
      break;
    }
    lines.push(line);
    left -= line.length + 1;
  }
  return lines.join("\n");
}

/** Blocks in order while there is room; a table gives rows up first. */
function details(blocks: readonly Block[], room: number, most: number): SlackBlock[] {
  const note = section("More details do not fit into this message.");
  const drawn: SlackBlock[] = [];
  let left = room - size(note) - 1;
  for (const block of blocks) {
    const next = detail(block, left);
    const taken = next.reduce((sum, it) => sum + size(it) + 1, 0);
    if (taken > left || drawn.length + next.length >= most) return [...drawn, note];
    drawn.push(...next);
    left -= taken;
  }
  return drawn;
}

function detail(block: Block, room: number): SlackBlock[] {
  const text = Math.max(Math.min(room - overhead, limit.section), 50);
  switch (block.kind) {
    case "heading":
      return [section(`*${slackMrkdwn(block.text, 150) || "–"}*`)];
    case "paragraph":
      return [section(slackMrkdwn(block.text, text))];
    case "facts":
      return fields(block.facts, 0.5);
    case "list":
      return block.items.length === 0 ? [] : [section(steps(null, block.items, text - 30, block.ordered))];
    case "code":
      return [section(slackCode(block.text, text))];
    case "table":
      return [table(block, room)];
    case "strip":
    case "bars":
      return [picture(block, room)];
    case "fold":
      return [];
  }
}

/** What JSON puts around the text of a section, and some for the line breaks, which it writes as two characters. */
const overhead = 150;

/** More lines than this never fit into 3,000 characters together with their header. */
const mostRows = 120;

function table(block: TableBlock, room: number): SlackBlock {
  for (
    let rows = Math.min(block.rows.length, mostRows);
    rows > 0;
    rows = Math.min(rows - 1, Math.floor(rows * 0.8))
  ) {
    const cut = block.rows.length - rows;
    const drawn = tableToText({ ...block, rows: block.rows.slice(0, rows) }, tableWidth);
    const text = slackCode(cut > 0 ? `${drawn}\n… and ${cut} more rows` : drawn, Number.POSITIVE_INFINITY);
    if (text.length <= limit.section && size(section(text)) <= room) return section(text);
  }
  if (block.rows.length === 0) return section("A table without rows.");
  return section(`A table of ${block.rows.length} rows is left out here.`);
}

function picture(block: StripBlock | BarsBlock, room: number): SlackBlock {
  const title = `*${slackMrkdwn(block.title, 150) || "–"}*`;
  const drawn = slackCode(pictureToText(block, tableWidth), Number.POSITIVE_INFINITY);
  const whole = section(`${title}\n${drawn}`);
  const fits = title.length + 1 + drawn.length <= limit.section && size(whole) <= room;
  return fits ? whole : section(`${title}: too large to be drawn here.`);
}

function section(text: string): SlackBlock {
  return { type: "section", text: mrkdwn(text) };
}

/** Slack refuses a message with an empty text object in it. */
function mrkdwn(text: string): Mrkdwn {
  return { type: "mrkdwn", text: text || "–" };
}

function chunks<T>(items: readonly T[], length: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / length) }, (_, at) =>
    items.slice(at * length, (at + 1) * length),
  );
}

/** As sent, which is never less than what Slack counts. */
function size(payload: SlackPayload | SlackBlock): number {
  return JSON.stringify(payload).length;
}
