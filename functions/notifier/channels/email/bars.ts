import type { BarsBlock } from "../../../shared/report/blocks.ts";
import { inlineHtml } from "../../../shared/report/escape-html.ts";
import {
  barsText,
  formatShort,
  markedText,
  type Scale,
  scaleOf,
  sumUp,
  valuesOf,
} from "../../../shared/report/picture-words.ts";
import { font } from "./look.ts";
import { daysBelow, legendBelow, partsOf, sample } from "./picture.ts";

/** Pixels from the least to the greatest figure. */
const height = 110;

/** Pixels of a day where there is room. */
const dayWidth = 48;

const gapColour = "#e4e9ee";

/**
 * Bars as cells of different height, on one scale for all parts: positive ones stand on a line, negative ones
 * hang from it. An unknown day is pale from top to bottom; a day of zero is a thin line.
 */
export function barsToMail(block: BarsBlock): string {
  const { days, series } = block;
  if (days.length === 0 || series.length === 0) return legendBelow([["", "No data."]]);
  const values = series.map((one) => valuesOf(one, days));
  const scale = scaleOf(values.flat());
  const parts = partsOf(days.length).map(({ from, to }) => {
    const shown = days.slice(from, to).map((day, index) => ({
      isMarked: day === block.marked?.day,
      values: values.map((one) => one[from + index] ?? null),
    }));
    const widest = Math.max(120, (to - from) * dayWidth);
    return `<div style="max-width:${widest}px;margin:0 0 8px 0;">${partToMail(shown, scale, block.unit)}${daysBelow(days.slice(from, to), dayWidth)}</div>`;
  });
  return `<div role="img" aria-label="${inlineHtml(barsText(block))}" style="${font}">
${parts.join("\n")}
</div>
${legend(block, values)}`;
}

interface Day {
  /** True if a line follows it. */
  readonly isMarked: boolean;
  /** One of each series. */
  readonly values: readonly (number | null)[];
}

function partToMail(days: readonly Day[], scale: Scale, unit: string): string {
  const below = Math.round(height * scale.zero);
  const isFlat = scale.most === 0 && scale.least === 0;
  const top = isFlat ? "" : figure(formatShort(scale.most, unit), "bottom");
  const line = `<div class="axis" style="height:1px;font-size:0;line-height:0;background:#566372;"></div>`;
  const upper = `${top}\n${rowToMail(days, scale, { side: "above", pixels: height - below })}\n${line}\n`;
  if (below === 0) return upper;
  const end = figure(formatShort(scale.least, unit), "top");
  return `${upper}${rowToMail(days, scale, { side: "below", pixels: below })}\n${end}\n`;
}

/** The part of the drawing on one side of zero, and its height. */
interface Half {
  readonly side: "above" | "below";
  readonly pixels: number;
}

function rowToMail(days: readonly Day[], scale: Scale, half: Half): string {
  const cells = days.flatMap(({ values, isMarked }) =>
    values.map((value, index) => {
      const marked = isMarked && index === values.length - 1;
      const edges = `${index === 0 ? "padding-left:2px;" : ""}${marked ? "border-right:2px dashed #17212b;" : ""}`;
      return `<td${marked ? ' class="mark"' : ""}${edges === "" ? "" : ` style="${edges}"`}>${bar(value, index, scale, half)}</td>`;
    }),
  );
  const { side, pixels } = half;
  return `<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="table-layout:fixed;"><tr valign="${side === "above" ? "bottom" : "top"}" height="${pixels}" style="height:${pixels}px;">${cells.join("")}</tr></table>`;
}

function bar(value: number | null, index: number, { least, most }: Scale, { side, pixels }: Half): string {
  if (value === null) return filled(pixels, gapColour, "pale");
  if (value === 0) return side === "above" ? filled(2, "#17212b", "zero") : "";
  if (value > 0 !== (side === "above")) return "";
  const share = Math.abs(value / (side === "above" ? most : least));
  return filled(Math.max(2, Math.round(pixels * share)), colourOf(index));
}

function colourOf(index: number): string {
  return index === 0 ? "#2f6fb3" : "#e0b062";
}

/** A cell of its own table, the only element whose height every mail reader keeps. */
function filled(pixels: number, colour: string, kind = ""): string {
  return `<table width="100%" cellpadding="0" cellspacing="0" border="0"><tr><td${kind === "" ? "" : ` class="${kind}"`} height="${pixels}" bgcolor="${colour}" style="font-size:0;line-height:0;"></td></tr></table>`;
}

/** One end of the scale, with its line. */
function figure(text: string, edge: "top" | "bottom"): string {
  return `<div class="quiet line" style="border-${edge}:1px dashed #dbe1e7;font-size:11px;line-height:15px;color:#566372;">${inlineHtml(text)}</div>`;
}

function legend(block: BarsBlock, values: readonly (readonly (number | null)[])[]): string {
  const marked = markedText(block);
  return legendBelow([
    ...block.series.map(
      (one, at) => [sample(colourOf(at)), inlineHtml(`${one.label}: ${sumUp(one, block)}`)] as const,
    ),
    ...(values.flat().includes(null) ? [[sample(gapColour, "", "pale"), "unknown"] as const] : []),
    ...(marked === null ? [] : [["┆", inlineHtml(marked)] as const]),
  ]);
}
