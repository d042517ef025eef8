// Preloaded into every function's process. Its standard input is a pipe that the local stack holds open:
// the pipe ends when the stack does, however it ends (SIGKILL included), and no process is left behind.
process.stdin.on("end", leave).on("error", leave).resume();
process.stdin.unref();

function leave(): void {
  process.exit(0);
}
