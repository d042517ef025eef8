import { type Html, html, safeHref } from "./html.ts";

/**
 * Slack's `mrkdwn` as Slack draws it: `*bold*`, `_italic_`, `~strike~`, code,
 * quotes, `<address|label>`, emoji. Slack's text carries `&amp; &lt; &gt;` for
 * the three characters it gives a meaning.
 */
export function drawMrkdwn(text: string): Html {
  const pieces = text.split(/(```[\s\S]*?```)/);
  return html`${pieces.map((piece) => {
    const block = /^```\n?([\s\S]*?)\n?```$/.exec(piece);
    return block ? html`<pre>${decode(block[1] ?? "")}</pre>` : drawLines(piece);
  })}`;
}

/** `plain_text`: nothing but emoji and the three escapes has a meaning. */
export function drawPlainText(text: string): Html {
  return drawText(text);
}

function drawLines(text: string): Html {
  const lines = text.replace(/^\n|\n$/g, "").split("\n");
  return html`${lines.map((line, index) => {
    const quote = /^(?:&gt;|>) ?(.*)$/.exec(line);
    if (quote) return html`<blockquote>${drawInline(quote[1] ?? "")}</blockquote>`;
    return html`${index > 0 && html`<br>`}${drawInline(line)}`;
  })}`;
}

const inline =
  /`([^`\n]+)`|<([^<>|\s][^<>|]*)(?:\|([^<>]*))?>|(?<![\w*])\*(?!\s)([^*\n]+?)(?<!\s)\*(?![\w*])|(?<![\w_])_(?!\s)([^_\n]+?)(?<!\s)_(?![\w_])|(?<![\w~])~(?!\s)([^~\n]+?)(?<!\s)~(?![\w~])/g;

function drawInline(text: string): Html {
  const drawn: Html[] = [];
  let from = 0;
  for (const match of text.matchAll(inline)) {
    drawn.push(drawText(text.slice(from, match.index)), drawMark(match));
    from = match.index + match[0].length;
  }
  drawn.push(drawText(text.slice(from)));
  return html`${drawn}`;
}

function drawMark(match: RegExpExecArray): Html {
  const [, code, address, label, bold, italic, strike] = match;
  if (code !== undefined) return html`<code>${decode(code)}</code>`;
  if (address !== undefined) return drawReference(address, label);
  if (bold !== undefined) return html`<b>${drawInline(bold)}</b>`;
  if (italic !== undefined) return html`<i>${drawInline(italic)}</i>`;
  return html`<s>${drawInline(strike ?? "")}</s>`;
}

function drawReference(address: string, label: string | undefined): Html {
  const date = /^!date\^[^|]*$/.test(address);
  if (date) return html`${decode(label ?? "")}`;
  if (/^[!@#]/.test(address))
    return html`<span class="mention">${decode(label ?? address.replace("!", "@"))}</span>`;
  const href = safeHref(decode(address));
  const words = decode(label ?? address);
  return href === null
    ? html`${words}`
    : html`<a href="${href}" rel="noreferrer" target="_blank">${words}</a>`;
}

function drawText(text: string): Html {
  return html`${drawEmoji(decode(text))}`;
}

function decode(text: string): string {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

const emoji = new Map([
  ["rotating_light", "🚨"],
  ["red_circle", "🔴"],
  ["large_red_circle", "🔴"],
  ["large_orange_circle", "🟠"],
  ["large_yellow_circle", "🟡"],
  ["large_green_circle", "🟢"],
  ["warning", "⚠️"],
  ["white_check_mark", "✅"],
  ["heavy_check_mark", "✔️"],
  ["bell", "🔔"],
  ["hourglass", "⌛"],
  ["x", "❌"],
  ["information_source", "ℹ️"],
  ["question", "❓"],
]);

function drawEmoji(text: string): string {
  return text.replace(/:([a-z0-9_+-]+):/g, (all, name: string) => emoji.get(name) ?? all);
}
