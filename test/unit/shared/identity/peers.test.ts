import { createHash, createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import { KeyRefusedError } from "../../../../functions/shared/identity/key-refusal.ts";
import { identityKey } from "../../../../functions/shared/identity/keyed-hash.ts";
import { matchableEmail, matchablePhone } from "../../../../functions/shared/identity/matchable-hash.ts";
import { normaliseDomain } from "../../../../functions/shared/identity/normalise-domain.ts";
import { normaliseEmail } from "../../../../functions/shared/identity/normalise-email.ts";
import { normalisePhone } from "../../../../functions/shared/identity/normalise-phone.ts";
import { accepted, aKey, emailOf, keyText, phoneOf, shownPhone } from "./outcomes.ts";

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
const tiktok = (text: string, ...countries: string[]) =>
  matchablePhone("tiktok", phoneOf(text, ...countries), { tiktokPlus: true });

/** Each of these is in a package that others use, published as of 2026. */
describe("mistakes of others that are not made here", () => {
  test("a helper for the domain gives the name before the @, which is the person", () => {
    expect(emailOf("Jane.Doe@X.example").split("@")[1]).toBe("x.example");
    expect(normaliseDomain("jane.doe@x.example")).toBeNull();
  });

  test("a hash without a key: whoever has a list of addresses can undo it", () => {
    const hash = aKey().hash("email", emailOf("jane@x.example"));
    for (const text of ["jane@x.example", "email\0jane@x.example", `${keyText}jane@x.example`])
      expect(hash).not.toBe(sha256(text));
  });

  test("value and key strung together, so that one's end can pass for the other's beginning", () => {
    const hash = aKey().hash("email", emailOf("jane@x.example"));
    for (const text of [`jane@x.example${keyText}`, `${keyText}email\0jane@x.example`])
      expect(hash).not.toBe(sha256(text));
    expect(aKey(`${keyText}j`).hash("email", emailOf("ane@x.example"))).not.toBe(hash);
  });

  test("a hash of 40 digits where SHA-256 is said", () => {
    const hashes = [
      aKey().hash("email", emailOf("test@x.example")),
      aKey().hash("phone", phoneOf("+16505551212")),
      accepted(matchableEmail("meta", emailOf("test@x.example"))),
      tiktok("+16505551212"),
    ];
    for (const hash of hashes) expect(hash).toMatch(/^[0-9a-f]{64}$/);
  });

  test("a default key, or an empty one", () => {
    for (const text of [undefined, null, ""]) expect(() => identityKey(text, "1")).toThrow(KeyRefusedError);
  });

  test("an address for TikTok that is lower-cased and not trimmed", () => {
    expect(matchableEmail("tiktok", emailOf("  Jane@X.example "))).toEqual({
      value: sha256("jane@x.example"),
    });
  });

  test("a number of 15 digits cut to 15 characters, plus included", () => {
    expect(phoneOf("+43 3364 346894982")).toHaveLength(16);
    expect(tiktok("+43 3364 346894982")).toBe(sha256("+433364346894982"));
  });

  test("a number without digits, hashed as its plus", () => {
    for (const text of ["+", "abc", "()", "-"]) expect(shownPhone(text, "US")).toMatch(/^\(\w+\)$/);
  });

  test.each([
    ["dots are kept", "650.555.1212", "US", "16505551212"],
    ["no country's code is added", "(650)555-1212", "US", "16505551212"],
    ["the trunk zero is kept", "+44 (0)20 7946 0958", "GB", "442079460958"],
    ["the trunk zero goes, and no country's code comes", "020 7946 0958", "GB", "442079460958"],
    ["an extension becomes part of the number", "+64 21 123 4567 ext 9", "NZ", "64211234567"],
  ])("for Meta, %s: %j", (_, text, country, digits) => {
    expect(matchablePhone("meta", phoneOf(text, country), { tiktokPlus: true })).toBe(sha256(digits));
  });

  test("for Google, a plus before a number without its country's code", () => {
    expect(matchablePhone("google", phoneOf("(800)555-0100", "US"), { tiktokPlus: true })).toBe(
      sha256("+18005550100"),
    );
    expect(shownPhone("(800)555-0100")).toBe("(no_country)");
  });

  test("a refusal that quotes what it refuses", () => {
    const canary = "canary-7391";
    for (const text of [canary, `${canary}@`, `${canary} <${canary}>`, `${canary}@x@y`, `@${canary}`]) {
      expect(JSON.stringify(normaliseEmail(text))).not.toContain("canary");
      expect(JSON.stringify(normalisePhone(text, ["US"]))).not.toContain("7391");
    }
  });

  test("the hash for upload in the column for joins", () => {
    const jane = emailOf("jane@x.example");
    expect(aKey().hash("email", jane)).toBe(
      createHmac("sha256", keyText).update(`email\0${jane}`).digest("hex"),
    );
    for (const platform of ["meta", "google", "tiktok"] as const)
      expect(accepted(matchableEmail(platform, jane))).not.toBe(aKey().hash("email", jane));
  });
});
