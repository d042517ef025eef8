import type { SlackChannel } from "../../../shared/config/types.ts";
import type { ChannelKind } from "../channel.ts";
import { sendSlack } from "./send.ts";

export const slack: ChannelKind<SlackChannel> = {
  name: "Slack channel",
  send: sendSlack,
  describeRefusal: ({ webhookSecret }, detail) => ({
    shortly: detail.replace(":", ""),
    actions: [
      "In Slack, check whether the channel is archived or the app was removed; create a new incoming webhook",
      `Add its URL: gcloud secrets versions add ${webhookSecret} --data-file=- (no deployment is needed)`,
    ],
  }),
};
