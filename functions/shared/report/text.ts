import type { Block, Fact } from "./blocks.ts";
import { manyLines, oneLine, unfold } from "./plain.ts";
import { pictureToText } from "./text-pictures.ts";
import { tableToText } from "./text-table.ts";
import { displayWidth, padTo, wrap } from "./width.ts";

/** Width of a terminal and of the plain part of a mail; no table is wider. */
const pageWidth = 100;

/** Plain text for a terminal, a log or the plain part of a mail. */
export function toText(blocks: readonly Block[]): string {
  return `${blocks.map(blockToText).join("\n\n")}\n`;
}

function blockToText(block: Block): string {
  switch (block.kind) {
    case "heading":
      return headingToText(oneLine(block.text), block.level);
    case "paragraph":
      return wrap(oneLine(block.text), pageWidth).join("\n");
    case "facts":
      return factsToText(block.facts);
    case "list":
      return block.items
        .map((item, index) => hanging(block.ordered ? `${index + 1}. ` : "- ", oneLine(item)))
        .join("\n");
    case "table":
      return tableToText(block, pageWidth);
    case "code":
      return manyLines(block.text)
        .replace(/\n$/, "")
        .split("\n")
        .map((line) => `    ${line}`)
        .join("\n");
    case "strip":
    case "bars":
      return [...wrap(oneLine(block.title), pageWidth), "", pictureToText(block, pageWidth)].join("\n");
    case "fold":
      return unfold(block).map(blockToText).join("\n\n");
  }
}

function headingToText(text: string, level: 1 | 2 | 3): string {
  if (level === 3) return text;
  return `${text}\n${(level === 1 ? "=" : "-").repeat(Math.min(displayWidth(text), pageWidth))}`;
}

function factsToText(facts: readonly Fact[]): string {
  const labels = facts.map(({ label }) => `${oneLine(label)}:`);
  const width = Math.min(30, Math.max(0, ...labels.map(displayWidth)));
  return facts
    .map(({ value }, index) => hanging(`${padTo(labels[index] ?? "", width)} `, oneLine(value)))
    .join("\n");
}

function hanging(first: string, text: string): string {
  const indent = " ".repeat(displayWidth(first));
  const lines = wrap(text, pageWidth - indent.length);
  return lines.map((line, index) => `${index === 0 ? first : indent}${line}`.trimEnd()).join("\n");
}
