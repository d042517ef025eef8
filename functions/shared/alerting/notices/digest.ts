import type { Cell } from "../../report/blocks.ts";
import type { Decision } from "../decide/needs-notice.ts";
import { digest } from "../incidents/incident.ts";
import type { Message, Notice, NotifyReason } from "../types.ts";

/** More messages than this at once are not read, and five hundred take minutes to arrive. */
const maxIndividualNotices = 5;

/** Mail readers cut a message at about 100 kB; the rest is only counted. */
const maxRows = 100;

/** A chat message has room for three titles. */
const titlesShown = 3;

/** The most important reason comes first. */
const byWeight: readonly NotifyReason[] = [
  "escalated",
  "first",
  "new_finding",
  "flapping",
  "partly_recovered",
  "reminder",
  "recovered",
];

interface Plan {
  readonly decision: Decision;
  readonly notice: Notice | null;
}

/**
 * If there are too many notices at one tick, the worst are published as usual and one digest lists the rest.
 * Each incident keeps its own record; only the message is shared.
 *
 * If a run ended after it began to publish, several records share a notice id, and they are published
 * together again.
 *
 * @param together words news that is sent at the same tick; with it, two pieces already become one message
 */
export function joinIntoDigests<P extends Plan>(plans: readonly P[], together?: Together<P>): P[] {
  const isRepeated = ({ decision }: P) => decision.notify && decision.repeats !== undefined;
  const repeated = Map.groupBy(plans.filter(isRepeated), ({ notice }) => notice?.id ?? "");
  const fresh = Map.groupBy(
    plans.filter((it) => !isRepeated(it) && it.notice !== null),
    ({ notice }) => notice?.kind,
  );
  const shared = new Map<P, Notice>([
    ...[...fresh.values()].flatMap((them) => [...joined(them, together)]),
    ...[...repeated].flatMap(([id, them]) => [...shareOne(them, id, together)]),
  ]);
  return plans.map((plan) => ({ ...plan, notice: shared.get(plan) ?? plan.notice }));
}

type Together<P> = (plans: readonly P[]) => Message;

function joined<P extends Plan>(plans: readonly P[], together?: Together<P>): Map<P, Notice> {
  if (together !== undefined) return shareOne(plans, idOf(plans), together);
  if (plans.length <= maxIndividualNotices + 1) return new Map();
  const worstFirst = [...plans].sort(
    (a, b) => Number(b.notice?.severity === "critical") - Number(a.notice?.severity === "critical"),
  );
  const rest = worstFirst.slice(maxIndividualNotices);
  return shareOne(rest, idOf(rest));
}

function idOf(plans: readonly Plan[]): string {
  return digest(plans.map(({ notice }) => notice?.id ?? "").sort()).slice(0, 32);
}

function shareOne<P extends Plan>(plans: readonly P[], id: string, together?: Together<P>): Map<P, Notice> {
  const notices = plans.flatMap(({ notice }) => notice ?? []);
  const [first] = notices;
  if (first === undefined || notices.length < 2) return new Map();
  const one = { ...digestNotice(first, notices, id), ...together?.(plans) };
  return new Map(plans.map((plan) => [plan, one]));
}

const whatOf: Readonly<Record<Notice["kind"], string>> = {
  problem: "more incidents",
  recovery: "incidents have ended",
  report: "more pieces of news",
};

function digestNotice(first: Notice, notices: readonly Notice[], id: string): Notice {
  const isWrong = first.kind === "problem";
  const isReport = first.kind === "report";
  const titles = notices.map(({ title }) => title);
  const more = titles.length - titlesShown;
  const critical = notices.filter(({ severity }) => severity === "critical").length;
  const reason = byWeight.find((one) => notices.some((notice) => notice.reason === one)) ?? first.reason;
  return {
    id,
    incident: id.slice(0, 16),
    kind: first.kind,
    reason,
    severity: isReport ? "info" : critical > 0 ? "critical" : "warning",
    from: first.from,
    at: first.at,
    subjects: distinct(notices.flatMap(({ subjects }) => subjects)),
    owners: distinct(notices.flatMap(({ owners }) => owners)),
    title: `${notices.length} ${whatOf[first.kind]} at once`,
    lead: `${notices.length} messages of the same time are combined in this one${isWrong ? ": check first what they have in common" : ""}.`,
    facts: [
      {
        label: "Severity",
        value: isReport ? "" : `${critical} critical, ${notices.length - critical} warning`,
      },
      {
        label: "Among them",
        value: titles.slice(0, titlesShown).join("; ") + (more > 0 ? `; and ${more} more` : ""),
      },
      { label: "Owners", value: distinct(notices.flatMap(({ owners }) => owners)).join(", ") },
    ].filter(({ value }) => value !== ""),
    actions: isWrong
      ? [
          "Check what they share: the host, the network, the warehouse's rights, a credential that was changed",
          `See one of them: GET /${first.from}/why?source=<source>`,
        ]
      : [],
    details: [
      {
        kind: "table",
        columns: [
          ...(isReport ? [] : [{ label: "Severity" }]),
          { label: isReport ? "News" : "Incident" },
          { label: "Source" },
          { label: "What" },
        ],
        rows: notices
          .slice(0, maxRows)
          .map(({ severity, title, lead, subjects: [one = "", ...more] }): Cell[] => [
            ...(isReport ? [] : [severity]),
            title,
            more.length > 0 ? `${one} and ${more.length} more` : one,
            lead,
          ]),
      },
      ...(notices.length > maxRows
        ? [
            {
              kind: "paragraph",
              text: `And ${notices.length - maxRows} more: ${notices
                .slice(maxRows)
                .map(({ title }) => title)
                .join("; ")}.`,
            } as const,
          ]
        : []),
    ],
    why: `${notices.length} notices of one tick are combined in this message. ${notices.length > 1 && distinct(notices.map(({ why }) => why)).length === 1 ? first.why : "Each has its own reason in the alert log."}`,
    links: [],
  };
}

function distinct(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}
