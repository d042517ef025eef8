import { webcrypto } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  matchableEmail,
  matchablePhone,
  type PhoneSwitches,
} from "../../../../functions/shared/identity/matchable-hash.ts";
import { normaliseEmail } from "../../../../functions/shared/identity/normalise-email.ts";
import { normalisePhone } from "../../../../functions/shared/identity/normalise-phone.ts";
import type { Normalised, Platform } from "../../../../functions/shared/identity/types.ts";
import { accepted, emailOf, phoneOf, shownEmail, shownPhone } from "./outcomes.ts";
import { anyText, seed } from "./texts.ts";

const withPlus: PhoneSwitches = { tiktokPlus: true };
const withoutPlus: PhoneSwitches = { tiktokPlus: false };
const platforms: readonly Platform[] = ["meta", "google", "tiktok"];
const ofNothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/** By another implementation than the one under test. */
async function sha256(text: string): Promise<string> {
  return Buffer.from(await webcrypto.subtle.digest("SHA-256", new TextEncoder().encode(text))).toString(
    "hex",
  );
}

const emailHash = (platform: Platform, text: string) => accepted(matchableEmail(platform, emailOf(text)));
const phoneHash = (platform: Platform, text: string, country: string, switches = withPlus) =>
  matchablePhone(platform, phoneOf(text, country), switches);

describe("vectors that the platforms publish", () => {
  test.each<[Platform, input: string, normalised: string, hash: string]>([
    [
      "meta",
      " John_Smith@gmail.com ",
      "john_smith@gmail.com",
      "62a14e44f765419d10fea99367361a727c12365e2520f32218d505ed9aa0f62f",
    ],
    [
      "google",
      "  ALEXZ@example.com   ",
      "alexz@example.com",
      "509e933019bb285a134a9334b8bb679dff79d0ce023d529af4bd744d47b4fd8a",
    ],
    [
      "google",
      "Cloudy.SanFrancisco+shopping@gmail.com",
      "cloudysanfrancisco@gmail.com",
      "223ebda6f6889b1494551ba902d9d381daf2f642bae055888e96343d53e9f9c4",
    ],
    [
      "meta",
      "Cloudy.SanFrancisco+shopping@gmail.com",
      "cloudy.sanfrancisco+shopping@gmail.com",
      "8dd4a9bf850242873c14976125edabc35096192b784626a5641a7d2de56e3c1e",
    ],
  ])("%s, %j", async (platform, input, normalised, hash) => {
    expect(await sha256(normalised)).toBe(hash);
    expect(emailHash(platform, input)).toBe(hash);
  });

  test.each<[Platform, input: string, country: string, normalised: string, hash: string]>([
    [
      "meta",
      "(650)555-1212",
      "US",
      "16505551212",
      "e323ec626319ca94ee8bff2e4c87cf613be6ea19919ed1364124e16807ab3176",
    ],
    [
      "google",
      "(650)555-1212",
      "US",
      "+16505551212",
      "1e231c66011e7a2d867a9cfae267a6aff103cf4913640b6e71a99850fc0ffbc8",
    ],
    [
      "google",
      "1-800-555-0100   ",
      "US",
      "+18005550100",
      "fb4f73a6ec5fdb7077d564cdd22c3554b43ce49168550c3b12c547b78c517b30",
    ],
    [
      "meta",
      "1-800-555-0100   ",
      "US",
      "18005550100",
      "92cfdc5fbcd4a20fbe5d3857af6c1aba31762105bba7f21a17155e920653046c",
    ],
  ])("%s, %j in %s", async (platform, input, country, normalised, hash) => {
    expect(await sha256(normalised)).toBe(hash);
    expect(phoneHash(platform, input, country)).toBe(hash);
  });

  test.each([
    ["j.e.f..ferson.Loves.hiking@gmail.com", "jeffersonloveshiking@gmail.com"],
    ["Cloudy.SanFrancisco+shopping@googlemail.com", "cloudysanfrancisco@googlemail.com"],
    ["user.name+NYC@Example.com", "user.name+nyc@example.com"],
  ])("google reads %j as %j", async (input, normalised) => {
    expect(emailHash("google", input)).toBe(await sha256(normalised));
  });

  test("google reads +44-113-496-0987 without a country", async () => {
    expect(matchablePhone("google", phoneOf("+44-113-496-0987"), withPlus)).toBe(
      await sha256("+441134960987"),
    );
  });

  test("meta's phone with its country code, and a name in NFC", async () => {
    expect(await sha256("valéry".normalize("NFD"))).not.toBe(await sha256("valéry"));
    expect(emailHash("meta", "valéry@x.example".normalize("NFD"))).toBe(await sha256("valéry@x.example"));
  });

  test.each([["@example.com"], ["quinn"], [""], ["   "]])("no address, no hash: %j", (text) => {
    expect(shownEmail(text)).toMatch(/^\(\w+\)$/);
  });

  test.each([["++++"], ["+abc-DEF"], [""]])("no number, no hash: %j", (text) => {
    expect(shownPhone(text, "US")).toMatch(/^\(\w+\)$/);
  });

  test("NULL stays NULL", () => {
    expect(shownEmail(null)).toBeNull();
    expect(shownPhone(null, "US")).toBeNull();
  });
});

describe("tiktok", () => {
  test("takes an address as it is", async () => {
    expect(emailHash("tiktok", " Cloudy.San+x@gmail.com")).toBe(await sha256("cloudy.san+x@gmail.com"));
  });

  test("takes a number with its plus or without, as the switch says; the others do not listen to it", async () => {
    const jane = "(650)555-1212";
    expect(phoneHash("tiktok", jane, "US", withPlus)).toBe(await sha256("+16505551212"));
    expect(phoneHash("tiktok", jane, "US", withoutPlus)).toBe(await sha256("16505551212"));
    expect(phoneHash("meta", jane, "US", withPlus)).toBe(phoneHash("meta", jane, "US", withoutPlus));
    expect(phoneHash("google", jane, "US", withPlus)).toBe(phoneHash("google", jane, "US", withoutPlus));
  });
});

describe("the hash of nothing never comes out", () => {
  test("where google's rule leaves no name", () => {
    for (const text of ["+news@gmail.com", ".+news@googlemail.com", "..+@gmail.com"]) {
      expect(matchableEmail("google", emailOf(text))).toEqual({ refused: "no_name" });
      expect(matchableEmail("meta", emailOf(text))).toHaveProperty("value");
    }
    expect(matchableEmail("google", emailOf("+news@example.com"))).toHaveProperty("value");
  });

  test("even for what only claims to be normalised", () => {
    for (const platform of platforms) {
      expect(() => matchableEmail(platform, "" as Normalised<"email">)).toThrow("empty identifier");
      expect(() => matchablePhone(platform, "" as Normalised<"phone">, withPlus)).toThrow("empty identifier");
    }
    expect(() => matchablePhone("meta", "+" as Normalised<"phone">, withPlus)).toThrow("empty identifier");
  });

  test("for any text before the @, or after the country's code", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const email = normaliseEmail(`${text}@gmail.com`);
        const phone = normalisePhone(`+1${text}`, []);
        for (const platform of platforms) {
          if (email !== null && "value" in email) {
            const hash = matchableEmail(platform, email.value);
            expect("value" in hash ? hash.value : "refused").not.toBe(ofNothing);
          }
          if (phone !== null && "value" in phone)
            expect(matchablePhone(platform, phone.value, withPlus)).not.toBe(ofNothing);
        }
      }),
      { seed, numRuns: 1_000 },
    );
  });
});
