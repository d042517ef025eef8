import { domainToASCII } from "node:url";

/**
 * Node reads a host as part of a URL: it would cut at `/` and `?` and decode `%41`, so those characters are
 * refused.
 */
const couldBeInDomain = /^[a-z0-9.\-\u{80}-\u{10ffff}]+$/u;
const plainAscii = /^[a-z0-9.-]+$/;
/** Labels of RFC 1123, 2.1: letters, digits and hyphens within, at most 63. At least two, the last no number. */
const mailDomain = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?:[a-z]{2,63}|xn--[a-z0-9-]{0,58}[a-z0-9])$/;

/**
 * A domain in the form of the DNS: lower-case, internationalised labels as `xn--` (UTS 46, non-transitional),
 * no trailing dot. So `bücher.example` equals `xn--bcher-kva.example`: mail systems write either. ASCII is
 * used rather than Unicode, because it decides where mail goes.
 *
 * @param text in lower case
 * @returns null if no public mailbox can have it: one label, an IP address, an invalid label
 */
export function normaliseDomain(text: string): string | null {
  if (!couldBeInDomain.test(text)) return null;
  const ascii = (plainAscii.test(text) ? text : domainToASCII(text)).replace(/\.$/, "");
  return mailDomain.test(ascii) ? ascii : null;
}
