import { labelOf, noPiiSection, openClaims, verdictOf } from "../console/pii-section.ts";
import { changesText, trustedText } from "../console/reconciliation-section.ts";
import { causeLabel, lastArrival } from "../console/sources-section.ts";
import { briefDay, decimal, hours, instant, money, number, percent } from "../console/words.ts";
import type {
  CleanView,
  CleanViews,
  CleanViewsReport,
  FreshnessReport,
  Impact,
  Inbox,
  Pii,
  Reconciliation,
  StackView,
  ThingToDo,
} from "../stack-view.ts";
import { slackToText } from "./slack-text.ts";

/** The results and messages of one run of every schedule, for the terminal. */
export async function printResult(view: StackView): Promise<string> {
  const watchdog = await view.watchdog();
  const found = watchdog.ok
    ? freshness(watchdog.report)
    : `The sync watchdog could not answer: ${watchdog.problem}`;
  return [
    found,
    cleanViews(await view.cleanViews()),
    piiProof(await view.pii()),
    numbers(await view.reconciliation()),
    ...inbox(view.inbox()),
  ].join("\n\n");
}

/** The same in one line, for a stack that keeps running: the console shows the rest. */
export async function summaryLine(view: StackView): Promise<string> {
  const watchdog = await view.watchdog();
  if (!watchdog.ok) return `The sync watchdog could not answer: ${watchdog.problem}`;
  const { ok, warning, critical, unknown } = watchdog.report.summary;
  const { slack, mail } = view.inbox();
  return (
    `${critical} sources critical, ${warning} warning, ${unknown} unknown, ${ok} ok; ` +
    `${slack.length} Slack messages and ${mail.length} emails sent`
  );
}

function freshness(report: FreshnessReport): string {
  const { ok, warning, critical, unknown } = report.summary;
  const rows = report.sources.map((source) => [
    source.source,
    source.status,
    lastArrival(source),
    hours(source.age_hours),
    source.business_date === null ? "-" : briefDay(source.business_date),
    source.decided_by?.replaceAll("_", " ") ?? "nothing",
    source.impact === null ? "-" : amount(source.impact),
  ]);
  const head = ["Source", "Status", "Last arrival, UTC", "Age", "Newest day", "Decided by", "Not visible"];
  return [
    title(`Freshness of the sources, as of ${instant(report.as_of)}`),
    `${ok} ok, ${warning} warning, ${critical} critical, ${unknown} unknown`,
    "",
    table([head, ...rows]),
    ...report.groups.flatMap((group) => [
      "",
      title(`${group.severity.toUpperCase()}: ${group.title}`),
      ...(group.since === null ? [] : [`Since: ${instant(group.since)}`]),
      ...(group.impact.length === 0 ? [] : [`Not visible: about ${group.impact.map(amount).join(", ")}`]),
      ...(group.cause === null ? [] : [wrap(`${causeLabel(group)}: ${group.cause}`)]),
      ...group.evidence.map((piece) => wrap(`  - ${piece}`)),
      wrap(`Sources: ${group.sources.join(", ")}`),
      ...(group.actions.length === 0 ? [] : ["What to do:"]),
      ...group.actions.map((action, index) => wrap(`  ${index + 1}. ${action}`)),
      ...(group.owner === null ? [] : [`Owner: ${group.owner}`]),
    ]),
  ].join("\n");
}

function cleanViews({ answer }: CleanViews): string {
  if (answer?.ok !== true) return `The clean views could not be checked: ${answer?.problem ?? "no answer"}`;
  const { as_of, views, roas } = answer.report;
  return [
    title(`Clean views, as of ${instant(as_of)}`),
    tally(answer.report),
    "",
    ...(views.length === 0
      ? []
      : [
          table([["View", "Plan", "Raw rows", "Clean rows", "Rate", "Counted twice"], ...views.map(viewRow)]),
        ]),
    ...views.flatMap(({ view, finding, to_do }) =>
      finding === null
        ? []
        : [
            "",
            wrap(`${finding.severity.toUpperCase()}: ${view}: ${finding.text}`),
            ...to_do.map((action, index) => wrap(`  ${index + 1}. ${action}`)),
          ],
    ),
    ...(roas.length === 0 ? [] : [""]),
    ...roas.map((one) =>
      wrap(
        `Return on ad spend, ${one.platform}: ${decimal(one.roas)}; read from the raw table it would be ${decimal(one.roasRaw)}.` +
          (one.finding === null ? "" : ` ${one.finding}`),
      ),
    ),
  ].join("\n");
}

