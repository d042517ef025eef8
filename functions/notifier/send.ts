import type { Notice } from "../shared/alerting/types.ts";
import type { Channel } from "../shared/config/types.ts";
import type { Outcome } from "./decide.ts";
import { sendEmail } from "./email.ts";
import { sendSlack } from "./slack.ts";

/** `fresh` reads again what the instance already knows. */
export type ReadSecret = (name: string, options: { readonly fresh: boolean }) => Promise<string>;

/** Sends a notice by one channel. Never throws. */
export function send(channel: Channel, notice: Notice, readSecret: ReadSecret): Promise<Outcome> {
  switch (channel.kind) {
    case "slack":
      return sendSlack(channel, notice, readSecret);
    case "email":
      return sendEmail(channel, notice, readSecret);
  }
}
