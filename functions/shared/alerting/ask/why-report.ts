import type { Answer } from "../../http/respond.ts";
import type { Block, TableBlock } from "../../report/blocks.ts";
import { formatDuration, formatInstant } from "../../report/format.ts";
import type { Explanation, LoggedDecision, OpenIncident } from "./why.ts";

/** JSON holds every decision. The readable formats join repeated suppressions into one line. */
export function whyAnswer(it: Explanation): Answer {
  return {
    json: {
      [it.about.kind === "subject" ? it.about.called : "incident"]: it.about.id,
      as_of: it.now.toISOString(),
      days: it.days,
      summary: summaryOf(it),
      open: it.open.map((one) => openJson(one, it.now)),
      decisions: it.decisions.map(({ at, ...rest }) => ({ at: at.toISOString(), ...rest })),
      last_evaluated: it.lastEvaluated && { ...it.lastEvaluated, at: it.lastEvaluated.at.toISOString() },
    },
    report: { title: titleOf(it), blocks: blocksOf(it) },
    table: tableOf(it.decisions),
  };
}

function titleOf({ about }: Explanation): string {
  return about.kind === "subject" ? `Alerts about ${about.id}` : `Alerts of incident ${about.id}`;
}

function summaryOf({ about, days, open, decisions, lastEvaluated, now }: Explanation): string {
  const span = days === 1 ? "the last day" : `the last ${days} days`;
  const reports = decisions.filter(isReport);
  const aboutProblems = decisions.filter((it) => !isReport(it));
  const news = newsText(reports);
  const evaluated =
    lastEvaluated === null
      ? `no run has evaluated it in ${span}`
      : `last evaluated at ${formatInstant(lastEvaluated.at)}: ${lastEvaluated.status}`;
  if (aboutProblems.length === 0 && open.length === 0) {
    if (about.kind === "incident") return `There was no problem, so there is no recovery: ${news}.`;
    const also = news === "" ? "" : `; ${news}`;
    return lastEvaluated === null
      ? `No notice ${news === "" ? "" : "of a problem "}was sent, and ${evaluated}, so its status is unknown${also}.`
      : `It had no problem in ${span}; ${evaluated}${also}.`;
  }
  const longest = open[0];
  const state =
    longest === undefined
      ? "It is closed."
      : longest.findings.length === 0 && longest.flapping.length > 0
        ? "It is flapping and ok at the moment."
        : `It has been open for ${formatDuration(now.getTime() - longest.began.getTime())}.`;
  const notified = aboutProblems.filter((it) => it.notified).length;
  const counts = `In ${span} ${noticesText(notified)} sent; ${noticesText(aboutProblems.length - notified)} suppressed`;
  const rest = [...(news === "" ? [] : [news]), ...(about.kind === "subject" ? [evaluated] : [])];
  return `${[`${state} ${counts}`, ...rest].join("; ")}.`;
}

/** True for notices about something that is not a problem: heartbeats and news. */
function isReport({ reason }: LoggedDecision): boolean {
  return reason === "news" || reason === "heartbeat";
}

/** For example "news of it was sent once, last at 8 Feb 2026 12:00 UTC"; empty if there was none. */
function newsText(reports: readonly LoggedDecision[]): string {
  const notified = reports.filter(({ failure }) => failure === null);
  const times = new Set(notified.map(({ notice }) => notice)).size;
  const [newest] = notified;
  if (newest === undefined) return reports.length === 0 ? "" : "news could not be sent yet";
  return `news was sent ${times === 1 ? "" : `${times} times, last `}at ${formatInstant(newest.at)}`;
}

function noticesText(count: number): string {
  if (count === 0) return "no notice was";
  return count === 1 ? "one notice was" : `${count} notices were`;
}

function blocksOf(it: Explanation): Block[] {
  const blocks: Block[] = [
    { kind: "heading", level: 1, text: titleOf(it) },
    { kind: "paragraph", text: summaryOf(it) },
  ];
  for (const one of it.open) {
    blocks.push({ kind: "heading", level: 2, text: `Open: ${one.title}` });
    blocks.push({ kind: "facts", facts: openFacts(one, it.now) });
  }
  if (it.decisions.length === 0) return blocks;
  blocks.push({ kind: "heading", level: 2, text: "What was decided, newest first" });
  blocks.push({
    kind: "table",
    columns: ["When", "Notified", "Reason", "Why", "About", "Notice", "Delivery"].map((label) => ({
      label,
    })),
    rows: foldSilences(it.decisions).map(({ newest, oldest, count }) => [
      oldest === newest ? formatInstant(newest.at) : span(oldest.at, newest.at),
      newest.notified ? "yes" : "no",
      count === 1 ? reasonText(newest) : `${reasonText(newest)}, ${count} times`,
      newest.why,
      newest.title,
      newest.notice,
      deliveryText(newest),
    ]),
  });
  return blocks;
}

