/** A cell of a CSV file; `quoted` tells an empty text from nothing. */
export interface Cell {
  readonly text: string;
  readonly quoted: boolean;
}

/** RFC 4180: quoted cells may hold the delimiter, doubled quotes and line ends. */
export function parseCsv(text: string, delimiter: string): Cell[][] {
  const rows: Cell[][] = [];
  let row: Cell[] = [];
  let at = 0;
  while (at < text.length) {
    const cell = text[at] === '"' ? quotedCell(text, at) : plainCell(text, at, delimiter);
    row.push({ text: cell.text, quoted: text[at] === '"' });
    at = cell.end;
    if (text.startsWith(delimiter, at)) {
      at += delimiter.length;
      // A delimiter at the very end has an empty cell after it.
      if (at < text.length) continue;
      row.push({ text: "", quoted: false });
    }
    if (text.startsWith("\r\n", at)) at += 2;
    else if (at < text.length) at += 1;
    if (row.length > 1 || row[0]?.quoted || row[0]?.text !== "") rows.push(row);
    row = [];
  }
  return rows;
}

function quotedCell(text: string, start: number): { text: string; end: number } {
  let end = start + 1;
  for (;;) {
    const quote = text.indexOf('"', end);
    if (quote < 0) return { text: text.slice(start + 1).replaceAll('""', '"'), end: text.length };
    if (text[quote + 1] !== '"') {
      return { text: text.slice(start + 1, quote).replaceAll('""', '"'), end: quote + 1 };
    }
    end = quote + 2;
  }
}

function plainCell(text: string, start: number, delimiter: string): { text: string; end: number } {
  let end = start;
  while (end < text.length && text[end] !== "\n" && text[end] !== "\r" && !text.startsWith(delimiter, end))
    end++;
  return { text: text.slice(start, end), end };
}
