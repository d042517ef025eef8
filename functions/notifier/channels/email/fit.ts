import type { MessageFact, Notice } from "../../../shared/alerting/types.ts";
import type { Block } from "../../../shared/report/blocks.ts";

/** Gmail hides everything after 102 kB of HTML; other readers are slow long before. */
const maxHtmlBytes = 90_000;

/** The limits of each part: rows, items and facts; characters of a text; blocks in total. */
interface Limits {
  readonly items: number;
  readonly text: number;
  readonly blocks: number;
}

const all = Number.POSITIVE_INFINITY;

const whole: Limits = { items: all, text: all, blocks: all };
/** Small enough for any notice to fit. */
const least: Limits = { items: 4, text: 100, blocks: 0 };

/**
 * The notice as it is drawn: details and appendix are one list of blocks. It also says whether something was
 * left out.
 */
export interface Fitted {
  readonly notice: Notice;
  readonly blocks: readonly Block[];
  readonly isShortened: boolean;
}

/**
 * The HTML with as much of the notice as fits into a mail: long tables lose rows first, then the last parts
 * are dropped. Tables and lists say how many entries were left out.
 *
 * @param draw makes the HTML
 */
export function fitted(notice: Notice, draw: (it: Fitted) => string): string {
  const drawn = (limits: Limits): string | null => {
    const html = draw(shortened(notice, limits));
    return Buffer.byteLength(html) <= maxHtmlBytes ? html : null;
  };
  for (const items of [all, 60, 40, 25, 15, 10]) {
    const html = drawn(items === all ? whole : { items, text: 4_000, blocks: all });
    if (html !== null) return html;
  }
  let best = drawn({ ...least, items: 10, text: 1_000 });
  let [fitting, tooMany] = [0, blocksOf(notice).length + 1];
  while (tooMany - fitting > 1) {
    const blocks = Math.floor((fitting + tooMany) / 2);
    const html = drawn({ items: 10, text: 1_000, blocks });
    if (html === null) tooMany = blocks;
    else [fitting, best] = [blocks, html];
  }
  return best ?? draw(shortened(notice, least));
}

function blocksOf({ details, appendix = [] }: Notice): readonly Block[] {
  return [...details, ...appendix];
}

function shortened(notice: Notice, limits: Limits): Fitted {
  const blocks = blocksOf(notice);
  const isShortened = limits !== whole;
  if (!isShortened) return { notice, blocks, isShortened };
  const { facts, actions } = notice;
  return {
    notice: {
      ...notice,
      title: cut(notice.title, limits),
      lead: cut(notice.lead, limits),
      why: cut(notice.why, limits),
      from: cut(notice.from, limits),
      owners: some(notice.owners, limits),
      facts: some(facts, limits).map((it) => shortFact(it, limits)),
      actions: counted(
        actions.map((it) => cut(it, limits)),
        limits,
      ),
      links: some(notice.links, limits),
    },
    blocks: blocks.slice(0, limits.blocks).flatMap((it) => shortBlock(it, limits)),
    isShortened,
  };
}

function shortBlock(block: Block, limits: Limits): Block[] {
  const more = (count: number): Block[] =>
    count > limits.items ? [{ kind: "paragraph", text: moreOf(count - limits.items) }] : [];
  switch (block.kind) {
    case "heading":
    case "paragraph":
    case "code":
      return [{ ...block, text: cut(block.text, limits) }];
    case "list":
      return [
        {
          ...block,
          items: counted(
            block.items.map((it) => cut(it, limits)),
            limits,
          ),
        },
      ];
    case "facts":
      return [
        { ...block, facts: some(block.facts, limits).map((it) => shortFact(it, limits)) },
        ...more(block.facts.length),
      ];
    case "table": {
      const rows = some(block.rows, limits).map((row) =>
        row.map((cell) => (typeof cell === "string" ? cut(cell, limits) : cell)),
      );
      return [{ ...block, rows }, ...more(block.rows.length)];
    }
    case "strip":
      return [{ ...block, rows: some(block.rows, limits) }, ...more(block.rows.length)];
    case "bars":
      return [block];
    case "fold":
      return [
        { ...block, blocks: block.blocks.slice(0, limits.blocks).flatMap((it) => shortBlock(it, limits)) },
      ];
  }
}

function some<T>(items: readonly T[], limits: Limits): readonly T[] {
  return items.slice(0, limits.items);
}

function counted(items: readonly string[], limits: Limits): readonly string[] {
  if (items.length <= limits.items) return items;
  return [...items.slice(0, limits.items), moreOf(items.length - limits.items)];
}

function moreOf(count: number): string {
  return `and ${count} more, in the whole report`;
}

function shortFact({ label, value }: MessageFact, limits: Limits): MessageFact {
  return { label: cut(label, limits), value: cut(value, limits) };
}

function cut(text: string, limits: Limits): string {
  return text.length <= limits.text ? text : `${text.slice(0, limits.text).toWellFormed()}…`;
}
