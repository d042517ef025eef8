import type { Outcome } from "./types.ts";

/**
 * In UTF-16 units: four times the longest address. A longer text is not an identifier and is not examined.
 */
const longest = 1_000;

const printableAscii = /^[\x21-\x7e]+$/;
/**
 * Of the characters without a glyph, only the two joiners can be part of a spelling: Persian and Indic
 * scripts need them.
 */
const invisible = /[\p{Default_Ignorable_Code_Point}--[\u200c\u200d]]/gv;
/** A joiner next to ASCII has no effect. A run is removed as a whole, or its middle would stay. */
const idleJoiners = /[\u200c\u200d]+(?![^\0-\x7f])|(?<![^\0-\x7f])[\u200c\u200d]+/g;
const idleEnds = /^[\p{White_Space}\p{Cc}\u200c\u200d]+|[\p{White_Space}\p{Cc}\u200c\u200d]+$/gu;
const fullWidth = /[\uff01-\uff5e]/g;

/** `damaged`: a lone surrogate or U+FFFD replaces a character, so two people could look the same. */
export type TextRefusal = "empty" | "too_long" | "damaged";

/**
 * A text as its writer meant it: without blanks and control characters at its ends, without invisible
 * characters (zero-width, byte-order and direction marks), full-width ASCII made ordinary as in RFC 8265,
 * 3.3, and in NFC. Case is kept.
 */
export function plainText(text: string): Outcome<string, TextRefusal> {
  const trimmed = text.trim();
  if (trimmed === "") return { refused: "empty" };
  if (trimmed.length > longest) return { refused: "too_long" };
  if (printableAscii.test(trimmed)) return { value: trimmed };
  if (!trimmed.isWellFormed() || trimmed.includes("\ufffd")) return { refused: "damaged" };
  // Composed before the joiners are removed, because NFC makes ASCII of some characters, and again after,
  // because they kept letters apart.
  const seen = trimmed
    .replace(invisible, "")
    .normalize("NFC")
    .replace(fullWidth, (character) => String.fromCharCode(character.charCodeAt(0) - 0xfee0))
    .replace(idleEnds, "")
    .replace(idleJoiners, "")
    .normalize("NFC");
  return seen === "" ? { refused: "empty" } : { value: seen };
}
