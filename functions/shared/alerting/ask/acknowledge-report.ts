import type { Answer } from "../../http/respond.ts";
import { formatDuration, formatInstant } from "../../report/format.ts";
import type { Acknowledged, Signed } from "./acknowledge.ts";
import type { Remembered } from "./remembered.ts";

/**
 * Answers GET /ack: the incident and the button. It changes nothing, because scanners of mail and chat open
 * links.
 */
export function incidentAnswer(incident: Remembered, signed: Signed, holdMs: number, now: Date): Answer {
  const until = acknowledgedUntil(incident, now);
  const length = formatDuration(holdMs);
  return {
    json: { ...toJson(incident), acknowledged_until: until?.toISOString() ?? null },
    report: {
      title: incident.title,
      blocks: [
        { kind: "heading", level: 1, text: incident.title },
        { kind: "facts", facts: factsOf(incident, now) },
        {
          kind: "paragraph",
          text:
            until === null
              ? `Acknowledge the incident to stop its reminders for ${length}. A worse finding, a new finding and the recovery are still sent at once.`
              : `It is acknowledged already: no reminders until ${formatInstant(until)}.`,
        },
      ],
    },
    form: {
      button:
        until === null ? `Acknowledge: no reminders for ${length}` : `No reminders for ${length} from now`,
      // An acknowledged incident is only changed when the caller asks for a length.
      fields: { ...signed, ...(until !== null && { for: `${holdMs / 60_000}m` }) },
    },
  };
}

/** Answers POST /ack. */
export function acknowledgedAnswer({ incident, until, changed }: Acknowledged, now: Date): Answer {
  const news = changed
    ? `Acknowledged: no reminders until ${formatInstant(until)}.`
    : `It was acknowledged already: no reminders until ${formatInstant(until)}.`;
  return {
    json: { ...toJson(incident), acknowledged_until: until.toISOString(), changed },
    report: {
      title: "Acknowledged",
      blocks: [
        { kind: "heading", level: 1, text: "Acknowledged" },
        { kind: "paragraph", text: news },
        {
          kind: "paragraph",
          text: "A worse finding, a new finding and the recovery are still sent at once.",
        },
        {
          kind: "facts",
          facts: [
            { label: "What", value: incident.title },
            ...factsOf({ ...incident, acknowledged: null }, now),
          ],
        },
      ],
    },
  };
}

function acknowledgedUntil({ acknowledged }: Remembered, now: Date): Date | null {
  return acknowledged !== null && acknowledged.until > now ? acknowledged.until : null;
}

function toJson(incident: Remembered) {
  return {
    incident: incident.id,
    title: incident.title,
    severity: incident.severity,
    since: incident.began.toISOString(),
    findings: incident.findings,
    notified_at: incident.notifiedAt?.toISOString() ?? null,
    reminders: incident.reminders,
  };
}

function factsOf(incident: Remembered, now: Date) {
  const until = acknowledgedUntil(incident, now);
  return [
    { label: "Severity", value: incident.severity },
    {
      label: "Since",
      value: `${formatInstant(incident.began)} (${formatDuration(now.getTime() - incident.began.getTime())})`,
    },
    {
      label: "Open findings",
      value:
        incident.findings.map(({ subject, severity }) => `${subject} (${severity})`).join(", ") || "nothing",
    },
    {
      label: "Last notified",
      value: incident.notifiedAt === null ? "never" : formatInstant(incident.notifiedAt),
    },
    { label: "Reminders so far", value: String(incident.reminders) },
    ...(until === null ? [] : [{ label: "Acknowledged until", value: formatInstant(until) }]),
  ];
}
