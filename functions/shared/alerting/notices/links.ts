import { createHmac, timingSafeEqual } from "node:crypto";
import type { Acknowledge } from "../../config/types.ts";
import { ConfigurationError, messageOf } from "../../errors.ts";
import { log } from "../../log.ts";
import { readSecret } from "../../secrets.ts";
import type { Link } from "../types.ts";

/** 128 bits, were it written in hexadecimal. */
const shortestKey = 32;
/** So that no other signature made with this key can ever be taken for one of these. */
const domain = "plumbline/acknowledge/1";

/** Links of an incident; asks for the signing key when first called. Never throws: a notice is not kept back for a link. */
export type Links = (incident: string) => Promise<readonly Link[]>;

/** What the function finds now, with the evidence and the sums that a short message leaves out. */
const evidence: Whole = { label: "Evidence", query: "format=html" };

/**
 * The links that go with an incident's messages: to acknowledge it, to the evidence, and to ask why. Without
 * PLUMBLINE_URL (the base URL of the functions, absolute) there are none, and without a usable key none to acknowledge.
 *
 * @param from the function that speaks and answers
 * @param acknowledge of the warehouse file's `notifications`
 * @param whole where the function answers with all that it knows
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

/** A link to what the function answers at its own address. */
export interface Whole {
  readonly label: string;
  /** Without a question mark, like `format=html`. */
  readonly query: string;
}

/** None where the address of the functions is not known. */
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
 * HMAC-SHA-256 in hexadecimal. An incident's id is made of its opening time, so a link dies with its incident.
 */
export function signatureOf(key: string, from: string, incident: string): string {
  return createHmac("sha256", key)
    .update(JSON.stringify([domain, from, incident]))
    .digest("hex");
}

/** Takes as long for a signature that is nearly right as for any other. */
export function isSignedWith(key: string, from: string, incident: string, signature: string): boolean {
  const expected = Buffer.from(signatureOf(key, from, incident));
  const given = Buffer.from(signature);
  return given.length === expected.length && timingSafeEqual(given, expected);
}

/**
 * @param options.fresh reads it again: it may have been rotated
 * @throws ConfigurationError where it cannot be read or is too short, TemporaryError; none holds the key
 */
export async function readSigningKey(
  { secret }: Acknowledge,
  options: { readonly fresh?: boolean } = {},
): Promise<string> {
  const key = await readSecret(secret, options);
  if (key.length >= shortestKey) return key;
  throw new ConfigurationError(
    `The key in secret ${secret} is shorter than ${shortestKey} characters and could be guessed, so it is not used; ` +
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
