import { redact } from "./redact.ts";

export { redact } from "./redact.ts";

export type ErrorKind = "bad_request" | "configuration" | "temporary" | "permanent";

export interface ErrorOptions {
  readonly cause?: unknown;
}

/**
 * An error of this code base, wrapped once at the boundary where its meaning is known. Its message is written
 * for a person, says how to fix the problem, and contains no secret (it is redacted here).
 */
export abstract class PlumblineError extends Error {
  abstract readonly kind: ErrorKind;
  /** Whether a later retry can succeed. */
  abstract readonly retry: boolean;
  /** One sentence for each mistake if there are several. */
  readonly details: readonly string[] = [];

  constructor(message: string, options: ErrorOptions = {}) {
    super(redact(message), options);
    this.name = new.target.name;
  }
}

/** The caller asked for something impossible, and can fix it. */
export class BadRequestError extends PlumblineError {
  readonly kind = "bad_request";
  readonly retry = false;
}

/** The deployment is wrong: warehouse file, environment, secret, permission. Someone must act. */
export class ConfigurationError extends PlumblineError {
  readonly kind = "configuration";
  readonly retry = false;
}

/** Another system was busy, slow or unavailable. A retry can succeed. */
export class TemporaryError extends PlumblineError {
  readonly kind = "temporary";
  readonly retry = true;
}

/** Another system refused permanently; a retry does not help. */
export class PermanentError extends PlumblineError {
  readonly kind = "permanent";
  readonly retry = false;
}

/** True only for errors that are known to be temporary; unknown errors are not retried. */
export function isRetryable(error: unknown): boolean {
  return error instanceof PlumblineError && error.retry;
}

/** The message of any thrown value, without secrets and without its stack. */
export function messageOf(error: unknown): string {
  return redact(error instanceof Error ? error.message : String(error));
}
