import type { Notice } from "../shared/alerting/types.ts";
import { PermanentError, TemporaryError } from "../shared/errors.ts";
import type { Answer } from "../shared/http/respond.ts";
import { addToRequestLog, log } from "../shared/log.ts";
import type { Applied } from "./apply.ts";
import { verdict } from "./decide.ts";

/**
 * Logs the outcome of the notice, and throws if Pub/Sub should deliver it again.
 *
 * @throws TemporaryError if Pub/Sub should deliver it again, for the channels that may still accept it
 * @throws PermanentError if every channel refused it: it goes to the dead letter
 */
export function answer(notice: Notice, { plan, outcomes }: Applied): Answer {
  for (const [channel, { status, detail, incomplete }] of outcomes) {
    const line = `${channel}: ${status} (${detail})`;
    if (status === "refused") log.error(line, { channel, detail });
    else if (status === "failed" || incomplete) log.warning(line, { channel, detail });
    else log.info(line, { channel, detail });
  }
  const said = [...outcomes].map(([channel, { status, detail }]) => ({ channel, status, detail }));
  const channels = [
    ...said,
    ...plan.sent.map(({ id }) => ({ channel: id, status: "sent", detail: "by an earlier attempt" })),
    ...plan.refused.map(({ id }) => ({ channel: id, status: "refused", detail: "at an earlier attempt" })),
    ...plan.wait.map(({ id }) => ({
      channel: id,
      status: "waiting",
      detail: "another attempt is at it, or the channel asked to wait",
    })),
  ];
  const outcome = verdict(plan, [...outcomes.values()]);
  addToRequestLog({
    outcome,
    channels: Object.fromEntries(channels.map(({ channel, status }) => [channel, status])),
  });
  const list = channels.map(({ channel, status, detail }) => `${channel}: ${status} (${detail})`).join("; ");
  switch (outcome) {
    case "retry":
      throw new TemporaryError(`Not delivered everywhere yet: ${list}`);
    case "all_refused":
      if (plan.again)
        throw new TemporaryError(`No channel has delivered it yet, after a retry on every channel: ${list}`);
      throw new PermanentError(`Every channel refused it, so it was not delivered: ${list}`);
    case "no_channel":
      log.warning(
        "The warehouse file has no channel under notifications.channels: the notice was not delivered.",
      );
      break;
    case "delivered":
      break;
  }
  return { json: { notice: notice.id, incident: notice.incident, channels } };
}
