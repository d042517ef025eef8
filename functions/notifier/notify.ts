import { randomUUID } from "node:crypto";
import { alertsTopic, publishAlerts } from "../shared/alerting/notices/publish.ts";
import type { Notice } from "../shared/alerting/types.ts";
import { loadWarehouseFile } from "../shared/config/load.ts";
import type { Paths } from "../shared/http/handle.ts";
import { Problem } from "../shared/http/problem.ts";
import type { Answer } from "../shared/http/respond.ts";
import { addToRequestLog, log, withLogFields } from "../shared/log.ts";
import { readSecret } from "../shared/secrets.ts";
import { openWarehouse } from "../shared/stores/bigquery/bigquery.ts";
import { answer } from "./answer.ts";
import { apply } from "./apply.ts";
import { alertOnChannelFailure } from "./channel-failure.ts";
import type { Timeouts } from "./channels/channel.ts";
import { unreadableNotice } from "./dead-letter.ts";
import { decide, decideAgain } from "./decide.ts";
import { readDeliveries } from "./deliveries.ts";
import { type Pushed, parseEnvelope } from "./envelope.ts";
import { whereTo } from "./routes.ts";

const name = "notifier";
const clock = () => new Date();

/** `/` receives messages of the alerts topic, `/dead-letter` those that Pub/Sub gave up. */
export function notifierPaths(timeouts: Timeouts): Paths {
  return {
    "/": { POST: { answer: ({ body }) => notify(parseEnvelope(body), timeouts) } },
    "/dead-letter": { POST: { answer: ({ body }) => redeliver(parseEnvelope(body), timeouts) } },
  };
}

async function notify(pushed: Pushed, timeouts: Timeouts): Promise<Answer> {
  const read = await parse(pushed);
  if ("notice" in read) return deliver(read.notice, pushed, decide, timeouts);
  const { messageId } = pushed;
  log.error("A message on the alerts topic is no notice; it goes to the dead letter.", {
    messageId,
    ...read,
  });
  throw new Problem(422, "Not a notice", "The data of the message is no notice.", { errors: read.mistakes });
}

/** A valid notice is tried for another week; an invalid message is reported once. */
async function redeliver(pushed: Pushed, timeouts: Timeouts): Promise<Answer> {
  const read = await parse(pushed);
  if ("notice" in read) return deliver(read.notice, pushed, decideAgain, timeouts);
  const { project } = await loadWarehouseFile();
  const place = { project: process.env.GOOGLE_CLOUD_PROJECT ?? project, topic: alertsTopic(), now: clock() };
  return deliver(unreadableNotice(pushed, read.mistakes, place), pushed, decideAgain, timeouts);
}

async function deliver(
  notice: Notice,
  { messageId, deliveryAttempt }: Pushed,
  plan: typeof decide,
  timeouts: Timeouts,
): Promise<Answer> {
  const fields = { notice: notice.id, incident: notice.incident, messageId, deliveryAttempt };
  addToRequestLog(fields);
  return withLogFields(fields, async () => {
    const { project, location, opsDataset, notifications } = await loadWarehouseFile();
    const warehouse = openWarehouse({ project, location, opsDataset, from: name });
    const claim = randomUUID();

    const deliveries = await readDeliveries(warehouse, notice);
    const applied = await apply(plan(whereTo(notice, notifications, name), deliveries, clock()), notice, {
      claim,
      clock,
      warehouse,
      readSecret,
      timeouts,
    });
    await alertOnChannelFailure(applied.outcomes, {
      // Once Pub/Sub has given a notice up, a temporary failure has lasted long enough to be reported.
      givenUp: plan === decideAgain,
      notifications,
      now: clock(),
      runId: claim,
      warehouse,
      publish: publishAlerts(project),
    });
    return answer(notice, applied);
  });
}

async function parse({ data }: Pushed) {
  // Loaded late, because its library would be a third of a cold start.
  const { parseNotice } = await import("../shared/alerting/notices/parse-notice.ts");
  return parseNotice(data);
}
