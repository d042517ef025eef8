import { shortDay } from "../../../shared/report/picture-words.ts";
import { font } from "./look.ts";

/** With more days in a row, they are too thin on a phone. */
const maxDays = 35;

/** Splits the days into parts of about equal length, drawn one below the other: from and up to, by index. */
export function partsOf(days: number): { readonly from: number; readonly to: number }[] {
  const length = Math.ceil(days / Math.ceil(days / maxDays));
  return Array.from({ length: Math.ceil(days / length) }, (_, part) => ({
    from: part * length,
    to: Math.min(days, (part + 1) * length),
  }));
}

/** The first and the last day, below the drawing. @param widest pixels of a day where there is room */
export function daysBelow(days: readonly string[], widest: number): string {
  const [first = "", last = ""] = [days[0], days.at(-1)];
  const cell = (day: string, side: string) =>
    `<td class="quiet" align="${side}" style="padding:2px 0 0 0;font-size:11px;line-height:14px;color:#566372;">${shortDay(day)}</td>`;
  return `<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="max-width:${Math.max(120, days.length * widest)}px;${font}"><tr>${cell(first, "left")}${days.length > 1 ? cell(last, "right") : ""}</tr></table>`;
}

/** @param entries HTML: a sample of each mark and its meaning */
export function legendBelow(entries: readonly (readonly [sample: string, words: string])[]): string {
  const drawn = entries.map(([sample, words]) => `${sample}&nbsp;${words}`);
  return `<p class="quiet" style="margin:6px 0 20px 0;font-size:12px;line-height:19px;color:#566372;word-break:break-word;overflow-wrap:anywhere;">${drawn.join(" &nbsp; ")}</p>`;
}

export function sample(colour: string, letter = "", kind = ""): string {
  return `<span${kind === "" ? "" : ` class="${kind}"`} style="background:${colour};color:#ffffff;">&nbsp;${letter || "&nbsp;"}&nbsp;</span>`;
}
