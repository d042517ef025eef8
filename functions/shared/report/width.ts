const segments = new Intl.Segmenter("en", { granularity: "grapheme" });
const wide =
  /[\p{Emoji_Presentation}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\uff01-\uff60\uffe0-\uffe6]/u;
const nothing = /^[\p{Mark}\p{Format}]+$/u;

/** Columns that a text takes in a terminal: accents take none, East Asian characters and emoji two. */
export function displayWidth(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length;
  let width = 0;
  for (const { segment } of segments.segment(text)) width += graphemeWidth(segment);
  return width;
}

function graphemeWidth(grapheme: string): number {
  if (nothing.test(grapheme)) return 0;
  return wide.test(grapheme) ? 2 : 1;
}

export function padTo(text: string, width: number, align: "left" | "right" = "left"): string {
  const room = " ".repeat(Math.max(0, width - displayWidth(text)));
  return align === "right" ? room + text : text + room;
}

/**
 * Lines no wider than `width`, broken between words.
 *
 * @param breakWords cuts a word that is wider than a line; without it such a word (a link, a command) stays
 *   whole
 */
export function wrap(text: string, width: number, breakWords = false): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ").flatMap((whole) => (breakWords ? cut(whole, width) : [whole]))) {
    if (line === "") line = word;
    else if (displayWidth(line) + 1 + displayWidth(word) <= width) line += ` ${word}`;
    else {
      lines.push(line);
      line = word;
    }
  }
  return [...lines, line];
}

/** Prefers to cut a long name after `_`, `.`, `-` or `/`. */
function cut(word: string, width: number): string[] {
  const pieces: string[] = [];
  let piece: string[] = [];
  let taken = 0;
  for (const { segment } of segments.segment(word)) {
    const size = graphemeWidth(segment);
    if (taken + size > width && piece.length > 0) {
      const seam = piece.findLastIndex((letter) => "_.-/".includes(letter)) + 1;
      const end = seam > piece.length / 3 ? seam : piece.length;
      pieces.push(piece.slice(0, end).join(""));
      piece = piece.slice(end);
      taken = displayWidth(piece.join(""));
    }
    piece.push(segment);
    taken += size;
  }
  return [...pieces, piece.join("")];
}
