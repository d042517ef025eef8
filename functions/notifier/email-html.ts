import type { Link, Notice } from "../shared/alerting/types.ts";
import type { Block, Fact, TableBlock } from "../shared/report/blocks.ts";
import { breakable, escapeHtml, inlineHtml } from "../shared/report/escape-html.ts";
import { formatInstant } from "../shared/report/format.ts";
import { alignOf, cellText, manyLines, oneLine, unfold } from "../shared/report/plain.ts";
import { pictureToText } from "../shared/report/text-pictures.ts";
import { linksOf } from "./links.ts";
import { headline, state, type Tone, tone } from "./words.ts";

/**
 * The notice as HTML for mail readers: tables for layout and styles in place, because many drop style
 * sheets and know no grid; a style sheet only for what is extra, dark colours and narrow screens. No image,
 * no script, nothing loaded from outside; links are those of the notice.
 */
export function toMailHtml(notice: Notice): string {
  const colour = colours[tone(notice)];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>${inlineHtml(headline(notice))}</title>
<style>${darkAndNarrow}</style>
</head>
<body class="page" style="margin:0;padding:0;background:#f1f4f7;">
<div style="display:none;max-height:0;overflow:hidden;">${inlineHtml(notice.lead)}</div>
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0">
<tr><td align="center" style="padding:24px 12px;">
<table role="presentation" class="card" width="100%" cellpadding="0" cellspacing="0" border="0" style="max-width:680px;background:#ffffff;border:1px solid #dbe1e7;border-top:6px solid ${colour.bar};border-radius:6px;">
<tr><td class="inside" style="padding:24px 28px 8px 28px;${font}">
<p style="margin:0 0 6px 0;font-size:13px;line-height:18px;font-weight:bold;letter-spacing:.04em;text-transform:uppercase;color:${colour.text};" class="${tone(notice)}">${inlineHtml(state(notice) ?? notice.from)}</p>
<h1 class="text" style="margin:0 0 12px 0;font-size:22px;line-height:28px;color:#17212b;" dir="auto">${inlineHtml(notice.title)}</h1>
<p class="text" style="margin:0 0 20px 0;font-size:16px;line-height:24px;color:#17212b;" dir="auto">${inlineHtml(notice.lead)}</p>
${facts(notice.facts)}
${todo(notice.actions)}
${links(linksOf(notice), colour.text)}
${notice.details.map(block).join("\n")}
</td></tr>
<tr><td class="foot inside" style="padding:14px 28px 18px 28px;border-top:1px solid #dbe1e7;${font}font-size:13px;line-height:19px;color:#566372;">
<strong>Why now:</strong> ${inlineHtml(notice.why)}<br>
${inlineHtml(notice.from)}, ${inlineHtml(formatInstant(new Date(notice.at)))}, incident ${inlineHtml(notice.incident)}
</td></tr>
</table>
</td></tr>
</table>
</body>
</html>
`;
}

const font = "font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif;";
const mono = "font-family:Menlo,Consolas,'Liberation Mono',monospace;";

const colours: Readonly<Record<Tone, { readonly bar: string; readonly text: string }>> = {
  critical: { bar: "#c5221f", text: "#b3261e" },
  warning: { bar: "#e8930c", text: "#8a5a00" },
  recovered: { bar: "#1e8e4e", text: "#1b6e3c" },
  info: { bar: "#2b6cb0", text: "#245a94" },
};

const darkAndNarrow = `
@media (prefers-color-scheme: dark) {
  .page { background: #10151a !important; }
  .card { background: #1a2129 !important; border-left-color: #343d47 !important; border-right-color: #343d47 !important; border-bottom-color: #343d47 !important; }
  .text { color: #e6eaee !important; }
  .quiet, .foot { color: #a3adb8 !important; }
  .line, .foot { border-color: #343d47 !important; }
  .shade { background: #232c36 !important; color: #e6eaee !important; }
  .critical { color: #ff8a80 !important; } .warning { color: #ffc35a !important; } .recovered { color: #7fd6a0 !important; } .info { color: #8ab8ec !important; }
}
@media (max-width: 480px) { .inside { padding-left: 16px !important; padding-right: 16px !important; } }
`;

function facts(items: readonly Fact[]): string {
  if (items.length === 0) return "";
  const rows = items.map(
    ({ label, value }) =>
      `<tr><td class="quiet line" width="30%" valign="top" style="padding:7px 12px 7px 0;border-bottom:1px solid #e8ecf0;font-size:14px;line-height:20px;color:#566372;">${inlineHtml(label)}</td>` +
      `<td class="text line" valign="top" style="padding:7px 0;border-bottom:1px solid #e8ecf0;font-size:14px;line-height:20px;color:#17212b;" dir="auto">${inlineHtml(value)}</td></tr>`,
  );
  return `<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="margin:0 0 20px 0;border-collapse:collapse;${font}">
${rows.join("\n")}
</table>`;
}

function todo(actions: readonly string[]): string {
  if (actions.length === 0) return "";
  return `${heading("What to do", 2)}\n${list(actions, true)}`;
}

function links(items: readonly Link[], colour: string): string {
  if (items.length === 0) return "";
  const drawn = items.map(
    ({ label, url }) =>
      `<a href="${escapeHtml(url)}" rel="noreferrer" style="color:${colour};font-weight:bold;">${inlineHtml(label)}</a>`,
  );
  return `<p class="text" style="margin:0 0 20px 0;font-size:15px;line-height:24px;" dir="auto">${drawn.join(" &nbsp; ")}</p>`;
}

function block(it: Block): string {
  switch (it.kind) {
    case "heading":
      return heading(it.text, it.level);
    case "paragraph":
      return `<p class="text" style="margin:0 0 14px 0;font-size:15px;line-height:22px;color:#17212b;" dir="auto">${inlineHtml(it.text)}</p>`;
    case "facts":
      return facts(it.facts);
    case "list":
      return list(it.items, it.ordered);
    case "table":
      return table(it);
    case "code":
      return code(it.text);
    case "strip":
    case "bars":
      return `${heading(it.title, 3)}\n${code(pictureToText(it, 76))}`;
    case "fold":
      return unfold(it).map(block).join("\n");
  }
}

function code(text: string): string {
  return `<pre class="shade" style="margin:0 0 18px 0;padding:10px 12px;background:#f1f4f7;color:#17212b;border-radius:4px;font-size:13px;line-height:18px;white-space:pre-wrap;word-break:break-word;${mono}">${escapeHtml(manyLines(text))}</pre>`;
}

function heading(text: string, level: 1 | 2 | 3): string {
  const size = level === 3 ? 15 : 17;
  return `<h${Math.max(level, 2)} class="text" style="margin:8px 0 8px 0;font-size:${size}px;line-height:24px;color:#17212b;" dir="auto">${inlineHtml(text)}</h${Math.max(level, 2)}>`;
}

function list(items: readonly string[], ordered: boolean): string {
  const tag = ordered ? "ol" : "ul";
  const entries = items.map((item) => `<li style="margin:0 0 7px 0;" dir="auto">${inlineHtml(item)}</li>`);
  return `<${tag} class="text" style="margin:0 0 20px 0;padding:0 0 0 22px;font-size:15px;line-height:22px;color:#17212b;">
${entries.join("\n")}
</${tag}>`;
}

function table(it: TableBlock): string {
  const labels = it.columns.map((column) => oneLine(column.label));
  const aligns = it.columns.map((column, index) => alignOf(it, column, index));
  const head = labels.map(
    (label, index) =>
      `<th class="quiet line" align="${aligns[index]}" style="padding:6px 14px 6px 0;border-bottom:2px solid #dbe1e7;font-size:12px;line-height:16px;color:#566372;">${escapeHtml(label)}</th>`,
  );
  const rows = it.rows.map((row) => {
    const cells = labels.map((_, index) => {
      const text = cellText(row[index]);
      const state = text === "critical" || text === "warning" ? text : null;
      const colour = state === null ? "#17212b" : colours[state].text;
      // Long names may break anywhere, or a phone would have to scroll sideways; short values stay whole.
      const long = text.length > 20;
      const breaks = long ? "word-break:break-word;overflow-wrap:anywhere;" : "white-space:nowrap;";
      return `<td class="${state ?? "text"} line" align="${aligns[index]}" valign="top" style="padding:6px 14px 6px 0;border-bottom:1px solid #e8ecf0;font-size:13px;line-height:18px;${breaks}color:${colour};" dir="auto">${long ? breakable(escapeHtml(text)) : escapeHtml(text)}</td>`;
    });
    return `<tr>${cells.join("")}</tr>`;
  });
  return `<div style="overflow-x:auto;"><table width="100%" cellpadding="0" cellspacing="0" border="0" style="margin:0 0 20px 0;border-collapse:collapse;${font}">
<thead><tr>${head.join("")}</tr></thead>
<tbody>
${rows.join("\n")}
</tbody>
</table></div>`;
}
