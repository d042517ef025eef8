import { isAlertedBy } from "../checks/registry.ts";
import type { Impact } from "../checks/result.ts";
import { helpLinks } from "../shared/alerting/notices/help-links.ts";
import type { Finding, FindingGroup, FindingKey, Link, Message, News } from "../shared/alerting/types.ts";
import type { Source } from "../shared/config/types.ts";
import { addDays, dayOf } from "../shared/days.ts";
import type { Block, Fact } from "../shared/report/blocks.ts";
import { formatDay, formatMoney } from "../shared/report/format.ts";
import { type Item, titleFor } from "./action-list.ts";
import type { Marked } from "./causes.ts";
import type { Decision } from "./decide.ts";
import { countsText } from "./report/parts.ts";

/** The function has one incident, which holds everything that is wrong now. */
const incidentKey = "reconciliation";

/**
 * Functions that run more often alert on the other checks. Those results are in the report, and in no notice
 * of this function.
 */
function isOwn({ check }: Pick<Marked, "check">): boolean {
  return isAlertedBy(check, "reconciliation");
}

/**
 * A consequence is notified with its cause, by the function that alerts on the cause, and on its own once the
 * cause is over.
 */
function isNotified(it: Marked): boolean {
  return isOwn(it) && it.consequenceOf === null && !quiet.has(it.code);
}

/** `unknown` only because this is the first run: it is not notified, and is over by itself. */
const quiet: ReadonlySet<string | null> = new Set(["nothing_remembered"]);

/** A busy BigQuery is not notified; the check is made again. */
function wrongIn({ results }: Decision): Marked[] {
  return results.filter((it) => isNotified(it) && it.status !== "ok" && !it.retry);
}

/**
 * Findings that no other function alerts on, in one message a morning, however many there are.
 *
 * @param sources of the warehouse file; a message about some of them has their links
 */
export function toFindingGroups(decision: Decision, sources: readonly Source[] = []): FindingGroup[] {
  const wrong = wrongIn(decision);
  if (wrong.length === 0) return [];
  return [
    {
      key: incidentKey,
      findings: wrong.map(findingOf),
      owners: [...new Set(wrong.map(({ owner }) => owner))],
      message: morningMessage(decision, wrong, sources),
      messageOf: (news) => morningMessage(decision, news, sources),
    },
  ];
}

function findingOf(it: Marked): Finding {
  return {
    check: it.check,
    subject: it.subject,
    severity: it.status === "warning" ? "warning" : "critical",
    summary: `${it.subject}: ${it.text}`,
    follows: it.follows,
    since: it.since?.toISOString() ?? null,
  };
}

/** The keys that were really evaluated: only these can recover. */
export function evaluatedKeys({ results }: Decision): FindingKey[] {
  return results.filter((it) => isNotified(it) && it.status !== "unknown").map(findingKeyOf);
}

export function monitoredKeys({ results }: Decision): FindingKey[] {
  return results.filter(isOwn).map(findingKeyOf);
}

function findingKeyOf({ check, subject }: Marked): FindingKey {
  return { check, subject };
}

/**
 * The new findings, the number of all others, and those that are ok again. If nothing is new, all open
 * findings.
 */
function morningMessage(
  decision: Decision,
  news: readonly FindingKey[],
  sources: readonly Source[],
): Message {
  const wrong = wrongIn(decision);
  const fresh = wrong.filter((it) =>
    news.some((one) => one.check === it.check && one.subject === it.subject),
  );
  const listed = fresh.length === 0 ? wrong : fresh;
  const others = wrong.length - listed.length;
  const [mostExpensive] = decision.items.filter(({ results }) => results.some((it) => listed.includes(it)));
  return {
    title: titleOf(listed, others > 0),
    lead: leadOf(listed, mostExpensive),
    facts: [
      ...(listed.length > 1 ? [{ label: "Checks", value: listed.map(nameOf).join(", ") }] : []),
      ...trustedFact(decision),
      ...(others > 0 ? [{ label: "Known before", value: `${others}, in the whole report` }] : []),
    ],
    actions: mostExpensive?.actions.slice(0, 3) ?? [],
    details: [{ kind: "list", ordered: false, items: listed.map(lineOf) }],
    links: helpLinks(
      listed
        .flatMap(({ subject }) => sources.find(({ id }) => id === subject) ?? [])
        .flatMap((source) => [source.connector, source]),
    ),
  };
}

