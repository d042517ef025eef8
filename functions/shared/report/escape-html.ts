import { oneLine } from "./plain.ts";

/** For text and for attribute values in either kind of quotes. */
export function escapeHtml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}

/** The same on one line. */
export function inlineHtml(text: string): string {
  return escapeHtml(oneLine(text));
}

/** Marks good positions for line breaks in a long name. @param escaped without tags */
export function breakable(escaped: string): string {
  return escaped.replace(/([_./-])(?=[^_./-])/g, "$1<wbr>");
}
