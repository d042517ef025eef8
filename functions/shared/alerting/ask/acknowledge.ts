import type { Acknowledge } from "../../config/types.ts";
import { ConfigurationError, isRetryable, TemporaryError } from "../../errors.ts";
import { Problem } from "../../http/problem.ts";
import { formatInstant } from "../../report/format.ts";
import type { Warehouse } from "../../stores/bigquery/types.ts";
import { isSignedWith, readSigningKey } from "../notices/links.ts";
import { logRows } from "../state/state.ts";
import { findIncident, type Remembered } from "./remembered.ts";

/** The incident and the signature of an acknowledgement link. */
export interface Signed {
  readonly incident: string;
  readonly signature: string;
}

export interface Acknowledging {
  /** Name of the function that owns the incident. */
  readonly from: string;
  readonly acknowledge: Acknowledge | null;
  readonly warehouse: Warehouse;
  readonly now: Date;
}

export interface Acknowledged {
  readonly incident: Remembered;
  readonly until: Date;
  /** False if the incident was already acknowledged until then. */
  readonly changed: boolean;
}

/** Another run can change the row at the same time; each takes about a second. */
const attempts = 5;
/** An end that is later by less than this comes from the same request, delivered twice. */
const laterMs = 60_000;

/**
 * Finds the incident of a link after checking the link's signature.
 * @throws Problem 403 for a wrong signature, 404 if there is no such incident, 410 if it is closed;
 *   ConfigurationError if the warehouse file has no `notifications.acknowledge` or its key cannot be used
 */
export async function openIncidentOf(signed: Signed, about: Acknowledging): Promise<Remembered> {
  await checkSignature(signed, about);
  const found = await findIncident(about.warehouse, about.from, signed.incident, about.now);
  if (found === null) {
    throw new Problem(404, "No such incident", `${about.from} has no incident ${signed.incident}.`);
  }
  if (found.closedAt !== null) {
    throw new Problem(
      410,
      "The incident is closed",
      `"${found.title}" was closed at ${formatInstant(found.closedAt)} (${found.closedAs}); there is nothing to acknowledge.`,
    );
  }
  return found;
}

/**
 * Stops the reminders of an incident. It writes `alert_state` by compare-and-set and adds a row to
 * `alert_log`. The name of the person is not stored: it would be personal data in a table and in the metadata
 * of its jobs.
 *
 * @param holdMs how long from now. Null leaves an existing acknowledgement unchanged.
 * @throws as `openIncidentOf`; TemporaryError if other runs changed the row at every attempt
 */
export async function acknowledgeIncident(
  signed: Signed,
  holdMs: number | null,
  about: Acknowledging,
): Promise<Acknowledged> {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const incident = await openIncidentOf(signed, about);
    const held = incident.acknowledged;
    const until = new Date(about.now.getTime() + (holdMs ?? about.acknowledge?.forMs ?? 0));
    const holds = held !== null && held.until > about.now;
    if (holds && (holdMs === null || until.getTime() < held.until.getTime() + laterMs)) {
      // The earlier run may have ended before it wrote the log. A repeated write adds nothing.
      await logAcknowledgement(incident, held, about);
      return { incident, until: held.until, changed: false };
    }
    const next = { at: about.now, until };
    if (await remember(incident, next, about)) {
      await logAcknowledgement(incident, next, about);
      return { incident, until, changed: true };
    }
  }
  throw new TemporaryError(
    `Other runs of ${about.from} changed the incident at the same time, ${attempts} times; try again.`,
  );
}

/**
 * The key may have been rotated after this instance read it, so it is read again before a link is refused.
 */
async function checkSignature(signed: Signed, { from, acknowledge }: Acknowledging): Promise<void> {
  if (acknowledge === null) {
    throw new ConfigurationError(
      "Incidents cannot be acknowledged: the warehouse file names no key; add to notifications: acknowledge: { secret: plumbline-ack-key }",
    );
  }
  const { incident, signature } = signed;
  if (isSignedWith(await readSigningKey(acknowledge), from, incident, signature)) return;
  if (isSignedWith(await readSigningKey(acknowledge, { fresh: true }), from, incident, signature)) return;
  throw new Problem(
    403,
    "The link is not right",
    "Its signature does not belong to this incident. Open the link of the latest message about it, whole.",
  );
}

type Acknowledgement = NonNullable<Remembered["acknowledged"]>;

/** @returns false when another run has changed the incident since it was read. */
async function remember(
  { id, version }: Remembered,
  hold: Acknowledgement,
  { warehouse, from }: Acknowledging,
): Promise<boolean> {
  try {
    const { affectedRows } = await warehouse.execute("alerting/acknowledge", {
      params: { function: from, incident: id, version, acknowledged: JSON.stringify(hold) },
    });
    return affectedRows > 0;
  } catch (error) {
    // BigQuery refuses the later of two concurrent UPDATEs of a table; a retry succeeds.
    if (isRetryable(error)) return false;
    throw error;
  }
}

/**
 * The row's key is made of the acknowledgement, not of the request, so pressing the button twice adds one
 * row.
 */
async function logAcknowledgement(
  incident: Remembered,
  { at, until }: Acknowledgement,
  { warehouse, from }: Acknowledging,
): Promise<void> {
  await logRows(warehouse, {
    from,
    runId: `${from}/acknowledged/${until.toISOString()}`,
    now: at,
    rows: [
      {
        incident: incident.id,
        group_key: incident.key,
        title: incident.title,
        notified: false,
        reason: "acknowledged",
        why: `Acknowledged: no reminders until ${formatInstant(until)}, unless it gets worse.`,
        notice: null,
        failure: null,
        findings: JSON.stringify(incident.findings),
        subjects: incident.subjects,
      },
    ],
  });
}
