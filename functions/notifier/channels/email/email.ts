import type { EmailChannel } from "../../../shared/config/types.ts";
import type { ChannelKind } from "../channel.ts";
import { sendEmail } from "./send.ts";

export const email: ChannelKind<EmailChannel> = {
  name: "Email channel",
  send: sendEmail,
  describeRefusal: ({ id, smtpSecret }, detail) => ({
    shortly: shortly(detail),
    actions: [
      `Check the answer of the mail server. A changed login needs a new version: gcloud secrets versions add ${smtpSecret} --data-file=-`,
      `Correct a refused sender or address in the warehouse file, under notifications.channels.${id}.email`,
    ],
  }),
  recipients: {
    count: ({ to }) => to.length,
    actions: ({ id }) => [
      `Check the addresses under notifications.channels.${id}.email.to of the warehouse file: one does not exist or is misspelt`,
      "Ask the operator of the mail server why it refuses them; its log names the address",
    ],
  },
};

function shortly(detail: string): string {
  if (detail.startsWith("EAUTH")) return "the login is refused";
  return /\((\d{3}[\d, ]*)\)/.exec(detail)?.[1] ?? /\b\d{3}\b/.exec(detail)?.[0] ?? "see what it answered";
}
