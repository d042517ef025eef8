import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { emailOf, shownEmail, shownPhone } from "./outcomes.ts";
import { anyText, seed } from "./texts.ts";

const megabyte = 2 ** 20;
const fill = (text: string) => text.repeat(Math.ceil(megabyte / text.length));

/** Each would take minutes were its cost its length squared. */
const huge: readonly (readonly [name: string, text: string])[] = [
  ["letters", fill("a")],
  ["an address", `${fill("a")}@x.example`],
  ["@", fill("@")],
  ["addresses", fill("jane@x.example,")],
  ["digits", fill("1")],
  ["plus signs", fill("+")],
  ["brackets", fill("<")],
  ["display names", `${fill("Jane ")}<jane@x.example>`],
  ["dots", `jane@${fill(".")}`],
  ["labels", `jane@${fill("a.")}example`],
  ["hyphens", `jane@${fill("-")}.example`],
  ["blanks between", `jane${fill(" ")}@x.example`],
  ["zeros and separators", fill("0-")],
  ["extensions", `+16505551212${fill(" ext ")}`],
  ["zero-width characters", `${fill("\u200b")}jane@x.example`],
  ["joiners", `a${fill("\u200d")}a@x.example`],
  ["direction marks", fill("\u202e\u2066")],
  ["accents on one letter", `a${fill("\u0301")}@x.example`],
  ["lone surrogates", fill("\ud800")],
  ["NULs within", `a${fill("\0")}a`],
];

describe("a megabyte of", () => {
  test.each(huge)("%s is refused, and quickly", (_, text) => {
    expect(shownEmail(text)).toBe("(too_long)");
    expect(shownPhone(text, "US", "DE", "GB")).toBe("(too_long)");
  });

  test("blanks is nothing, and around an address nothing either", () => {
    expect(shownEmail(fill(" \u00a0\n"))).toBe("(empty)");
    expect(shownPhone(fill(" \u00a0\n"), "US")).toBe("(empty)");
    expect(emailOf(`${fill(" \n")}jane@x.example${fill("\t")}`)).toBe("jane@x.example");
  });
});

describe("just short enough to be looked at", () => {
  test.each(huge)("%s", (_, text) => {
    const short = text.slice(0, 1_000);
    for (let n = 0; n < 20; n++) {
      expect(shownEmail(short)).toMatch(/^\(\w+\)$/);
      expect(shownPhone(short, "US", "DE", "GB")).toMatch(/^\(\w+\)$/);
    }
  });
});

describe("any text is taken or refused, and never throws", () => {
  const reason = /^\([a-z_]+\)$/;

  test("as an address: one @, no blanks, nothing that cannot be seen, no upper case", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          anyText,
          anyText.map((name) => `${name}@x.example`),
        ),
        (text) => {
          const shown = shownEmail(text) ?? "";
          if (reason.test(shown)) return;
          expect(shown).toMatch(/^[^@\p{White_Space}\p{Cc}]+@[a-z0-9.-]+$/u);
          expect(shown).toBe(shown.toLowerCase().normalize("NFC"));
          expect(shown).not.toMatch(
            /[\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffd\ud800-\udfff]/u,
          );
        },
      ),
      { seed, numRuns: 5_000 },
    );
  });

  test("as a number: a plus and at most 15 digits, the first no zero", () => {
    const digits = fc.string({ unit: fc.constantFrom(..."0123456789+-() x#;.,/٠१０\u202a"), maxLength: 25 });
    fc.assert(
      fc.property(fc.oneof(anyText, digits), fc.constantFrom("US", "DE", "IT", "XX", ""), (text, country) => {
        const shown = shownPhone(text, country) ?? "";
        if (!reason.test(shown)) expect(shown).toMatch(/^\+[1-9]\d{4,14}$/);
      }),
      { seed, numRuns: 5_000 },
    );
  });
});
