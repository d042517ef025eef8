import { digest } from "../shared/alerting/incidents/incident.ts";
import type { Notice } from "../shared/alerting/types.ts";
import { parseInstant } from "../shared/instant.ts";
import { formatInstant } from "../shared/report/format.ts";
import type { Pushed } from "./envelope.ts";

/**
 * A pull subscription of the dead-letter topic that is never acknowledged, so it keeps every message for
 * seven days.
 */
function keptSubscription(alertsTopic: string): string {
  return `${alertsTopic}-dead-letters-kept`;
}

const mistakesShown = 10;

/**
 * The notice about a message on the alerts topic that is not a valid notice: when it came, how often it was
 * tried, its mistakes, and where to find it. Its content is never included, because it may hold anything.
 *
 * @param mistakes as `parseNotice` words them
 */
export function unreadableNotice(
  { messageId, publishTime, attributes }: Pushed,
  mistakes: readonly string[],
  { project, topic, now }: { readonly project: string; readonly topic: string; readonly now: Date },
): Notice {
  const id = digest(["unreadable", messageId]).slice(0, 32);
  const published = parseInstant(attributes.CloudPubSubDeadLetterSourceTopicPublishTime ?? "") ?? publishTime;
  const tries = attributes.CloudPubSubDeadLetterSourceDeliveryCount;
  return {
    id,
    incident: id.slice(0, 16),
    kind: "problem",
    reason: "first",
    severity: "warning",
    subjects: [],
    owners: [],
    from: "notifier",
    at: (publishTime ?? now).toISOString(),
    why: "Pub/Sub gave it up after its last attempt. This is sent once.",
    title: "A message on the alerts topic could not be read",
    lead: "It is not a valid notice, so its content did not reach anybody.",
    facts: [
      { label: "Published", value: published === null ? "unknown" : formatInstant(published) },
      { label: "Tried", value: /^\d{1,6}$/.test(tries ?? "") ? `${tries} times` : "unknown" },
      {
        label: "Dead letter",
        value: `message ${messageId.replace(/\W/g, "").slice(0, 40)} of ${topic}-dead-letters`,
      },
    ],
    actions: [
      `See the message, it is kept for seven days: gcloud pubsub subscriptions pull ${keptSubscription(topic)} --project=${project} --limit=20 --format=json`,
      "Correct what publishes it; only the functions of the bundle should be allowed to publish to the alerts topic",
    ],
    details: [
      { kind: "paragraph", text: "Errors:" },
      {
        kind: "list",
        ordered: false,
        items: [
          ...mistakes.slice(0, mistakesShown),
          ...(mistakes.length > mistakesShown ? [`and ${mistakes.length - mistakesShown} more`] : []),
        ],
      },
    ],
    links: [],
  };
}
