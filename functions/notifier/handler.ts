import { randomUUID } from "node:crypto";
import { http } from "@google-cloud/functions-framework";
import type { Notice } from "../shared/alerting/types.ts";
import { loadWarehouseFile } from "../shared/config/load.ts";
import { handle } from "../shared/http/handle.ts";
import { Problem } from "../shared/http/problem.ts";
import type { Answer } from "../shared/http/respond.ts";
import { log, withLogFields } from "../shared/log.ts";
import { readSecret } from "../shared/secrets.ts";
import { openWarehouse } from "../shared/warehouse/bigquery.ts";
import { answer } from "./answer.ts";
import { apply } from "./apply.ts";
import { decide } from "./decide.ts";
import { readDeliveries } from "./deliveries.ts";
import { type Pushed, parseEnvelope } from "./envelope.ts";

http("notifier", handle({ POST: { answer: ({ body }) => notify(parseEnvelope(body), new Date()) } }));

/** @param now the wall clock: leases measure how long a process has been silent, whatever tick a notice is of */
async function notify(pushed: Pushed, now: Date): Promise<Answer> {
  const notice = await read(pushed);
  const { messageId, deliveryAttempt } = pushed;
  return withLogFields(
    { notice: notice.id, incident: notice.incident, messageId, deliveryAttempt },
    async () => {
      const { project, location, opsDataset, tell } = await loadWarehouseFile();
      const warehouse = openWarehouse({ project, location, opsDataset, from: "notifier" });

      const plan = decide(tell.channels, await readDeliveries(warehouse, notice), now);
      const applied = await apply(plan, notice, { claim: randomUUID(), now }, { warehouse, readSecret });
      return answer(notice, applied);
    },
  );
}

/** Answers an error for what is no notice: after some attempts it lands in the dead letter, where it can be seen. */
async function read({ data, messageId }: Pushed): Promise<Notice> {
  // Loaded late: with its library it would be a third of a cold start.
  const { parseNotice } = await import("../shared/alerting/parse-notice.ts");
  const parsed = parseNotice(data);
  if ("notice" in parsed) return parsed.notice;
  log.error("A message on the alerts topic is no notice; it goes to the dead letter.", {
    messageId,
    mistakes: parsed.mistakes,
  });
  throw new Problem(422, "Not a notice", "The data of the message is no notice.", {
    errors: parsed.mistakes,
  });
}
