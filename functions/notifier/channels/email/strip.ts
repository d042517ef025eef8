import type { Mark, StripBlock, StripRow } from "../../../shared/report/blocks.ts";
import { breakable, inlineHtml } from "../../../shared/report/escape-html.ts";
import { markOf, marksIn, marksText, markWords, problemText } from "../../../shared/report/picture-words.ts";
import { font } from "./look.ts";
import { daysBelow, legendBelow, partsOf, sample } from "./picture.ts";

/**
 * A day is a cell with a background, and a letter if something is wrong. Cells are as short as possible:
 * there may be thousands, and mail readers cut a message at about 100 kB.
 */
export function stripToMail(block: StripBlock): string {
  const { days, rows } = block;
  if (days.length === 0 || rows.length === 0) return legendBelow([["", "No data."]]);
  const parts = partsOf(days.length).map(({ from, to }) => {
    const shown = days.slice(from, to);
    const drawn = rows.map((row) => line(label(row, days), marks(row, days, from, to)));
    return `<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="margin:0 0 8px 0;table-layout:fixed;${font}">
${[...drawn, line("", daysBelow(shown, dayWidth))].join("\n")}
</table>`;
  });
  const legend = marksIn(block).map((mark) => {
    const { colour, letter, kind } = looks[mark];
    return [sample(colour, letter, kind), markWords[mark]] as const;
  });
  return `${parts.join("\n")}\n${legendBelow(legend)}`;
}

/** Pixels of a day where there is room. */
const dayWidth = 24;

interface Look {
  readonly colour: string;
  readonly letter: string;
  /** Class for colours that are too light for a dark page. */
  readonly kind?: string;
}

const looks: Readonly<Record<Mark, Look>> = {
  arrived: { colour: "#57a173", letter: "" },
  partial: { colour: "#a86a0b", letter: "/" },
  missing: { colour: "#c5221f", letter: "×" },
  not_due: { colour: "#e4e9ee", letter: "", kind: "pale" },
  unknown: { colour: "#6b7785", letter: "?" },
};

function line(left: string, right: string): string {
  return `<tr><td class="stack text" width="34%" style="padding:2px 10px 2px 0;font-size:12px;line-height:15px;color:#17212b;word-break:break-word;overflow-wrap:anywhere;">${left}</td><td class="stack" style="padding:2px 0;">${right}</td></tr>`;
}

function label(row: StripRow, days: readonly string[]): string {
  const wrong = problemText(row, days);
  const name = `<span dir="auto">${breakable(inlineHtml(row.label))}</span>`;
  return wrong === ""
    ? name
    : `${name} <span class="quiet" style="font-size:11px;color:#566372;">${wrong}</span>`;
}

function marks(row: StripRow, days: readonly string[], from: number, to: number): string {
  const cells = days.slice(from, to).map((_, index) => {
    const { colour, letter, kind } = looks[markOf(row, from + index)];
    return `<td${kind === undefined ? "" : ` class="${kind}"`} bgcolor="${colour}">${letter}</td>`;
  });
  const words = inlineHtml(`${row.label}: ${marksText(row, days)}`);
  return `<table role="img" aria-label="${words}" width="100%" cellpadding="0" cellspacing="1" border="0" style="table-layout:fixed;max-width:${(to - from) * dayWidth}px;"><tr height="16" align="center" style="height:16px;font-size:11px;line-height:14px;font-weight:bold;color:#ffffff;">${cells.join("")}</tr></table>`;
}
