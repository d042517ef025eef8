import type { Notice } from "../../shared/alerting/types.ts";
import type { Channel } from "../../shared/config/types.ts";
import { leftMs } from "../../shared/time-left.ts";
import type { ChannelKind, SendAttempt } from "./channel.ts";
import { email } from "./email/email.ts";
import type { Outcome } from "./outcome.ts";
import { slack } from "./slack/slack.ts";

/** Every kind of channel. A new one needs a folder and a line here. */
const kinds: { readonly [Kind in Channel["kind"]]: ChannelKind<Extract<Channel, { kind: Kind }>> } = {
  slack,
  email,
};

export function kindOf<C extends Channel>(channel: C): ChannelKind<C> {
  // TypeScript cannot see that a channel's kind selects the entry for that type.
  return kinds[channel.kind] as ChannelKind<C>;
}

/**
 * A send that is not recorded is repeated, so a send starts only if it can finish and be recorded in time.
 */
export const maxSendMs = 30_000;

/** Sends a notice to one channel. Never throws. */
export async function send(channel: Channel, notice: Notice, attempt: SendAttempt): Promise<Outcome> {
  if (leftMs() < maxSendMs) {
    return {
      status: "failed",
      detail: "there was no time left for it in this attempt",
      recipients: attempt.known,
    };
  }
  return kindOf(channel).send(channel, notice, attempt);
}
