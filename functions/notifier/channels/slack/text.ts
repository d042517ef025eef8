import type { Link } from "../../../shared/alerting/types.ts";
import { oneLine } from "../../../shared/report/plain.ts";

/**
 * Text for Slack's text objects: `&`, `<` and `>` escaped (which also disables `<!channel>` and `<@user>`),
 * on one line, and at most `limit` characters as Slack counts them, after escaping.
 */
export function slackText(text: string, limit: number): string {
  const line = [...oneLine(text.replace(/\s+/g, " ")).toWellFormed()].map(escaped);
  return joinUpTo(line, limit);
}

/** The same for `mrkdwn`, with the marks for bold, italics and code made ineffective. */
export function slackMrkdwn(text: string, limit: number): string {
  return slackText(unmarked(text), limit);
}

export const maxLabelLength = 75;

/**
 * `<url|label>`; the address is never cut, because it would lead elsewhere. @param link as `linksOf` returns
 * it
 */
export function slackLink({ label, url }: Link): string {
  const address = [...url].map(escaped).join("");
  return `<${address}|${slackMrkdwn(label.replaceAll("|", "¦"), maxLabelLength)}>`;
}

function escaped(character: string): string {
  if (character === "&") return "&amp;";
  if (character === "<") return "&lt;";
  if (character === ">") return "&gt;";
  return character;
}

/** Cuts between words if one ends near the limit, else between characters; never inside an entity. */
function joinUpTo(characters: readonly string[], limit: number): string {
  const whole = characters.join("");
  if (whole.length <= limit) return whole;
  let cut = "";
  for (const character of characters) {
    if (cut.length + character.length > limit - 1) break;
    cut += character;
  }
  const word = cut.lastIndexOf(" ");
  return `${(word > limit * 0.7 ? cut.slice(0, word) : cut).replace(/[\s,;:]+$/, "")}…`;
}

const lookalike: Readonly<Record<string, string>> = { "*": "∗", _: "ˍ", "~": "∼" };

/**
 * mrkdwn has no escape for its own marks. A mark only works at the beginning of a word, so
 * `facebook_ads_insights` stays as it is; addresses are not changed, because they must stay valid.
 */
function unmarked(text: string): string {
  return text
    .split(/(https?:\/\/[^\s<>|]+)/)
    .map((part, index) =>
      index % 2 === 1
        ? part
        : part
            .replaceAll("`", "'")
            .replace(/(?<![\p{L}\p{N}])[*_~](?=\S)/gu, (mark) => lookalike[mark] ?? mark),
    )
    .join("");
}
