import { loadWarehouseFile } from "../../config/load.ts";
import { durationMs } from "../../config/values/duration.ts";
import { BadRequestError } from "../../errors.ts";
import type { Call, Paths } from "../../http/handle.ts";
import type { Answer } from "../../http/respond.ts";
import { asOf, tickOf } from "../../http/tick.ts";
import { openWarehouse } from "../../stores/bigquery/bigquery.ts";
import { suggestion } from "../../text.ts";
import { type Acknowledging, acknowledgeIncident, openIncidentOf, type Signed } from "./acknowledge.ts";
import { acknowledgedAnswer, incidentAnswer } from "./acknowledge-report.ts";
import { aboutOf, daysOf, explain, type Subjects } from "./why.ts";
import { whyAnswer } from "./why-report.ts";

const maxAcknowledgementMs = 7 * 86_400_000;
const fieldsOfAck = ["incident", "signature", "for"];

const sources: Subjects = { called: "source", idsOf: (file) => file.sources.map(({ id }) => id) };

/**
 * The paths `/why` and `/ack` of every function that sends notices.
 *
 * @param from name of the function that owns the incidents
 */
export function incidentPaths(from: string, wallClock: () => Date, subjects: Subjects = sources): Paths {
  return {
    "/why": {
      GET: {
        query: [subjects.called, "incident", "days", "as_of"],
        formats: ["json", "markdown", "html", "csv"],
        answer: why,
      },
    },
    "/ack": {
      GET: { query: ["incident", "signature"], formats: ["json", "markdown", "html"], answer: show },
      // Also works with the link itself: curl -X POST "<link>".
      POST: { query: fieldsOfAck, formats: ["json", "markdown", "html"], answer: acknowledge },
    },
  };

  async function why({ headers, query }: Call): Promise<Answer> {
    const file = await loadWarehouseFile();
    const { now: asked } = tickOf(headers, wallClock);
    const now = query.as_of === undefined ? asked : asOf(query.as_of, asked);
    const about = aboutOf(
      { subject: query[subjects.called], incident: query.incident },
      subjects.called,
      subjects.idsOf(file),
    );
    const warehouse = openWarehouse({ ...file, from });
    const question = { about, now, days: daysOf(query.days) };
    return whyAnswer(await explain(question, { from, warehouse, silences: file.notifications.silences }));
  }

  async function show({ headers, query }: Call): Promise<Answer> {
    const signed = signedOf(query);
    const about = await acknowledging(headers);
    const incident = await openIncidentOf(signed, about);
    return incidentAnswer(incident, signed, about.acknowledge?.forMs ?? 0, about.now);
  }

  async function acknowledge({ headers, query, body }: Call): Promise<Answer> {
    const fields = { ...query, ...fieldsOf(body) };
    const signed = signedOf(fields);
    const about = await acknowledging(headers);
    return acknowledgedAnswer(await acknowledgeIncident(signed, holdOf(fields.for), about), about.now);
  }

  async function acknowledging(headers: Call["headers"]): Promise<Acknowledging> {
    const file = await loadWarehouseFile();
    const { now } = tickOf(headers, wallClock);
    return {
      from,
      acknowledge: file.notifications.acknowledge,
      warehouse: openWarehouse({ ...file, from }),
      now,
    };
  }
}

type Fields = Readonly<Record<string, string | undefined>>;

/** @throws BadRequestError; it quotes no value, because one of them is a signature */
function fieldsOf(body: unknown): Fields {
  if (body === undefined || (Buffer.isBuffer(body) && body.length === 0)) return {};
  if (typeof body !== "object" || body === null || Array.isArray(body) || Buffer.isBuffer(body)) {
    throw new BadRequestError("Send incident and signature, as a form or as JSON");
  }
  const fields: Record<string, string> = {};
  for (const [name, value] of Object.entries(body)) {
    if (!fieldsOfAck.includes(name)) {
      throw new BadRequestError(
        `There is no field ${JSON.stringify(name)}${suggestion(name, fieldsOfAck)}; there are ${fieldsOfAck.join(", ")}`,
      );
    }
    if (typeof value !== "string") throw new BadRequestError(`${name} is text, and given once`);
    fields[name] = value;
  }
  return fields;
}

function signedOf({ incident, signature }: Fields): Signed {
  if (!incident || !signature) {
    throw new BadRequestError("incident and signature are needed, both as the link in the message has them");
  }
  return { incident, signature };
}

/** @throws BadRequestError */
function holdOf(written: string | undefined): number | null {
  if (written === undefined || written === "") return null;
  const length = durationMs(written);
  if (length === null || length > maxAcknowledgementMs) {
    throw new BadRequestError("for is a length of time with its unit, like 12h or 2d, 7d at most");
  }
  return length;
}