function viewRow({ view, action, figures }: CleanView): string[] {
  const repeated = figures?.money ?? null;
  return [
    view,
    action,
    number(figures?.raw_rows),
    number(figures?.clean_rows),
    percent(figures?.rate ?? null),
    repeated === null || repeated.overcounted === null
      ? "-"
      : `${money(Number(repeated.overcounted), repeated.currency)} of ${repeated.kind}`,
  ];
}

function tally({ summary, views }: CleanViewsReport): string {
  const { unchanged, create, replace, refused } = summary;
  return `${unchanged} of ${views.length} clean views are up to date, ${create} to create, ${replace} to replace, ${refused} refused`;
}

function piiProof({ answer }: Pii): string {
  if (answer?.ok !== true) return `The PII proof could not be made: ${answer?.problem ?? "no answer"}`;
  const { report } = answer;
  if (report === null) return noPiiSection;
  const rows = report.tables.flatMap(({ table: name, clean_rows, columns }) =>
    columns.map((one) => [
      name,
      one.column,
      ...[clean_rows ?? undefined, one.hashed, one.never_given, one.unusable, one.readable].map(number),
    ]),
  );
  const head = ["Table", "Column", "Rows", "Hashed", "Never given", "Unusable", "Readable"];
  return [
    title(`PII proof, as of ${instant(report.as_of)}`),
    wrap(verdictOf(report)),
    ...(rows.length === 0 ? [] : ["", table([head, ...rows])]),
    ...openClaims(report).flatMap((claim) => [
      "",
      wrap(`${claim.status.toUpperCase()}: ${labelOf(claim)}, ${claim.subject}: ${claim.text}`),
      ...claim.actions.map((action, index) => wrap(`  ${index + 1}. ${action}`)),
    ]),
    ...report.claims
      .filter(({ claim, status }) => claim === "matches" && status === "ok")
      .flatMap(({ text }) => ["", wrap(text)]),
  ].join("\n");
}

const thingsShown = 5;

function numbers({ answer }: Reconciliation): string {
  if (answer?.ok !== true) return `Reconciliation could not answer: ${answer?.problem ?? "no answer"}`;
  const { as_of, summary, to_do, since_last_run } = answer.report;
  const { ok, warning, critical, unknown } = summary;
  const { at, new: fresh, resolved } = since_last_run;
  return [
    title(`Reconciliation report, as of ${instant(as_of)}`),
    `${critical} checks critical, ${unknown} unknown, ${warning} warning, ${ok} ok`,
    wrap(trustedText(answer.report)),
    ...(at === null ? [] : [`Since ${instant(at)}: ${changesText(fresh, resolved)}`]),
    ...(to_do.length === 0 ? ["There are no actions."] : ["What to do first:"]),
    ...to_do.slice(0, thingsShown).flatMap(thing),
    ...(to_do.length > thingsShown
      ? [`And ${to_do.length - thingsShown} more: see /reconciliation?format=markdown`]
      : []),
  ].join("\n");
}

function thing({ title: what, status, impact, actions: [first] }: ThingToDo, index: number): string[] {
  const stake = impact.map((one) => `${money(one.amount, one.currency)} of ${one.what}`).join(", ");
  return [
    wrap(`  ${index + 1}. ${status.toUpperCase()}: ${what}${stake === "" ? "" : `: ${stake}`}`),
    ...(first === undefined ? [] : [wrap(`     ${first}`)]),
  ];
}

function amount(impact: Impact): string {
  return `${money(impact.amount, impact.currency)} of ${impact.kind}`;
}

function inbox({ slack, mail }: Inbox): string[] {
  return [
    ...slack.map((one) =>
      [
        title(`Slack, #${one.channel.replace(/^#/, "")}, ${instant(one.at)}`),
        indent(slackToText(one.payload).split("\n").map(wrap).join("\n")),
      ].join("\n"),
    ),
    ...mail.map((one) =>
      [
        title(`Email, ${instant(one.at)}`),
        indent(
          [
            `Subject: ${one.subject}`,
            `From: ${one.from}`,
            `To: ${one.to.join(", ")}`,
            "",
            one.text.trim(),
          ].join("\n"),
        ),
      ].join("\n"),
    ),
  ];
}

const widest = 110;

function wrap(line: string): string {
  const lines = [""];
  for (const word of line.split(/(?<=\S)(?= )/)) {
    const last = lines.length - 1;
    if ((lines[last] + word).length > widest) lines.push(`     ${word.trimStart()}`);
    else lines[last] += word;
  }
  return lines.join("\n");
}

function title(text: string): string {
  return `${text}\n${"=".repeat(Math.min(text.length, 100))}`;
}

function indent(text: string): string {
  return text.replace(/^(?=.)/gm, "  | ");
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? "").length)),
  );
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
