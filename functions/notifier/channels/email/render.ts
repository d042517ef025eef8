import type { Notice } from "../../../shared/alerting/types.ts";
import type { Block } from "../../../shared/report/blocks.ts";
import { formatInstant } from "../../../shared/report/format.ts";
import { toText } from "../../../shared/report/text.ts";
import { allFacts } from "../facts.ts";
import { linksOf } from "../links.ts";
import { headline, subject } from "../words.ts";
import { toMailHtml } from "./html.ts";

export interface EmailContent {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** With angle brackets. The same for the same notice on the same channel. */
  readonly messageId: string;
  readonly inReplyTo: string | null;
  readonly references: string;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * The mail of a notice. All mails of an incident refer to one thread id that no mail has as its own: mail
 * readers group them under it (RFC 5322, 3.6.4), in whatever order they arrive.
 *
 * @param channel id in the warehouse file; @param from the sender; the ids use its domain.
 */
export function toEmail(notice: Notice, channel: string, from: string): EmailContent {
  const domain = /@([A-Za-z0-9.-]+)>?\s*$/.exec(from)?.[1] ?? "plumbline.invalid";
  const [id, incident] = [headerWord(notice.id), headerWord(notice.incident)];
  const thread = `<${incident}.${headerWord(channel)}@${domain}>`;
  return {
    subject: subject(notice),
    text: toText(textBlocks(notice)).toWellFormed(),
    html: toMailHtml(notice).toWellFormed(),
    messageId: `<${id}.${headerWord(channel)}@${domain}>`,
    inReplyTo: startsThread(notice) ? null : thread,
    references: thread,
    headers: {
      // Keeps out-of-office programs from answering (RFC 3834).
      "Auto-Submitted": "auto-generated",
      "X-Plumbline-Notice": id,
      "X-Plumbline-Incident": incident,
      ...(notice.kind === "problem" && notice.severity === "critical" && { Importance: "high" }),
    },
  };
}

function startsThread({ kind, reason }: Notice): boolean {
  return kind === "report" || reason === "first";
}

/** A parsed notice only has ids of these characters; the check keeps headers safe in any case. */
function headerWord(id: string): string {
  return id.replace(/[^A-Za-z0-9_-]/g, "");
}

function textBlocks(notice: Notice): Block[] {
  return [
    { kind: "heading", level: 1, text: headline(notice) },
    { kind: "paragraph", text: notice.lead },
    { kind: "facts", facts: allFacts(notice) },
    ...todo(notice),
    ...links(notice),
    ...notice.details,
    ...(notice.appendix ?? []),
    { kind: "paragraph", text: `Why now: ${notice.why}` },
    { kind: "paragraph", text: source(notice) },
  ];
}

function todo(notice: Notice): Block[] {
  if (notice.actions.length === 0) return [];
  return [
    { kind: "heading", level: 2, text: "What to do" },
    { kind: "list", ordered: true, items: notice.actions },
  ];
}

function links(notice: Notice): Block[] {
  const items = linksOf(notice).map(({ label, url }) => `${label}: ${url}`);
  return items.length === 0 ? [] : [{ kind: "list", ordered: false, items }];
}

function source(notice: Notice): string {
  return `${notice.from}, ${formatInstant(new Date(notice.at))}, incident ${notice.incident}`;
}
