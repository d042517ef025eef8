import { shortenAll } from "../time-left.ts";

/** The platform kills what is still there ten seconds after SIGTERM (https://cloud.google.com/run/docs/container-contract). */
const graceMs = 8_000;
const signal = "SIGTERM";

const older = new Set<unknown>(process.listeners(signal));
let takenOver = false;
let stopping = false;
let open = 0;

/** Whether the process is about to end: nothing new should be begun. */
export function isStopping(): boolean {
  return stopping;
}

/**
 * To be called when a request begins. On SIGTERM, functions-framework answers what is under way with 500 and
 * exits at once: a message that was just sent would not be recorded, and be sent again. So its listener is
 * replaced: what is under way gets a few seconds, and the process ends when the last answer is out.
 *
 * @returns to be called when the work is done and its answer out
 */
export function requestBegins(): () => void {
  takeOver();
  open += 1;
  return () => {
    open -= 1;
    if (stopping && open === 0) process.exit(0);
  };
}

/** At the first request: the framework adds its listeners after it has loaded the function. */
function takeOver(): void {
  if (takenOver) return;
  takenOver = true;
  for (const listener of process.listeners(signal)) if (!older.has(listener)) process.off(signal, listener);
  process.on(signal, () => {
    stopping = true;
    if (open === 0) process.exit(0);
    shortenAll(graceMs);
  });
}
