/**
 * One message a second with a small burst, per webhook, as
 * https://docs.slack.dev/apis/web-api/rate-limits states it: a bucket of tokens.
 */
export class RateLimit {
  readonly #burst: number;
  readonly #perMs: number;
  readonly #buckets = new Map<string, { tokens: number; atMs: number }>();

  constructor(options: { readonly burst: number; readonly perSecond: number }) {
    this.#burst = options.burst;
    this.#perMs = options.perSecond / 1000;
  }

  /** 0 when the message may pass, else whole seconds to wait: the value of `Retry-After`. */
  take(key: string, nowMs: number): number {
    const bucket = this.#buckets.get(key) ?? { tokens: this.#burst, atMs: nowMs };
    const refilled = bucket.tokens + Math.max(0, nowMs - bucket.atMs) * this.#perMs;
    const tokens = Math.min(this.#burst, refilled);
    const allowed = tokens >= 1;
    this.#buckets.set(key, { tokens: allowed ? tokens - 1 : tokens, atMs: nowMs });
    return allowed ? 0 : Math.max(1, Math.ceil((1 - tokens) / this.#perMs / 1000));
  }
}
