import type { StripBlock, StripRow } from "./blocks.ts";
import { breakable, escapeHtml, inlineHtml } from "./escape-html.ts";
import { formatDay } from "./format.ts";
import { axisToHtml } from "./html-axis.ts";
import { markOf, marksIn, marksText, markWords, problemText } from "./picture-words.ts";

/** Pixels, as in the style sheet: the narrowest and the widest a day gets, and the room on a phone. */
const [narrowest, widest, phone] = [9, 26, 328];

/** Rows of marks above one axis, with a legend. */
export function stripToHtml(block: StripBlock): string {
  const { days, rows } = block;
  const dayWidth = Math.min(widest, Math.max(narrowest, phone / days.length));
  const dates = days.map(formatDay);
  const legend = marksIn(block).map((mark) => `<span><i class="${mark}"></i>${markWords[mark]}</span>`);
  return `<div class="days" role="region" tabindex="0" aria-label="Days: ${inlineHtml(block.title)}">
<div class="plot" style="--days:${days.length}">
${rows.map((row) => rowToHtml(row, days, dates)).join("\n")}
<div class="row"><div></div>${axisToHtml(days, dayWidth)}</div>
</div>
</div>
<div class="legend">${legend.join(" ")}</div>`;
}

function rowToHtml(row: StripRow, days: readonly string[], dates: readonly string[]): string {
  const marks = dates.map((date, at) => {
    const mark = markOf(row, at);
    return `<i class="${mark}" title="${escapeHtml(`${date}: ${markWords[mark]}`)}"></i>`;
  });
  const wrong = problemText(row, days);
  const label = `<span dir="auto">${breakable(inlineHtml(row.label))}</span>${wrong === "" ? "" : ` <small>${wrong}</small>`}`;
  const words = inlineHtml(`${row.label}: ${marksText(row, days)}`);
  return `<div class="row"><div class="label">${label}</div><div class="marks" role="img" aria-label="${words}">${marks.join("")}</div></div>`;
}
