import { createHmac, timingSafeEqual } from "node:crypto";
import type { Acknowledge } from "../../config/types.ts";
import { ConfigurationError, messageOf } from "../../errors.ts";
import { log } from "../../log.ts";
import { readSecret } from "../../secrets.ts";
import type { Link } from "../types.ts";

/** As hexadecimal digits, this is 128 bits. */
const minKeyLength = 32;
/** Keeps a signature made with this key for another purpose from being valid here. */
const domain = "plumbline/acknowledge/1";

/**
 * Links of an incident; reads the signing key at the first call. Never throws: a notice is not held back for
 * a link.
 */
export type Links = (incident: string) => Promise<readonly Link[]>;

/** The function's current report, with the evidence and sums that a short message leaves out. */
const evidence: Whole = { label: "Evidence", query: "format=html" };

/**
 * The links in an incident's messages: acknowledge it, its evidence, and why it was sent. There are none
 * without PLUMBLINE_URL (the absolute base URL of the functions), and no acknowledge link without a usable
 * key.
 *
 * @param from name of the function that sends the notice
 * @param acknowledge of the warehouse file's `notifications`
 * @param whole the page with the function's full report
 */
export function linksFrom(from: string, acknowledge: Acknowledge | null, whole = evidence): Links {
  let base: URL | null | undefined;
  let key: Promise<string | null> | undefined;
  return async (incident) => {
    if (base === undefined) base = baseUrl();
    if (base === null) return [];
    key ??= acknowledge === null ? Promise.resolve(null) : keyOrNull(acknowledge);
    return linksOf(incident, { base, from, key: await key, whole });
  };
}

/** A link to the function's own report. */
export interface Whole {
  readonly label: string;
  /** Without a question mark, like `format=html`. */
  readonly query: string;
}

/** Empty if the address of the functions is not known. */
export function linkToWhole(from: string, whole: Whole): readonly Link[] {
  const base = baseUrl();
  return base === null ? [] : [{ label: whole.label, url: wholeUrl(base, from, whole) }];
}

function wholeUrl(base: URL, from: string, { query }: Whole): string {
  const address = new URL(base);
  address.pathname = `${base.pathname.replace(/\/+$/, "")}/${from}`;
  address.search = query;
  return address.href;
}

interface Linking {
  readonly base: URL;
  readonly from: string;
  readonly key: string | null;
  readonly whole: Whole;
}

function linksOf(incident: string, { base, from, key, whole }: Linking): Link[] {
  const url = (path: string, query: Record<string, string>) => {
    const address = new URL(base);
    address.pathname = `${base.pathname.replace(/\/+$/, "")}/${from}/${path}`;
    address.search = new URLSearchParams({ incident, ...query }).toString();
    return address.href;
  };
  const pages = [
    { label: whole.label, url: wholeUrl(base, from, whole) },
    { label: "Why this alert", url: url("why", {}) },
  ];
  if (key === null) return pages;
  return [
    { label: "Acknowledge", url: url("ack", { signature: signatureOf(key, from, incident) }) },
    ...pages,
  ];
}

/**
 * HMAC-SHA-256 in hexadecimal. An incident's id contains its opening time, so a link ends with its incident.
 */
export function signatureOf(key: string, from: string, incident: string): string {
  return createHmac("sha256", key)
    .update(JSON.stringify([domain, from, incident]))
    .digest("hex");
}

/** Compares in constant time. */
export function isSignedWith(key: string, from: string, incident: string, signature: string): boolean {
  const expected = Buffer.from(signatureOf(key, from, incident));
  const given = Buffer.from(signature);
  return given.length === expected.length && timingSafeEqual(given, expected);
}

/**
 * @param options.fresh reads the key again, because it may have been rotated
 * @throws ConfigurationError if it cannot be read or is too short, TemporaryError; no message contains the
 *   key
 */
export async function readSigningKey(
  { secret }: Acknowledge,
  options: { readonly fresh?: boolean } = {},
): Promise<string> {
  const key = await readSecret(secret, options);
  if (key.length >= minKeyLength) return key;
  throw new ConfigurationError(
    `The key in secret ${secret} is shorter than ${minKeyLength} characters and could be guessed, so it is not used; ` +
      `make a good one: openssl rand -hex 32 | gcloud secrets versions add ${secret} --data-file=-`,
  );
}

async function keyOrNull(acknowledge: Acknowledge): Promise<string | null> {
  try {
    return await readSigningKey(acknowledge);
  } catch (error) {
    log.warning(`Messages go out without a link to acknowledge: ${messageOf(error)}`);
    return null;
  }
}

function baseUrl(): URL | null {
  const given = process.env.PLUMBLINE_URL;
  if (given === undefined || given === "") return null;
  const url = URL.parse(given);
  if (url !== null && /^https?:$/.test(url.protocol)) return url;
  log.warning(
    "Messages go out without links: PLUMBLINE_URL must be an absolute http or https URL, like https://host/",
  );
  return null;
}
