import type { Block, Fact, TableBlock } from "../../../shared/report/blocks.ts";
import { breakable, escapeHtml, inlineHtml } from "../../../shared/report/escape-html.ts";
import { alignOf, cellText, manyLines, oneLine, unfold } from "../../../shared/report/plain.ts";
import type { Tone } from "../words.ts";
import { barsToMail } from "./bars.ts";
import { colours, font, mono } from "./look.ts";
import { stripToMail } from "./strip.ts";

/** Blocks for mail readers: inline styles, tables for layout, every text escaped. */
export function blocksToMail(blocks: readonly Block[]): string {
  return blocks.map(block).join("\n");
}

function block(it: Block): string {
  switch (it.kind) {
    case "heading":
      return heading(it.text, it.level);
    case "paragraph":
      return `<p class="text" style="margin:0 0 14px 0;font-size:15px;line-height:22px;color:#17212b;"${direction(it.text)}>${inlineHtml(it.text)}</p>`;
    case "facts":
      return facts(it.facts);
    case "list":
      return list(it.items, it.ordered);
    case "table":
      return table(it);
    case "code":
      return code(it.text);
    case "strip":
      return `${heading(it.title, 3)}\n${stripToMail(it)}`;
    case "bars":
      return `${heading(it.title, 3)}\n${barsToMail(it)}`;
    case "fold":
      return blocksToMail(unfold(it));
  }
}

export function facts(items: readonly Fact[]): string {
  if (items.length === 0) return "";
  const rows = items.map(
    ({ label, value }) =>
      `<tr><td class="quiet line" width="30%" valign="top" style="padding:7px 12px 7px 0;border-bottom:1px solid #e8ecf0;color:#566372;">${inlineHtml(label)}</td>` +
      `<td class="text line" valign="top" style="padding:7px 0;border-bottom:1px solid #e8ecf0;"${direction(value)}>${inlineHtml(value)}</td></tr>`,
  );
  return `<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="margin:0 0 20px 0;border-collapse:collapse;font-size:14px;line-height:20px;color:#17212b;${font}">
${rows.join("\n")}
</table>`;
}

/**
 * Only text that may run from right to left gets the attribute; on every cell it would be a tenth of a long
 * mail.
 */
function direction(text: string): string {
  return /[\u0590-\u08ff\ufb1d-\ufefc]/.test(text) ? ' dir="auto"' : "";
}

function code(text: string): string {
  return `<pre class="shade" style="margin:0 0 18px 0;padding:10px 12px;background:#f1f4f7;color:#17212b;border-radius:4px;font-size:13px;line-height:18px;white-space:pre-wrap;word-break:break-word;${mono}">${escapeHtml(manyLines(text))}</pre>`;
}

export function heading(text: string, level: 1 | 2 | 3): string {
  const size = level === 3 ? 15 : 17;
  return `<h${Math.max(level, 2)} class="text" style="margin:8px 0 8px 0;font-size:${size}px;line-height:24px;color:#17212b;"${direction(text)}>${inlineHtml(text)}</h${Math.max(level, 2)}>`;
}

export function list(items: readonly string[], ordered: boolean): string {
  const tag = ordered ? "ol" : "ul";
  const entries = items.map(
    (item) => `<li style="margin:0 0 7px 0;"${direction(item)}>${inlineHtml(item)}</li>`,
  );
  return `<${tag} class="text" style="margin:0 0 20px 0;padding:0 0 0 22px;font-size:15px;line-height:22px;color:#17212b;">
${entries.join("\n")}
</${tag}>`;
}

/** A cell with one of these words is a state and gets its colour, as on a page. */
const tones: ReadonlyMap<string, Tone> = new Map([
  ["critical", "critical"],
  ["warning", "warning"],
  ["unknown", "warning"],
  ["ok", "recovered"],
]);

function table(it: TableBlock): string {
  const labels = it.columns.map((column) => oneLine(column.label));
  const aligns = it.columns.map((column, index) => alignOf(it, column, index));
  const head = labels.map(
    (label, index) =>
      `<th class="quiet line" align="${aligns[index]}" style="padding:6px 14px 6px 0;border-bottom:2px solid #dbe1e7;">${escapeHtml(label)}</th>`,
  );
  const rows = it.rows.map((row) => {
    const cells = labels.map((_, index) => {
      const text = cellText(row[index]);
      const state = tones.get(text) ?? null;
      const colour = state === null ? "" : `color:${colours[state].text};`;
      // Long names may break anywhere, so that a phone need not scroll sideways; short values do not break.
      const long = text.length > 20;
      const breaks = long ? "word-break:break-word;overflow-wrap:anywhere;" : "white-space:nowrap;";
      return `<td class="${state ?? "text"} line"${aligns[index] === "right" ? ' align="right"' : ""} valign="top" style="padding:6px 14px 6px 0;border-bottom:1px solid #e8ecf0;${breaks}${colour}"${direction(text)}>${long ? breakable(escapeHtml(text)) : escapeHtml(text)}</td>`;
    });
    return `<tr>${cells.join("")}</tr>`;
  });
  return `<div style="overflow-x:auto;"><table width="100%" cellpadding="0" cellspacing="0" border="0" style="margin:0 0 20px 0;border-collapse:collapse;font-size:13px;line-height:18px;color:#17212b;${font}">
<thead><tr style="font-size:12px;line-height:16px;color:#566372;">${head.join("")}</tr></thead>
<tbody>
${rows.join("\n")}
</tbody>
</table></div>`;
}
