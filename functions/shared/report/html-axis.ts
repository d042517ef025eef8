import { shortDay } from "./picture-words.ts";

/** Pixels that "26 Jan" takes, and the gap after it. */
const labelWidth = 56;

/**
 * The days under a picture: the first, the last, and the Mondays between that do not touch another.
 *
 * @param dayWidth pixels of a day in the narrowest window
 */
export function axisToHtml(days: readonly string[], dayWidth: number): string {
  const ticks = [0];
  const end = (days.length - 1) * dayWidth + dayWidth - labelWidth;
  for (const [at, day] of days.entries()) {
    const isClear = (at - (ticks.at(-1) ?? 0)) * dayWidth >= labelWidth;
    if (isMonday(day) && isClear && at * dayWidth + labelWidth <= end) ticks.push(at);
  }
  const drawn = ticks.map(
    (at) => `<span style="left:${percent(at / days.length)}">${shortDay(days[at] ?? "")}</span>`,
  );
  const last = days.length > 1 ? `<span class="last">${shortDay(days.at(-1) ?? "")}</span>` : "";
  return `<div class="axis" aria-hidden="true">${drawn.join("")}${last}</div>`;
}

function isMonday(day: string): boolean {
  return new Date(`${day}T00:00:00Z`).getUTCDay() === 1;
}

/** "12.5%" of 0.125, for a style. */
export function percent(share: number): string {
  return `${Math.round(share * 10_000) / 100}%`;
}
