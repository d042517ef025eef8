import { ConfigurationError } from "../errors.ts";

export type KeyRefusal =
  | "missing"
  | "empty"
  | "blank"
  /** The line end that `echo` adds makes a different key, and every join breaks. */
  | "newline_at_an_end"
  | "blank_at_an_end"
  /** Any character except printable ASCII without blanks: encodings differ for the others. */
  | "other_characters"
  | "too_short"
  | "placeholder";

/** No identifier is hashed with such a key. The message contains neither the key nor its length. */
export class KeyRefusedError extends ConfigurationError {
  readonly reason: KeyRefusal;

  constructor(reason: KeyRefusal) {
    super(
      `The key for identifiers is not used: ${words[reason]}; ` +
        "make a good one: openssl rand -hex 32 | tr -d '\\n' | gcloud secrets versions add SECRET --data-file=-",
    );
    this.reason = reason;
  }
}

const minKeyLength = 32;

const words: Readonly<Record<KeyRefusal, string>> = {
  missing: "there is none",
  empty: "it is empty",
  blank: "it contains only blanks",
  newline_at_an_end: "it begins or ends with a newline, which makes it another key",
  blank_at_an_end: "it begins or ends with a blank, which makes it another key",
  other_characters: "it contains blanks or characters that are not printable ASCII",
  too_short: `it is shorter than ${minKeyLength} characters and could be guessed`,
  placeholder: "it looks like a placeholder",
};

const placeholderWords =
  /change.?me|place.?holder|replace|your.?(?:secret|key)|secret.?key|example|dummy|insert|sample|default|password/i;
/** 32 random hexadecimal digits have fewer different characters than this once in millions. */
const fewestCharacters = 8;

/** Null if the key can be used. */
export function keyRefusal(text: string | null | undefined): KeyRefusal | null {
  if (text === null || text === undefined) return "missing";
  if (text === "") return "empty";
  if (/^[\p{White_Space}\ufeff]*$/u.test(text)) return "blank";
  if (/^[\r\n]|[\r\n]$/.test(text)) return "newline_at_an_end";
  if (text.trim() !== text) return "blank_at_an_end";
  if (!/^[\x21-\x7e]*$/.test(text)) return "other_characters";
  if (text.length < minKeyLength) return "too_short";
  return isPlaceholder(text) ? "placeholder" : null;
}

function isPlaceholder(text: string): boolean {
  const steps = [...text].slice(1).map((character, n) => character.charCodeAt(0) - text.charCodeAt(n));
  return (
    placeholderWords.test(text) ||
    new Set(text).size < fewestCharacters ||
    // A repeated pattern.
    (text + text).indexOf(text, 1) < text.length ||
    // abcdefgh…, 12345678…
    steps.filter((step) => Math.abs(step) === 1).length > steps.length / 2
  );
}
