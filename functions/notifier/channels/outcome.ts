/** One recipient of one notice, for whom nothing is left to do. */
export interface Recipient {
  /** Says nothing of the person, and tells two recipients of a notice apart; see `pseudonym`. */
  readonly pseudonym: string;
  /** SMTP reply with which the recipient was refused for good; null when the mail was accepted. */
  readonly refusedWith: number | null;
}

/** What came of trying to send. `failed` may succeed later; `refused` will not. */
export interface Outcome {
  readonly status: "sent" | "failed" | "refused";
  /** What the channel answered; without secrets or addresses. */
  readonly detail: string;
  /** Sent, but not to everybody, or not as drawn. */
  readonly incomplete?: true;
  /** Of what failed: how long the channel asked to be left alone. */
  readonly retryAfterMs?: number;
  /** The channel took the message and did not answer: nobody knows whether it has arrived. */
  readonly unanswered?: true;
  /** Of an email: those of earlier attempts too. */
  readonly recipients?: readonly Recipient[];
}
