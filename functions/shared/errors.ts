import { redact } from "./redact.ts";

export { redact } from "./redact.ts";

export type ErrorKind = "bad_request" | "configuration" | "temporary" | "permanent";

export interface ErrorOptions {
  readonly cause?: unknown;
}

/**
 * An error of ours: wrapped once, at the boundary where it was understood. Its message is meant to be read
 * by a person, says how to mend the matter, and holds no secret (it is redacted here, whoever wrote it).
 */
export abstract class PlumblineError extends Error {
  abstract readonly kind: ErrorKind;
  /** Whether doing the same again later can succeed. */
  abstract readonly retry: boolean;
  /** One sentence each, where the error is several mistakes at once. */
  readonly details: readonly string[] = [];

  constructor(message: string, options: ErrorOptions = {}) {
    super(redact(message), options);
    this.name = new.target.name;
  }
}

/** The caller asked for something that cannot be; the caller can mend it. */
export class BadRequestError extends PlumblineError {
  readonly kind = "bad_request";
  readonly retry = false;
}

/** The deployment is wrong: warehouse file, environment, secret, permission. Someone must act. */
export class ConfigurationError extends PlumblineError {
  readonly kind = "configuration";
  readonly retry = false;
}

/** Another system was busy, slow or away. Later is better. */
export class TemporaryError extends PlumblineError {
  readonly kind = "temporary";
  readonly retry = true;
}

/** Another system refused for good; asking again changes nothing. */
export class PermanentError extends PlumblineError {
  readonly kind = "permanent";
  readonly retry = false;
}

/** True only for what is known to be worth trying again; a stranger's error is not. */
export function isRetryable(error: unknown): boolean {
  return error instanceof PlumblineError && error.retry;
}

/** The message of anything thrown, clean of secrets, without its stack. */
export function messageOf(error: unknown): string {
  return redact(error instanceof Error ? error.message : String(error));
}
