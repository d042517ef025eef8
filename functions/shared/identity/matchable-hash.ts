import { hash } from "node:crypto";
import type { MatchableHash, Normalised, Outcome, Platform } from "./types.ts";

/** @see matchablePhone */
export interface PhoneSwitches {
  /** TikTok: hash `+16505551212` (true) or `16505551212`. */
  readonly tiktokPlus: boolean;
}

/**
 * The hash by which an ad platform knows an e-mail address.
 *
 * - Meta: the address as it is; dots and tags stay.
 *   https://developers.facebook.com/docs/marketing-api/conversions-api/parameters/customer-information-parameters
 * - Google: at gmail.com and googlemail.com without dots and `+tag`; neither domain is rewritten to the
 *   other.
 *   https://developers.google.com/data-manager/api/devguides/concepts/formatting
 * - TikTok: the address as it is.
 *
 * No platform documents internationalised domains; they are hashed in ASCII, as mail systems know them.
 *
 * @returns refused if the platform's rule leaves no name: `+news@gmail.com`
 */
export function matchableEmail<P extends Platform>(
  platform: P,
  email: Normalised<"email">,
): Outcome<MatchableHash<P>, "no_name"> {
  const address = platform === "google" ? asGoogleReads(email) : email;
  return address.startsWith("@") ? { refused: "no_name" } : { value: sha256(address) };
}

/**
 * The hash by which an ad platform knows a phone number: Meta wants the country code and no plus, Google
 * E.164 with its plus. TikTok's rule is unclear: its own pages, as others quote them, ask for E.164 with the
 * plus, and published integrations do either, so it is a switch.
 */
export function matchablePhone<P extends Platform>(
  platform: P,
  phone: Normalised<"phone">,
  { tiktokPlus }: PhoneSwitches,
): MatchableHash<P> {
  const plus = platform === "google" || (platform === "tiktok" && tiktokPlus);
  return sha256(plus ? phone : phone.slice(1));
}

function asGoogleReads(email: string): string {
  const [name = "", domain = ""] = email.split("@");
  if (domain !== "gmail.com" && domain !== "googlemail.com") return email;
  return `${name.replace(/\+.*$/, "").replaceAll(".", "")}@${domain}`;
}

function sha256<P extends Platform>(text: string): MatchableHash<P> {
  if (text === "") throw new Error("an empty identifier has no hash");
  return hash("sha256", text, "hex") as MatchableHash<P>;
}
