import { Problem } from "../http/problem.ts";

/** What could not be checked or done, of all there was. */
export interface Missed {
  /** "Some checks could not be made" */
  readonly title: string;
  /** "2 of 12 checks; all others were made." */
  readonly detail: string;
  readonly items: readonly { readonly text: string; readonly retry: boolean }[];
}

/**
 * A run that found a problem is a success. One that could not check or do something is a failure: 503 where trying again may
 * help, which Cloud Scheduler then does, else 500.
 */
export function incomplete({ title, detail, items }: Missed): Problem {
  const status = items.some(({ retry }) => retry) ? 503 : 500;
  return new Problem(status, title, detail, { errors: items.map(({ text }) => text) });
}
