import type { Silence, WarehouseFile } from "../../config/types.ts";
import { BadRequestError } from "../../errors.ts";
import { Problem } from "../../http/problem.ts";
import { instantOf, textOf } from "../../stores/bigquery/row.ts";
import type { Row, Warehouse } from "../../stores/bigquery/types.ts";
import { suggestion } from "../../text.ts";
import { findIncident, findOpen, type Remembered } from "./remembered.ts";

/** One row of `alert_log`. */
export interface LoggedDecision {
  readonly at: Date;
  readonly incident: string;
  readonly title: string;
  readonly notified: boolean;
  readonly reason: string;
  readonly why: string;
  /** True if a person requested it (an acknowledgement), false if a tick decided it. */
  readonly pressed: boolean;
  readonly notice: string | null;
  /** Why the notice could not be published. */
  readonly failure: string | null;
  /** The status of the notice on each channel. */
  readonly deliveries: readonly { readonly channel: string; readonly status: string }[];
}

export interface OpenIncident extends Remembered {
  /** The silence of the warehouse file that covers a subject of it now. */
  readonly silence: Silence | null;
}

/** The facts behind the answer of `/why`. */
export interface Explanation {
  readonly about: About;
  readonly now: Date;
  readonly days: number;
  /** Open incidents, oldest first; without announcements. */
  readonly open: readonly OpenIncident[];
  /** Newest first. */
  readonly decisions: readonly LoggedDecision[];
  /** The latest status of the subject; null if no run has checked it, or if the request names no subject. */
  readonly lastEvaluated: { readonly at: Date; readonly status: string } | null;
}

export type About =
  /** `called` is the function's word for its subjects and the name of the query parameter. */
  | { readonly kind: "subject"; readonly id: string; readonly called: string }
  | { readonly kind: "incident"; readonly id: string };

export interface Question {
  readonly about: About;
  readonly now: Date;
  readonly days: number;
}

export interface Explaining {
  readonly from: string;
  readonly warehouse: Warehouse;
  readonly silences: readonly Silence[];
}

const dayMs = 86_400_000;
const maxDays = 90;

/** The subjects of a function's notices: sources by default. */
export interface Subjects {
  /** One word, which is also the name of the query parameter of `/why`, such as `source`. */
  readonly called: string;
  readonly idsOf: (file: WarehouseFile) => readonly string[];
}

/**
 * Reads the request: one subject or one incident.
 *
 * @param ids of all subjects that exist
 * @throws BadRequestError for anything else
 */
export function aboutOf(
  { subject, incident }: Readonly<Record<"subject" | "incident", string | undefined>>,
  called: string,
  ids: readonly string[],
): About {
  if ((subject === undefined) === (incident === undefined)) {
    throw new BadRequestError(`Why about what? Give ${called}=<id> or incident=<id>, one of the two`);
  }
  if (incident !== undefined) return { kind: "incident", id: incident };
  const id = subject ?? "";
  if (ids.includes(id)) return { kind: "subject", id, called };
  const hint = suggestion(id, ids) || `; there are ${ids.join(", ")}`;
  throw new BadRequestError(`The warehouse file has no ${called} ${JSON.stringify(id)}${hint}`);
}

/** @throws BadRequestError if the text is not a whole number from 1 to 90 */
export function daysOf(text: string | undefined): number {
  const days = Number(text ?? "7");
  if (Number.isInteger(days) && days >= 1 && days <= maxDays && text !== "") return days;
  throw new BadRequestError(`days is a whole number from 1 to ${maxDays}, like days=7`);
}

/**
 * Reads the logged decisions and the current state.
 * @throws Problem 404 if nothing is known of the incident in those days; WarehouseError
 */
