/** A recipient of a notice that is settled: sent or refused permanently. */
export interface Recipient {
  /** Identifies the recipient within a notice without naming the person; see `pseudonym`. */
  readonly pseudonym: string;
  /** SMTP reply of the permanent refusal; null if the mail was accepted. */
  readonly refusedWith: number | null;
}

/** The result of an attempt to send. `failed` may succeed later; `refused` will not. */
export interface Outcome {
  readonly status: "sent" | "failed" | "refused";
  /** The channel's answer, without secrets or addresses. */
  readonly detail: string;
  /** Sent, but not to everyone, or without the layout. */
  readonly incomplete?: true;
  /** For `failed`: how long the channel asked to wait. */
  readonly retryAfterMs?: number;
  /** The channel took the message and did not answer, so it may or may not have arrived. */
  readonly unanswered?: true;
  /** For email, including those of earlier attempts. */
  readonly recipients?: readonly Recipient[];
}
