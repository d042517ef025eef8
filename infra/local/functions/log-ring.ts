/** The last lines a process wrote, oldest first. */
export interface LogRing {
  write(chunk: string): void;
  lines(): readonly string[];
}

const longestLine = 2_000;

export function createLogRing(capacity = 200): LogRing {
  const lines: string[] = [];
  let partial = "";
  return {
    write(chunk) {
      const pieces = (partial + chunk).split(/\r?\n/);
      // A stream that never ends its line must not grow without bound.
      partial = (pieces.pop() ?? "").slice(0, longestLine);
      for (const piece of pieces) {
        if (piece.trim() !== "") lines.push(piece.slice(0, longestLine));
      }
      lines.splice(0, Math.max(0, lines.length - capacity));
    },
    lines: () => (partial === "" ? [...lines] : [...lines, partial]),
  };
}