export async function explain(
  { about, now, days }: Question,
  { from, warehouse, silences }: Explaining,
): Promise<Explanation> {
  const since = new Date(now.getTime() - days * dayMs);
  const [decisions, open] = await Promise.all([
    readDecisions(about, from, since, now, warehouse),
    about.kind === "subject"
      ? findOpen(warehouse, from, now)
      : findIncident(warehouse, from, about.id, now).then((it) =>
          it === null || it.openedAt > now || (it.closedAt !== null && it.closedAt <= now) ? [] : [it],
        ),
  ]);
  if (about.kind === "incident" && decisions.length === 0 && open.length === 0) {
    throw new Problem(
      404,
      "No such incident",
      `There are no decisions about incident ${about.id} in the last ${days} days; try days=${maxDays}, or ask about its subject.`,
    );
  }
  // An incident may have had other subjects at that time.
  const named = new Set(decisions.map(({ incident }) => incident));
  const concerns = (it: Remembered) =>
    about.kind === "incident" || it.subjects.includes(about.id) || named.has(it.id);
  return {
    about,
    now,
    days,
    open: open.filter(concerns).map((it) => ({ ...it, silence: silenceOf(it, silences, now) })),
    decisions,
    lastEvaluated:
      about.kind === "subject" ? await readLastEvaluation(about.id, from, since, now, warehouse) : null,
  };
}

function silenceOf({ subjects }: Remembered, silences: readonly Silence[], now: Date): Silence | null {
  const covers = ({ sources, from, until }: Silence) =>
    from <= now && now < until && subjects.some((subject) => sources.includes(subject));
  return silences.find(covers) ?? null;
}

async function readDecisions(
  about: About,
  from: string,
  since: Date,
  now: Date,
  warehouse: Warehouse,
): Promise<readonly LoggedDecision[]> {
  const rows = await warehouse.query("alerting/why", {
    params: {
      function: from,
      since,
      now,
      incident: about.kind === "incident" ? about.id : null,
      subject: about.kind === "subject" ? about.id : null,
    },
    types: { incident: "STRING", subject: "STRING" },
  });
  const same = Map.groupBy(rows, (row) =>
    JSON.stringify([
      instantOf(row, "schedule_time"),
      row.incident,
      row.notified,
      row.reason,
      row.why,
      row.notice,
      row.failure,
      row.pressed,
    ]),
  );
  return [...same.values()].flatMap(([first, ...more]) =>
    first === undefined ? [] : [toDecision(first, [first, ...more])],
  );
}

function toDecision(row: Row, channels: readonly Row[]): LoggedDecision {
  return {
    at: instantOf(row, "schedule_time"),
    incident: textOf(row, "incident"),
    title: textOf(row, "title"),
    notified: row.notified === true,
    reason: textOf(row, "reason"),
    why: textOf(row, "why"),
    pressed: row.pressed === true,
    notice: row.notice === null ? null : textOf(row, "notice"),
    failure: row.failure === null ? null : textOf(row, "failure"),
    deliveries: deliveriesOf(channels),
  };
}

/**
 * The most advanced status comes first. Two attempts that began at the same time leave two rows for a
 * channel, and `sent` wins.
 */
const statuses = ["sent", "refused", "sending", "failed", "free"];

function deliveriesOf(rows: readonly Row[]): LoggedDecision["deliveries"] {
  const channels = Map.groupBy(
    rows.filter((row) => row.channel !== null),
    (row) => textOf(row, "channel"),
  );
  return [...channels].map(([channel, its]) => {
    const there = its.map((row) => textOf(row, "status"));
    return { channel, status: statuses.find((status) => there.includes(status)) ?? there[0] ?? "unknown" };
  });
}

async function readLastEvaluation(
  subject: string,
  from: string,
  since: Date,
  now: Date,
  warehouse: Warehouse,
): Promise<Explanation["lastEvaluated"]> {
  const [row] = await warehouse.query("alerting/last-evaluated", {
    params: { function: from, subject, since, now },
  });
  return row === undefined ? null : { at: instantOf(row, "schedule_time"), status: textOf(row, "status") };
}
