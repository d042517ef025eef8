import type { Block, TableBlock } from "./blocks.ts";
import { escapeHtml, inlineHtml } from "./escape-html.ts";
import { pictureToHtml } from "./html-pictures.ts";
import { alignOf, cellText, manyLines, oneLine } from "./plain.ts";
import { style } from "./style.ts";
import { pictureStyle } from "./style-pictures.ts";

export interface PageOptions {
  /** The tab's title, and the first heading if the report has none of level 1. */
  readonly title: string;
  /** Stands under the report. */
  readonly form?: Form;
}

/** One button that posts to the page's own address, without its query. */
export interface Form {
  readonly button: string;
  readonly fields: Readonly<Record<string, string>>;
}

/** A whole page without scripts or outside resources: it can be saved, mailed and opened offline. */
export function toHtmlPage(blocks: readonly Block[], { title, form }: PageOptions): string {
  const hasTitle = blocks.some((block) => block.kind === "heading" && block.level === 1);
  const heading: Block = { kind: "heading", level: 1, text: title };
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(oneLine(title))}</title>
<style>${style}${pictureStyle}</style>
</head>
<body>
<main>
${toHtmlFragment(hasTitle ? blocks : [heading, ...blocks])}${form === undefined ? "" : `\n${formToHtml(form)}`}
</main>
</body>
</html>
`;
}

/** The blocks as HTML to stand inside another page; every text escaped. */
export function toHtmlFragment(blocks: readonly Block[]): string {
  return blocks.map(blockToHtml).join("\n");
}

function formToHtml({ button, fields }: Form): string {
  const hidden = Object.entries(fields).map(
    ([name, value]) => `<input type="hidden" name="${escapeHtml(name)}" value="${escapeHtml(value)}">`,
  );
  return `<form method="post" action="?">
${hidden.join("\n")}
<button type="submit">${inlineHtml(button)}</button>
</form>`;
}

function blockToHtml(block: Block): string {
  switch (block.kind) {
    case "heading":
      return `<h${block.level}${auto}>${inlineHtml(block.text)}</h${block.level}>`;
    case "paragraph":
      return `<p${auto}>${inlineHtml(block.text)}</p>`;
    case "facts":
      return `<dl>\n${block.facts
        .map(
          ({ label, value }) =>
            `<div><dt>${inlineHtml(label)}</dt><dd${auto}>${inlineHtml(value)}</dd></div>`,
        )
        .join("\n")}\n</dl>`;
    case "list": {
      const tag = block.ordered ? "ol" : "ul";
      return `<${tag}>\n${block.items.map((item) => `<li${auto}>${inlineHtml(item)}</li>`).join("\n")}\n</${tag}>`;
    }
    case "table":
      return tableToHtml(block);
    case "code":
      return `<pre tabindex="0"><code${languageClass(block.language)}>${escapeHtml(manyLines(block.text))}</code></pre>`;
    case "strip":
    case "bars":
      return pictureToHtml(block);
    case "fold":
      return `<details>\n<summary${auto}>${inlineHtml(block.title)}</summary>\n${toHtmlFragment(block.blocks)}\n</details>`;
  }
}

/** Keeps right-to-left text from reversing the text around it. */
const auto = ' dir="auto"';

function tableToHtml(table: TableBlock): string {
  const names = table.columns.map(({ label }) => oneLine(label));
  const right = table.columns.map((column, index) => alignOf(table, column, index) === "right");
  const attributes = (index: number) => (right[index] ? ' class="number"' : "");
  const head = names.map((name, index) => `<th scope="col"${attributes(index)}>${escapeHtml(name)}</th>`);
  const rows = table.rows.map((row) => {
    const cells = names.map((_, index) => {
      const text = cellText(row[index]);
      const tag = index === 0 ? 'th scope="row"' : "td";
      const end = index === 0 ? "th" : "td";
      const label = index === 0 ? "" : ` data-label="${escapeHtml(names[index] ?? "")}"`;
      return `<${tag}${auto}${attributes(index)}${label}${stateAttribute(text)}>${escapeHtml(text)}</${end}>`;
    });
    return `<tr>${cells.join("")}</tr>`;
  });
  // A keyboard can scroll only elements that can have the focus, so it has a tab stop and a name.
  return `<div class="scroll" role="region" tabindex="0" aria-label="Table: ${escapeHtml(names.join(", "))}">
<table>
<thead><tr>${head.join("")}</tr></thead>
<tbody>
${rows.join("\n")}
</tbody>
</table>
</div>`;
}

/** A cell with one word may be a state; the style sheet colours the states it knows. */
function stateAttribute(text: string): string {
  return /^[a-z]{2,20}$/.test(text) ? ` data-state="${text}"` : "";
}

function languageClass(language: string): string {
  const word = language.replace(/[^\w+-]/g, "");
  return word === "" ? "" : ` class="language-${word}"`;
}
