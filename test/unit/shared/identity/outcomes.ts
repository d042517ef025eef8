import { type IdentityKey, identityKey } from "../../../../functions/shared/identity/keyed-hash.ts";
import { normaliseEmail } from "../../../../functions/shared/identity/normalise-email.ts";
import { normalisePhone } from "../../../../functions/shared/identity/normalise-phone.ts";
import type { Normalised, Outcome } from "../../../../functions/shared/identity/types.ts";

export const keyText = "7d3f0c52e9b84a16a5d2c7f1803b6e94";

export function aKey(text = keyText): IdentityKey {
  return identityKey(text, "1");
}

/** The value, or the reason in brackets: an expectation shows either on one line. */
function shown(outcome: Outcome<string, string> | null): string | null {
  if (outcome === null) return null;
  return "value" in outcome ? outcome.value : `(${outcome.refused})`;
}

export const shownEmail = (text: string | null | undefined) => shown(normaliseEmail(text));

export const shownPhone = (text: string | null | undefined, ...countries: (string | null)[]) =>
  shown(normalisePhone(text, countries));

/** @throws Error when refused */
export function emailOf(text: string): Normalised<"email"> {
  return accepted(normaliseEmail(text));
}

/** @throws Error when refused */
export function phoneOf(text: string, ...countries: string[]): Normalised<"phone"> {
  return accepted(normalisePhone(text, countries));
}

export function accepted<V>(outcome: Outcome<V, string> | null): V {
  if (outcome !== null && "value" in outcome) return outcome.value;
  throw new Error(outcome === null ? "nothing was given" : `refused: ${outcome.refused}`);
}
