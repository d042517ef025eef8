import { createHash } from "node:crypto";
import { domainToASCII } from "node:url";
import type { Outcome, Recipient } from "../outcome.ts";

/** An SMTP server's answer for one address. */
export interface Refusal {
  readonly address: string;
  /** Reply code; 0 where there was none. */
  readonly reply: number;
}

/**
 * Identifies a recipient in the stored deliveries without the address, because many users read the tables
 * and they are in backups. The hash contains the notice's id, so the rows of one person cannot be linked.
 */
export function pseudonym(noticeId: string, address: string): string {
  return createHash("sha256")
    .update(`${noticeId} ${normalised(address)}`)
    .digest("hex")
    .slice(0, 16);
}

/** The form in which a server receives and returns an address: `Data Team <Data@Hulken.example>`. */
function normalised(address: string): string {
  const bare = (/<([^<>]*)>\s*$/.exec(address)?.[1] ?? address).trim();
  const at = bare.lastIndexOf("@");
  const domain = bare.slice(at + 1);
  return `${bare.slice(0, at + 1)}${domainToASCII(domain) || domain}`.toLowerCase();
}

function sameAddress(one: string, other: string): boolean {
  return normalised(one) === normalised(other);
}

/**
 * The outcome of a mail for all its recipients: only those refused with 4xx are tried again.
 *
 * @param to all recipients; @param known those settled by earlier attempts; @param refusals of this attempt;
 *   @param others the outcome of those that were tried and not refused
 */
export function outcomeFor(
  noticeId: string,
  to: readonly string[],
  known: readonly Recipient[],
  refusals: readonly Refusal[],
  others: "accepted" | "failed",
  said = "",
): Outcome {
  const now = to.flatMap((address): Recipient[] => {
    const id = pseudonym(noticeId, address);
    if (known.some((it) => it.pseudonym === id)) return [];
    const refusal = refusals.find((it) => sameAddress(it.address, address));
    if (refusal === undefined) return others === "accepted" ? [{ pseudonym: id, refusedWith: null }] : [];
    return refusal.reply >= 500 ? [{ pseudonym: id, refusedWith: refusal.reply }] : [];
  });
  const addressed = new Set(to.map((address) => pseudonym(noticeId, address)));
  const recipients = [...known.filter((it) => addressed.has(it.pseudonym)), ...now];
  const accepted = recipients.filter((it) => it.refusedWith === null).length;
  const refused = recipients.flatMap((it) => it.refusedWith ?? []);
  const pending = addressed.size - recipients.length;
  const waiting = refusals.flatMap(({ reply }) => (reply < 500 ? reply : []));
  const detail = [
    `accepted for ${accepted} of ${addressed.size} recipients`,
    ...(refused.length > 0 ? [`refused for ${refused.length} (${codes(refused)})`] : []),
    ...(pending > 0
      ? [`to be tried again for ${pending}${waiting.length > 0 ? ` (${codes(waiting)})` : ""}`]
      : []),
    ...(said === "" ? [] : [said]),
  ].join("; ");
  if (pending > 0) return { status: "failed", detail, recipients };
  if (accepted === 0) return { status: "refused", detail, recipients };
  return { status: "sent", detail, recipients, ...(refused.length > 0 && { incomplete: true as const }) };
}

function codes(replies: readonly number[]): string {
  return [...new Set(replies)].sort().join(", ");
}
