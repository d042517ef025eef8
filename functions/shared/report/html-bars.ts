import type { BarsBlock } from "./blocks.ts";
import { inlineHtml } from "./escape-html.ts";
import { formatDay } from "./format.ts";
import { axisToHtml, percent } from "./html-axis.ts";
import {
  barsText,
  formatFigure,
  formatShort,
  markedText,
  type Scale,
  scaleOf,
  sumUp,
  valuesOf,
} from "./picture-words.ts";

/** Pixels, as in the style sheet: the narrowest and the widest a day gets, and the room on a phone. */
const [narrowest, widest, phone] = [8, 64, 260];

/** Bars side by side, one of each series a day, on one scale that always holds zero. */
export function barsToHtml(block: BarsBlock): string {
  const { days, series } = block;
  const values = series.map((one) => valuesOf(one, days));
  const scale = scaleOf(values.flat());
  const columns = days.map((day, at) => {
    const here = values.map((one) => one[at] ?? null);
    const bars = here.map((value, index) => barToHtml(value, index, scale)).join("");
    return `<div title="${inlineHtml(dayText(block, day, here))}">${bars}</div>`;
  });
  const dayWidth = Math.min(widest, Math.max(narrowest, phone / days.length));
  return `<div class="chart">
<div class="scale" aria-hidden="true">${scaleToHtml(scale, block.unit)}</div>
<div class="days" role="region" tabindex="0" aria-label="Days: ${inlineHtml(block.title)}">
<div class="plot" style="--days:${days.length}">
<div class="field${series.length > 1 ? " two" : ""}" role="img" aria-label="${inlineHtml(barsText(block))}"><hr style="bottom:${percent(scale.zero)}">${columns.join("")}${lineToHtml(block)}</div>
${axisToHtml(days, dayWidth)}
</div>
</div>
</div>
<div class="legend">${legendToHtml(block, values)}</div>`;
}

function barToHtml(value: number | null, index: number, { least, most, zero }: Scale): string {
  const series = index === 0 ? "first" : "second";
  if (value === null) return `<i class="${series} unknown"></i>`;
  if (value === 0) return `<i class="${series} zero" style="bottom:${percent(zero)}"></i>`;
  const height = Math.abs(value) / (most - least);
  const bottom = value > 0 ? zero : zero - height;
  return `<i class="${series}${value < 0 ? " below" : ""}" style="bottom:${percent(bottom)};height:${percent(height)}"></i>`;
}

/** Zero is left out if it would touch the figure below it. */
function scaleToHtml({ least, most, zero }: Scale, unit: string): string {
  const at = (value: number, share: number) =>
    `<span style="bottom:${percent(share)}">${inlineHtml(formatShort(value, unit))}</span>`;
  return [
    ...(most > 0 ? [at(most, 1)] : []),
    ...(least < 0 ? [at(least, 0)] : []),
    ...((zero === 0 || zero > 0.12) && (most === 0 || zero < 0.88) ? [at(0, zero)] : []),
  ].join("");
}

function lineToHtml({ days, marked }: BarsBlock): string {
  const at = marked === undefined ? -1 : days.indexOf(marked.day);
  return at < 0 ? "" : `<b style="left:${percent((at + 1) / days.length)}"></b>`;
}

function legendToHtml(block: BarsBlock, values: readonly (readonly (number | null)[])[]): string {
  const marked = markedText(block);
  return [
    ...block.series.map(
      (one, index) =>
        `<span><i class="${index === 0 ? "first" : "second"}"></i><span dir="auto">${inlineHtml(one.label)}</span>: ${inlineHtml(sumUp(one, block))}</span>`,
    ),
    ...(values.flat().includes(null) ? ['<span><i class="unknown"></i>unknown</span>'] : []),
    ...(marked === null ? [] : [`<span dir="auto"><i class="after"></i>${inlineHtml(marked)}</span>`]),
  ].join(" ");
}

/** "8 Feb 2026: Facebook $1.2K, Google not known" */
function dayText({ series, unit }: BarsBlock, day: string, here: readonly (number | null)[]): string {
  const said = series.map(({ label }, index) => {
    const value = here[index] ?? null;
    return `${label} ${value === null ? "unknown" : formatFigure(value, unit)}`;
  });
  return `${formatDay(day)}: ${said.join(", ")}`;
}
