import type { Acknowledge } from "../../config/types.ts";
import { ConfigurationError, isRetryable, TemporaryError } from "../../errors.ts";
import { Problem } from "../../http/problem.ts";
import { formatInstant } from "../../report/format.ts";
import type { Warehouse } from "../../stores/bigquery/types.ts";
import { isSignedWith, readSigningKey } from "../notices/links.ts";
import { logRows } from "../state/state.ts";
import { findIncident, type Remembered } from "./remembered.ts";

/** An incident that somebody may acknowledge, by the link in its messages. */
export interface Signed {
  readonly incident: string;
  readonly signature: string;
}

export interface Acknowledging {
  /** The function whose incident it is. */
  readonly from: string;
  readonly acknowledge: Acknowledge | null;
  readonly warehouse: Warehouse;
  readonly now: Date;
}

export interface Acknowledged {
  readonly incident: Remembered;
  readonly until: Date;
  /** False where it was acknowledged until then already. */
  readonly changed: boolean;
}

/** Other runs change the row too, each in about a second. */
const attempts = 5;
/** What is later by less is the same request delivered twice. */
const laterMs = 60_000;

/**
 * The incident of a link, after its signature was found to be right.
 * @throws Problem 403 for a wrong signature, 404 where there is no such incident, 410 where it is over;
 *   ConfigurationError where the warehouse file has no `notifications.acknowledge` or its key cannot be used
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
      "It is over",
      `"${found.title}" is over since ${formatInstant(found.closedAt)} (${found.closedAs}); there is nothing left to acknowledge.`,
    );
  }
  return found;
}

/**
 * Holds the reminders of an incident: remembered by compare-and-set, and told in the log of decisions. Who has
 * asked is not remembered: a name would be personal data in a table and in the metadata of its jobs.
 *
 * @param holdMs how long from now, where the caller says so. Without it, what is acknowledged already stays as it is.
 * @throws as `openIncidentOf`; TemporaryError where other runs kept coming first
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
      // Logged again, which adds nothing where it is there: a run that ended in between has left it out.
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

/** A key may have been rotated since this instance has read it, so a refusal is given only by a fresh one. */
async function checkSignature(signed: Signed, { from, acknowledge }: Acknowledging): Promise<void> {
  if (acknowledge === null) {
    throw new ConfigurationError(
      "Nothing can be acknowledged: the warehouse file does not say with which key; add to notifications: acknowledge: { secret: plumbline-ack-key }",
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

type Hold = NonNullable<Remembered["acknowledged"]>;

/** @returns false when another run has changed the incident since it was read. */
async function remember(
  { id, version }: Remembered,
  hold: Hold,
  { warehouse, from }: Acknowledging,
): Promise<boolean> {
  try {
    const { affectedRows } = await warehouse.execute("alerting/acknowledge", {
      params: { function: from, incident: id, version, acknowledged: JSON.stringify(hold) },
    });
    return affectedRows > 0;
  } catch (error) {
    // Two UPDATEs of one table at once: BigQuery refuses the later one, and it succeeds when it is tried again.
    if (isRetryable(error)) return false;
    throw error;
  }
}

/** Keyed by what it is, not by the request, so that it is there once however often the button was pressed. */
async function logAcknowledgement(
  incident: Remembered,
  { at, until }: Hold,
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
        spoken: false,
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
