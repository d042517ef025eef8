/** One line that is written over on a terminal, and a few lines where the output is kept in a file. */
export function createProgress(stream: NodeJS.WriteStream = process.stderr) {
  let lastTenth = -1;
  return (done: number, total: number, label: string): void => {
    const percent = total === 0 ? 100 : Math.floor((100 * done) / total);
    if (stream.isTTY) {
      const bar = "#".repeat(Math.floor(percent / 4)).padEnd(25, ".");
      stream.write(`\r\x1b[K  [${bar}] ${percent}% ${label}${done === total ? "\n" : ""}`);
      return;
    }
    const tenth = Math.floor(percent / 10);
    if (tenth > lastTenth) stream.write(`  ${percent}% ${label}\n`);
    lastTenth = tenth;
  };
}
