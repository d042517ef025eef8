import { AsyncLocalStorage } from "node:async_hooks";
import { PlumblineError } from "./errors.ts";
import { redact } from "./redact.ts";

/** Cloud Logging's names. */
export type LogSeverity = "DEBUG" | "INFO" | "NOTICE" | "WARNING" | "ERROR" | "CRITICAL";

export interface LogFields {
  readonly [name: string]: unknown;
}

/** Cloud Logging refuses entries above 256 KiB whole; a long value is cut instead. */
const maxTextLength = 8_000;
const deepest = 6;
const secretName = /password|passwd|token|authorization|cookie|webhook_?url|smtp_?url|private_?key/i;

const inherited = new AsyncLocalStorage<LogFields>();
const requestLog = new AsyncLocalStorage<Record<string, unknown>>();

/** Every line written while `work` runs, however deep, also carries these fields. */
export function withLogFields<T>(fields: LogFields, work: () => T): T {
  return inherited.run({ ...inherited.getStore(), ...fields }, work);
}

/**
 * Gathers what is remarked while `work` runs, for the one line that is written of it.
 * @param work is given what has been gathered so far
 */
export function withRequestLog<T>(work: (gathered: LogFields) => T): T {
  const gathered: Record<string, unknown> = {};
  return requestLog.run(gathered, () => work(gathered));
}

/** For the one line of this request. Numbers that are remarked again add up; anything else replaces what was said before. */
export function addToRequestLog(fields: LogFields): void {
  const gathered = requestLog.getStore();
  if (gathered === undefined) return;
  for (const [name, value] of Object.entries(fields)) {
    const before = gathered[name];
    gathered[name] = typeof value === "number" && typeof before === "number" ? before + value : value;
  }
}

/** One line of JSON, without its newline. All text passes through `redact`, values of secret-sounding names go. */
export function logLine(severity: LogSeverity, message: string, fields: LogFields = {}): string {
  const clean = cleanEntries(fields, []);
  return JSON.stringify({ ...clean, severity, message: cleanText(message) });
}

function write(severity: LogSeverity, message: string, fields: LogFields = {}): void {
  process.stdout.write(`${logLine(severity, message, { ...inherited.getStore(), ...fields })}\n`);
}

export const log = {
  debug: (message: string, fields?: LogFields) => write("DEBUG", message, fields),
  info: (message: string, fields?: LogFields) => write("INFO", message, fields),
  notice: (message: string, fields?: LogFields) => write("NOTICE", message, fields),
  warning: (message: string, fields?: LogFields) => write("WARNING", message, fields),
  error: (message: string, fields?: LogFields) => write("ERROR", message, fields),
  critical: (message: string, fields?: LogFields) => write("CRITICAL", message, fields),
};

function clean(value: unknown, path: readonly object[]): unknown {
  if (typeof value === "string") return cleanText(value);
  if (typeof value === "bigint") return value.toString();
  if (typeof value !== "object" || value === null) return value;
  if (path.includes(value)) return "[circular]";
  if (path.length >= deepest) return "[deeper]";
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? "invalid date" : value.toISOString();
  const inside = [...path, value];
  if (value instanceof Error) return cleanError(value, inside);
  if (Array.isArray(value)) return value.map((item) => clean(item, inside));
  return cleanEntries(value, inside);
}

function cleanEntries(value: object, path: readonly object[]): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [
      name,
      secretName.test(name) && item !== null && item !== undefined ? "[redacted]" : clean(item, path),
    ]),
  );
}

/** No stack: its frames add nothing to the message for an operator, and may quote values. */
function cleanError(error: Error, path: readonly object[]): Record<string, unknown> {
  return {
    name: error.name,
    message: cleanText(error.message),
    ...(error instanceof PlumblineError && { kind: error.kind, retry: error.retry }),
    ...(error.cause !== undefined && { cause: clean(error.cause, path) }),
  };
}

function cleanText(text: string): string {
  const kept = redact(text);
  return kept.length > maxTextLength ? `${kept.slice(0, maxTextLength)}… (${kept.length} characters)` : kept;
}
