import type { Link, Notice } from "../../../shared/alerting/types.ts";
import { escapeHtml, inlineHtml } from "../../../shared/report/escape-html.ts";
import { formatInstant } from "../../../shared/report/format.ts";
import { allFacts } from "../facts.ts";
import { leadsToFunction, linksOf } from "../links.ts";
import { headline, state, tone } from "../words.ts";
import { blocksToMail, facts, heading, list } from "./blocks.ts";
import { type Fitted, fitted } from "./fit.ts";
import { colours, font } from "./look.ts";

/**
 * The notice as HTML for mail readers: tables for layout and inline styles, because many drop style sheets
 * and do not support grid. The style sheet only adds dark colours and narrow screens. No image, no script,
 * nothing loaded from outside; the only links are those of the notice. Never larger than a mail reader shows.
 */
export function toMailHtml(notice: Notice): string {
  return fitted(notice, draw);
}

function draw({ notice, blocks, isShortened }: Fitted): string {
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
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="table-layout:fixed;">
<tr><td align="center" style="padding:24px 12px;">
<table role="presentation" class="card" width="100%" cellpadding="0" cellspacing="0" border="0" style="table-layout:fixed;max-width:680px;background:#ffffff;border:1px solid #dbe1e7;border-top:6px solid ${colour.bar};border-radius:6px;">
<tr><td class="inside" style="padding:24px 28px 8px 28px;overflow-wrap:break-word;${font}">
<p style="margin:0 0 6px 0;font-size:13px;line-height:18px;font-weight:bold;letter-spacing:.04em;text-transform:uppercase;color:${colour.text};" class="${tone(notice)}">${inlineHtml(state(notice) ?? notice.from)}</p>
<h1 class="text" style="margin:0 0 12px 0;font-size:22px;line-height:28px;color:#17212b;" dir="auto">${inlineHtml(notice.title)}</h1>
<p class="text" style="margin:0 0 20px 0;font-size:16px;line-height:24px;color:#17212b;" dir="auto">${inlineHtml(notice.lead)}</p>
${facts(allFacts(notice))}
${todo(notice.actions)}
${links(linksOf(notice), colour.text)}
${blocksToMail(blocks)}
${isShortened ? restOf(notice, colour.text) : ""}</td></tr>
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

const darkAndNarrow = `
@media (prefers-color-scheme: dark) {
  .page { background: #10151a !important; }
  .card { background: #1a2129 !important; border-left-color: #343d47 !important; border-right-color: #343d47 !important; border-bottom-color: #343d47 !important; }
  .text { color: #e6eaee !important; }
  .quiet, .foot { color: #a3adb8 !important; }
  .line, .foot { border-color: #343d47 !important; }
  .pale { background: #343d47 !important; }
  .zero, .axis { background: #a3adb8 !important; } .mark { border-color: #e6eaee !important; }
  .shade { background: #232c36 !important; color: #e6eaee !important; }
  .critical { color: #ff8a80 !important; } .warning { color: #ffc35a !important; } .recovered { color: #7fd6a0 !important; } .info { color: #8ab8ec !important; }
}
@media (max-width: 480px) { .inside { padding-left: 16px !important; padding-right: 16px !important; } .stack { display: block !important; width: 100% !important; box-sizing: border-box; } }
`;

/** Where the reader finds the parts that were left out. */
function restOf(notice: Notice, colour: string): string {
  const where = leadsToFunction(notice)
    ? "The whole text is here:"
    : notice.from === "notifier"
      ? "The text part of this mail has the whole text."
      : `Whole text: GET /${notice.from}?format=html`;
  const words = {
    kind: "paragraph",
    text: `This mail is shortened because mail readers cut off long mails. ${where}`,
  } as const;
  return `${blocksToMail([words])}\n${links(linksOf(notice), colour)}\n`;
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
