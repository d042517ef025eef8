import type { Block, TableBlock } from "./blocks.ts";
import { alignOf, cellText, manyLines, oneLine, unfold } from "./plain.ts";
import { pictureToText } from "./text-pictures.ts";

/** Pictures are split into parts of this width; nothing else is. */
const pageWidth = 100;

/** GitHub-flavoured Markdown; no text of the report can become markup, a link or HTML. */
export function toMarkdown(blocks: readonly Block[]): string {
  return `${blocks.map(blockToMarkdown).join("\n\n")}\n`;
}

function blockToMarkdown(block: Block): string {
  switch (block.kind) {
    case "heading":
      return `${"#".repeat(block.level)} ${escapeMarkdown(block.text)}`;
    case "paragraph":
      return escapeMarkdown(block.text);
    case "facts":
      return block.facts
        .map(({ label, value }) => `- **${escapeMarkdown(label)}:** ${escapeMarkdown(value)}`)
        .join("\n");
    case "list":
      return block.items
        .map((item, index) => `${block.ordered ? `${index + 1}.` : "-"} ${escapeMarkdown(item)}`)
        .join("\n");
    case "table":
      return tableToMarkdown(block);
    case "code":
      return codeToMarkdown(block.language, block.text);
    case "strip":
    case "bars":
      return `**${escapeMarkdown(block.title)}**\n\n${codeToMarkdown("text", pictureToText(block, pageWidth))}`;
    case "fold":
      return unfold(block).map(blockToMarkdown).join("\n\n");
  }
}

function tableToMarkdown(table: TableBlock): string {
  const rule = table.columns.map((column, index) =>
    alignOf(table, column, index) === "right" ? "---:" : "---",
  );
  const rows = [
    table.columns.map(({ label }) => escapeMarkdown(label)),
    rule,
    ...table.rows.map((row) => table.columns.map((_, index) => escapeMarkdown(cellText(row[index])))),
  ];
  return rows.map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function codeToMarkdown(language: string, text: string): string {
  const code = manyLines(text);
  const longestRun = Math.max(2, ...[...code.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longestRun + 1);
  return `${fence}${language.replace(/[^\w+-]/g, "")}\n${code.replace(/\n$/, "")}\n${fence}`;
}

/**
 * An underscore inside a word is not escaped: GFM gives it no meaning, and `facebook\_ads\_insights` is hard
 * to read in a terminal.
 */
function escapeMarkdown(text: string): string {
  return oneLine(text)
    .replace(/[\\`*[\]|~]/g, "\\$&")
    .replace(/&(?=#?\w{1,32};)/g, "&amp;")
    .replace(/</g, "&lt;")
    .replace(/>/g, "&gt;")
    .replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, "\\_")
    .replace(/^(#{1,6}|[-+=])(?=\s|$|[-=])/, "\\$&")
    .replace(/^(\d{1,9})([.)])(?=\s|$)/, "$1\\$2");
}