function titleOf(listed: readonly Marked[], before: boolean): string {
  const [only, ...others] = listed;
  if (only !== undefined && others.length === 0) return titleFor(only, [only]);
  const warnings = listed.filter(({ status }) => status === "warning").length;
  const critical = listed.length - warnings;
  const checks = before ? "more reconciliation checks" : "reconciliation checks";
  if (critical === 0) return `${warnings} ${checks} have warnings`;
  if (warnings === 0) return `${critical} ${checks} are critical`;
  return `${listed.length} ${checks} are not ok: ${critical} critical, ${warnings} warning`;
}

function nameOf({ subject, check }: Marked): string {
  return `${subject} (${check.replaceAll("_", " ")})`;
}

function lineOf(it: Marked): string {
  return `${it.subject}: ${it.text}${it.impact === null ? "" : ` ${moneyText(it.impact)}.`}`;
}

/** The most expensive of the findings; by name if there are several. */
function leadOf(listed: readonly Marked[], mostExpensive: Item | undefined): string {
  const first = mostExpensive?.results.find((it) => listed.includes(it));
  if (first === undefined) return "";
  const line = lineOf(first);
  return listed.length === 1 ? line.slice(`${first.subject}: `.length) : line;
}

/** "About $270K revenue not visible ($255K to $290K)" */
export function moneyText({ amount, low, high, currency, what }: Impact): string {
  const money = (value: number) => formatMoney(value, currency);
  return low === high
    ? `${money(amount)} of ${what}`
    : `About ${money(amount)} of ${what} (${money(low)} to ${money(high)})`;
}

function trustedFact({ trustedThrough }: Decision): Fact[] {
  return trustedThrough === null ? [] : [{ label: "Complete through", value: formatDay(trustedThrough) }];
}

/** Number of findings that a short summary names. */
const maxListed = 3;

/**
 * The whole report once a week: a mail shows all of it, a chat the three most expensive findings. It is
 * offered every day under the key of its week, so a missed day loses nothing.
 *
 * @param report blocks of the whole report
 */
export function weeklyNews(
  decision: Decision,
  {
    reportOn,
    timeZone,
    report,
    links,
  }: {
    readonly reportOn: number | null;
    readonly timeZone: string;
    readonly report: readonly Block[];
    readonly links: readonly Link[];
  },
): News[] {
  if (reportOn === null) return [];
  const today = dayOf(decision.asOf, timeZone);
  const weekday = new Date(`${today}T00:00:00Z`).getUTCDay();
  const began = addDays(today, -((weekday - reportOn + 7) % 7));
  return [
    {
      key: `report/${began}`,
      at: decision.asOf,
      subjects: [],
      owners: [],
      why: "The weekly report: the mail has all findings, a chat the most expensive ones.",
      message: { ...summaryMessage(decision), appendix: report },
      links,
    },
  ];
}

function summaryMessage(decision: Decision): Message {
  const { summary, items, asOf, trustedThrough } = decision;
  const mostExpensive = items.slice(0, maxListed);
  const wrong = summary.critical + summary.warning + summary.unknown;
  return {
    title:
      wrong === 0
        ? `${reportTitle(asOf)}: all ${summary.ok} checks are ok`
        : `${reportTitle(asOf)}: ${items.length === 1 ? "1 thing" : `${items.length} things`} to do`,
    lead:
      `${countsText(summary)} ` +
      (trustedThrough === null
        ? "Unknown: the last complete day of spend and revenue."
        : `Spend and revenue of all platforms are complete through ${formatDay(trustedThrough)}.`),
    facts: mostExpensive.map((it, at) => ({ label: `${at + 1}. ${it.title}`, value: factOf(it) })),
    actions: [...new Set(mostExpensive.flatMap(({ actions }) => actions.slice(0, 1)))],
    details: [],
  };
}

/** "Reconciliation report, 8 Feb 2026" */
export function reportTitle(asOf: Date): string {
  return `Reconciliation report, ${formatDay(asOf)}`;
}

function factOf({ impact, results, status }: Item): string {
  const money = impact.map(moneyText).join("; ");
  return money === "" ? (results[0]?.text ?? status) : money;
}
