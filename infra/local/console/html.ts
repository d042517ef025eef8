/** Markup that may be sent as it is. Only `html` makes it, so text cannot become markup by accident. */
export interface Html {
  readonly markup: string;
}

type Value = Html | string | number | null | undefined | false | readonly Value[];

/** A template whose values are escaped, unless they are `Html` themselves; null, undefined and false are nothing. */
export function html(parts: TemplateStringsArray, ...values: readonly Value[]): Html {
  return { markup: parts.reduce((all, part, index) => all + toMarkup(values[index - 1]) + part) };
}

function toMarkup(value: Value): string {
  if (value === null || value === undefined || value === false) return "";
  if (Array.isArray(value)) return value.map(toMarkup).join("");
  if (typeof value === "object" && "markup" in value) return value.markup;
  return escapeHtml(String(value));
}

const entities = new Map([
  ["&", "&amp;"],
  ["<", "&lt;"],
  [">", "&gt;"],
  ['"', "&quot;"],
  ["'", "&#39;"],
]);

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities.get(character) ?? character);
}

/** The address when a reader may follow it; null for `javascript:` and whatever else is no place to go. */
export function safeHref(address: string): string | null {
  return /^(https?:\/\/|mailto:)/i.test(address) ? address : null;
}