interface Fold {
  readonly newest: LoggedDecision;
  readonly oldest: LoggedDecision;
  readonly count: number;
}

/**
 * Joins consecutive decisions with the same suppression reason and incident into one line, at the place of
 * the newest.
 */
function foldSilences(decisions: readonly LoggedDecision[]): readonly Fold[] {
  const folds: Fold[] = [];
  const latest = new Map<string, number>();
  for (const it of decisions) {
    const at = latest.get(it.incident) ?? -1;
    const before = folds[at];
    if (before !== undefined && isTickOf(before.newest.reason, it) && isTickOf(it.reason, before.newest)) {
      folds[at] = { ...before, oldest: it, count: before.count + 1 };
    } else {
      latest.set(it.incident, folds.length);
      folds.push({ newest: it, oldest: it, count: 1 });
    }
  }
  return folds;
}

/** An acknowledgement is never joined: it explains the suppressions after it. */
function isTickOf(reason: string, it: LoggedDecision): boolean {
  return !it.notified && !it.pressed && it.reason === reason;
}

function openFacts(one: OpenIncident, now: Date) {
  const until = acknowledgedUntil(one, now);
  return [
    { label: "Incident", value: one.id },
    { label: "Severity", value: one.severity },
    {
      label: "Since",
      value: `${formatInstant(one.began)} (${formatDuration(now.getTime() - one.began.getTime())})`,
    },
    {
      label: "Open findings",
      value: one.findings.map(({ subject, severity }) => `${subject} (${severity})`).join(", ") || "nothing",
    },
    { label: "Last notified", value: one.notifiedAt === null ? "never" : formatInstant(one.notifiedAt) },
    { label: "Reminders", value: String(one.reminders) },
    ...(until === null ? [] : [{ label: "Acknowledged until", value: formatInstant(until) }]),
    ...(one.silence === null
      ? []
      : [{ label: "Silenced until", value: `${formatInstant(one.silence.until)}: ${one.silence.why}` }]),
    ...(one.flapping.length === 0 ? [] : [{ label: "Flapping", value: one.flapping.join(", ") }]),
  ];
}

function openJson(one: OpenIncident, now: Date) {
  return {
    incident: one.id,
    title: one.title,
    severity: one.severity,
    since: one.began.toISOString(),
    opened_at: one.openedAt.toISOString(),
    findings: one.findings,
    notified_at: one.notifiedAt?.toISOString() ?? null,
    reminders: one.reminders,
    acknowledged_until: acknowledgedUntil(one, now)?.toISOString() ?? null,
    silenced_until: one.silence?.until.toISOString() ?? null,
    silenced_why: one.silence?.why ?? null,
    flapping: one.flapping,
  };
}

function acknowledgedUntil({ acknowledged }: OpenIncident, now: Date): Date | null {
  return acknowledged !== null && acknowledged.until > now ? acknowledged.until : null;
}

function tableOf(decisions: readonly LoggedDecision[]): TableBlock {
  const columns = ["at", "incident", "title", "notified", "reason", "why", "notice", "deliveries", "failure"];
  return {
    kind: "table",
    columns: columns.map((label) => ({ label })),
    rows: decisions.map((it) => [
      it.at.toISOString(),
      it.incident,
      it.title,
      String(it.notified),
      it.reason,
      it.why,
      it.notice,
      it.deliveries.map(({ channel, status }) => `${channel}: ${status}`).join(", "),
      it.failure,
    ]),
  };
}

function reasonText({ reason, pressed }: LoggedDecision): string {
  return pressed ? "acknowledged" : reason.replaceAll("_", " ");
}

function deliveryText({ notified, failure, deliveries }: LoggedDecision): string | null {
  if (!notified) return null;
  if (failure !== null) return `could not be published: ${failure}`;
  if (deliveries.length === 0) return "no delivery is recorded yet";
  return deliveries.map(({ channel, status }) => `${channel}: ${status}`).join(", ");
}

/** "8 Feb 2026 13:00 to 15:00 UTC"; names both days if they differ. */
function span(from: Date, to: Date): string {
  const [first, last] = [formatInstant(from), formatInstant(to)];
  const sameDay = from.toISOString().slice(0, 10) === to.toISOString().slice(0, 10);
  return `${first.replace(/ UTC$/, "")} to ${sameDay ? last.slice(-"15:00 UTC".length) : last}`;
}
