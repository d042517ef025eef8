import type { BarsBlock, Mark, StripBlock } from "./blocks.ts";
import {
  markedText,
  markOf,
  marksIn,
  markWords,
  rangeOf,
  shortDay,
  sumUp,
  valuesOf,
} from "./picture-words.ts";
import { oneLine } from "./plain.ts";
import { displayWidth, padTo, wrap } from "./width.ts";

/**
 * A strip or bars as text without the title: a line for each subject, a character for each day. More days
 * than fit are split into parts; no line is wider than `pageWidth`.
 */
export function pictureToText(block: StripBlock | BarsBlock, pageWidth: number): string {
  if (block.days.length === 0) return "no days";
  const lines = block.kind === "strip" ? stripLines(block) : barsLines(block);
  const columns = columnsOf(block);
  const width = Math.min(widestLabel, Math.max(0, ...lines.map(({ label }) => displayWidth(label))));
  const room = Math.max(1, pageWidth - width - 2);
  const parts = Array.from({ length: Math.ceil(columns.length / room) }, (_, part) => {
    const shown = columns.slice(part * room, (part + 1) * room);
    const head = `${" ".repeat(width + 2)}${header(shown, block.days)}`;
    const drawn = lines.flatMap(({ label, letters, note }) => {
      const marks = shown.map((at) => (at === null ? "|" : (letters[at] ?? " "))).join("");
      const isLast = (part + 1) * room >= columns.length;
      const notes = note === null || !isLast ? [] : wrap(note, room, true);
      return beside(wrap(label, width, true), [marks, ...notes], width);
    });
    return [head, ...drawn].join("\n");
  });
  const legend = (block.kind === "strip" ? stripLegend(block) : barsLegend(block, lines)).join("  ");
  const foot = [`${rangeOf(block.days)}, a column a day`, ...(legend === "" ? [] : [legend])];
  return [...parts, foot.flatMap((line) => wrap(line, pageWidth, true)).join("\n")].join("\n\n");
}

/** Longer names are wrapped, so that there is room for the days. */
const widestLabel = 36;

interface Line {
  readonly label: string;
  /** One a day. */
  readonly letters: readonly string[];
  /** Stands below. */
  readonly note: string | null;
}

/** Letters that are distinct in any font; a gap does not look like a day that arrived. */
const letterOf: Readonly<Record<Mark, string>> = {
  arrived: "█",
  partial: "▌",
  missing: "x",
  not_due: "·",
  unknown: "?",
};

function stripLines({ days, rows }: StripBlock): Line[] {
  return rows.map((row) => ({
    label: oneLine(row.label),
    letters: days.map((_, at) => letterOf[markOf(row, at)]),
    note: null,
  }));
}

function stripLegend(block: StripBlock): string[] {
  return marksIn(block).map((mark) => `${letterOf[mark]} ${markWords[mark]}`);
}

const levels = "▁▂▃▄▅▆▇█";

/** The series share one scale, from zero to the greatest figure, so that they can be compared. */
function barsLines(block: BarsBlock): Line[] {
  const all = block.series.map((series) => valuesOf(series, block.days));
  const most = Math.max(0, ...all.flat().map((value) => value ?? 0));
  return block.series.map((series, index) => ({
    label: oneLine(series.label),
    letters: (all[index] ?? []).map((value) => levelOf(value, most)),
    note: oneLine(sumUp(series, block)),
  }));
}

/** Zero is a digit and not the lowest bar, so that a day without rows is visible. */
function levelOf(value: number | null, most: number): string {
  if (value === null) return "?";
  if (value === 0) return "0";
  if (value < 0) return "-";
  return levels[Math.min(levels.length - 1, Math.floor((value / most) * levels.length))] ?? "?";
}

function barsLegend(block: BarsBlock, lines: readonly Line[]): string[] {
  const marked = markedText(block);
  const there = new Set(lines.flatMap(({ letters }) => letters));
  return [
    ...(there.has("0") ? ["0 zero"] : []),
    ...(there.has("-") ? ["- below zero"] : []),
    ...(there.has("?") ? ["? unknown"] : []),
    ...(marked === null ? [] : [`| ${oneLine(marked)}`]),
  ];
}

/** Index of each day; null for the line after the day that is marked. */
function columnsOf(block: StripBlock | BarsBlock): (number | null)[] {
  const marked = block.kind === "bars" ? block.marked?.day : undefined;
  return block.days.flatMap((day, at) => (day === marked ? [at, null] : [at]));
}

/** The first day and every first of a month, each above its column, if there is room. */
function header(shown: readonly (number | null)[], days: readonly string[]): string {
  let line = "";
  for (const [column, at] of shown.entries()) {
    const day = at === null ? "" : (days[at] ?? "");
    const isNamed = column === 0 || day.slice(8, 10) === "01";
    if (day === "" || !isNamed || (column > 0 && line.length >= column)) continue;
    line = line.padEnd(column) + shortDay(day);
  }
  return line;
}

/** Labels on the left, texts on the right, each with as many lines as it needs. */
function beside(labels: readonly string[], texts: readonly string[], width: number): string[] {
  return Array.from({ length: Math.max(labels.length, texts.length) }, (_, depth) =>
    `${padTo(labels[depth] ?? "", width)}  ${texts[depth] ?? ""}`.trimEnd(),
  );
}
