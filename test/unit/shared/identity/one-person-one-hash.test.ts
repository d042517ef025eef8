import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { normaliseEmail } from "../../../../functions/shared/identity/normalise-email.ts";
import { normalisePhone } from "../../../../functions/shared/identity/normalise-phone.ts";
import { accepted, aKey, shownEmail, shownPhone } from "./outcomes.ts";
import {
  countries,
  e164,
  emailPerson,
  emailSpelling,
  nearMissesOf,
  neighbourOf,
  phonePerson,
  phoneSpelling,
} from "./spellings.ts";
import { anyText, seed } from "./texts.ts";

const key = aKey();
const emailHash = (text: string) => key.hash("email", accepted(normaliseEmail(text)));
const phoneHash = (text: string, from: readonly string[]) =>
  key.hash("phone", accepted(normalisePhone(text, from)));

describe("any spelling of one person gives one hash", () => {
  test("of an e-mail address", () => {
    const spelt = emailPerson.chain((person) => fc.tuple(fc.constant(person), emailSpelling(person)));
    fc.assert(
      fc.property(spelt, ([{ name, domain }, text]) => {
        expect(shownEmail(text)).toBe(`${name.replaceAll("ς", "σ")}@${domain}`);
        expect(emailHash(text)).toBe(emailHash(`${name}@${domain}`));
      }),
      { seed, numRuns: 2_000 },
    );
  });

  test("of a phone number", () => {
    const spelt = phonePerson.chain((person) => fc.tuple(fc.constant(person), phoneSpelling(person)));
    fc.assert(
      fc.property(spelt, ([person, { text, countries: from }]) => {
        expect(shownPhone(text, ...from)).toBe(e164(person));
        expect(phoneHash(text, from)).toBe(phoneHash(e164(person), []));
      }),
      { seed, numRuns: 2_000 },
    );
  });

  test("a number with its country's code and no plus is itself or refused, never another", () => {
    fc.assert(
      fc.property(phonePerson, (person) => {
        const shown = shownPhone(e164(person).slice(1), person.country.code);
        expect([e164(person), "(two_readings)"]).toContain(shown);
        if (person.country.callingCode === "1" || person.country.code === "GB")
          expect(shown).toBe(e164(person));
      }),
      { seed, numRuns: 500 },
    );
  });

  test.each(countries)("every way of writing a number of $code is tried", ({ code }) => {
    const person = phonePerson.filter(({ country }) => country.code === code);
    const texts = fc.sample(person.chain(phoneSpelling), { seed, numRuns: 100 });
    expect(texts.some(({ text }) => text.includes("+"))).toBe(true);
    expect(texts.some(({ countries: from }) => from.length === 2)).toBe(true);
  });
});

describe("two people never have one hash", () => {
  test("of e-mail addresses, near misses included", () => {
    const spelt = emailPerson.chain((person) =>
      fc.tuple(fc.constant(person), emailSpelling(person), fc.constantFrom(...nearMissesOf(person))),
    );
    fc.assert(
      fc.property(spelt, ([, text, other]) => {
        expect(emailHash(`${other.name}@${other.domain}`)).not.toBe(emailHash(text));
      }),
      { seed, numRuns: 2_000 },
    );
  });

  test("of phone numbers, a slip of the finger apart", () => {
    const spelt = phonePerson.chain((person) => fc.tuple(phoneSpelling(person), neighbourOf(person)));
    fc.assert(
      fc.property(spelt, ([{ text, countries: from }, other]) => {
        expect(phoneHash(e164(other), [])).not.toBe(phoneHash(text, from));
      }),
      { seed, numRuns: 1_000 },
    );
  });

  test("among thousands, however each is written: as many hashes as people", () => {
    const crowd = fc.sample(
      emailPerson.chain((person) => fc.tuple(fc.constant(person), emailSpelling(person))),
      { seed, numRuns: 5_000 },
    );
    const people = new Set(crowd.map(([{ name, domain }]) => `${name}@${domain}`));
    expect(people.size).toBeGreaterThan(4_000);
    expect(new Set(crowd.map(([, text]) => emailHash(text))).size).toBe(people.size);
  });

  test("of different kinds, whatever the texts", () => {
    const hashes = fc.tuple(emailPerson, phonePerson).map(([email, phone]) => ({
      email: emailHash(`${email.name}@${email.domain}`) as string,
      phone: phoneHash(e164(phone), []) as string,
    }));
    const all = fc.sample(hashes, { seed, numRuns: 2_000 });
    const emails = new Set(all.map(({ email }) => email));
    expect(all.filter(({ phone }) => emails.has(phone))).toEqual([]);
  });
});

describe("what is normalised stays as it is", () => {
  test("an address of any text", () => {
    let taken = 0;
    fc.assert(
      fc.property(
        fc.oneof(
          anyText,
          anyText.map((name) => `${name}@x.example`),
          anyText.map((it) => `a@${it}.example`),
        ),
        (text) => {
          const once = shownEmail(text);
          if (once?.startsWith("(")) return;
          taken++;
          expect(shownEmail(once)).toBe(once);
        },
      ),
      { seed, numRuns: 10_000 },
    );
    expect(taken).toBeGreaterThan(100);
  });

  test("an address with any character before the @, or in the domain", () => {
    const changed: string[] = [];
    // Nothing folds or composes alone among these, and they are nine tenths of Unicode.
    const plain = /[\p{Co}\p{Cn}\p{Script=Han}\p{Script=Hangul}\p{Script=Tangut}]/u;
    for (let point = 0; point <= 0x10ffff; point++) {
      const character = String.fromCodePoint(point);
      if (plain.test(character)) continue;
      for (const text of [
        `a${character}b@x.example`,
        `${character}\u0301@x.example`,
        `a@b${character}c.example`,
        `\u0646\u200d${character}\u200d\u0646@x.example`,
      ]) {
        const once = shownEmail(text);
        if (once !== null && !once.startsWith("(") && shownEmail(once) !== once) changed.push(text);
      }
    }
    expect(changed).toEqual([]);
  });

  test("a number", () => {
    fc.assert(
      fc.property(phonePerson.chain(phoneSpelling), ({ text, countries: from }) => {
        const once = shownPhone(text, ...from);
        expect(shownPhone(once, ...from)).toBe(once);
        expect(shownPhone(once, "JP")).toBe(once);
      }),
      { seed, numRuns: 500 },
    );
  });
});
