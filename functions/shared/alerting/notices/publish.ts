import type { Topic } from "@google-cloud/pubsub";
import { messageOf, TemporaryError } from "../../errors.ts";
import { needTime } from "../../time-left.ts";
import type { Notice } from "../types.ts";

/** Resolves once the alerts topic has accepted the notice. */
export type Publish = (notice: Notice) => Promise<void>;

/**
 * Time limit of one publish, with retries. The client's own limit of ten minutes is longer than a function
 * runs.
 */
const publishTimeoutMs = 30_000;

/**
 * Publishes to the alerts topic. The client is loaded at the first notice, which saves a quiet tick 170 ms.
 *
 * @param topic id in the project, e.g. `plumbline-alerts`.
 * @throws TemporaryError (from the returned function) if the topic did not accept the notice.
 */
export function publishTo(project: string, topic: string): Publish {
  let opened: Promise<Topic> | undefined;
  return async (notice) => {
    opened ??= openTopic(project, topic);
    needTime(0, "publish a notice");
    try {
      await (await opened).publishMessage({
        json: notice,
        attributes: {
          notice: notice.id,
          incident: notice.incident,
          severity: notice.severity,
          from: notice.from,
        },
      });
    } catch (failure) {
      opened = undefined;
      throw new TemporaryError(`the topic ${topic} did not take the notice: ${messageOf(failure)}`, {
        cause: failure,
      });
    }
  };
}

/** Id of the alerts topic, from the deployment's environment. */
export function alertsTopic(): string {
  return process.env.PLUMBLINE_ALERTS_TOPIC ?? "plumbline-alerts";
}

let alerts: Publish | undefined;

/**
 * The alerts topic of the deployment; one client for the life of the process.
 *
 * @param project of the warehouse file, used if the platform names none
 */
export function publishAlerts(project: string): Publish {
  alerts ??= publishTo(process.env.GOOGLE_CLOUD_PROJECT ?? project, alertsTopic());
  return alerts;
}

async function openTopic(project: string, id: string): Promise<Topic> {
  const { PubSub } = await import("@google-cloud/pubsub");
  return new PubSub({ projectId: project }).topic(id, {
    // A batch would delay the notice while the function waits for it.
    batching: { maxMessages: 1 },
    gaxOpts: { timeout: publishTimeoutMs },
  });
}
