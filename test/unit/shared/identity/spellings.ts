import fc from "fast-check";

/** Digits of a country's mobile numbers, as its numbering plan has them; `n` stands for any digit. */
interface Country {
  readonly code: string;
  readonly callingCode: string;
  /** Dialled before the number within the country. */
  readonly trunk: string;
  /** Dialled before a foreign number. */
  readonly abroad: string;
  readonly mobile: string;
}

export const countries: readonly Country[] = [
  { code: "US", callingCode: "1", trunk: "1", abroad: "011", mobile: "212555nnnn" },
  { code: "CA", callingCode: "1", trunk: "1", abroad: "011", mobile: "416967nnnn" },
  { code: "GB", callingCode: "44", trunk: "0", abroad: "00", mobile: "74001nnnnn" },
  { code: "DE", callingCode: "49", trunk: "0", abroad: "00", mobile: "1512nnnnnnn" },
  { code: "FR", callingCode: "33", trunk: "0", abroad: "00", mobile: "612nnnnnn" },
  { code: "IT", callingCode: "39", trunk: "", abroad: "00", mobile: "347nnnnnnn" },
  { code: "ES", callingCode: "34", trunk: "", abroad: "00", mobile: "612nnnnnn" },
  { code: "NL", callingCode: "31", trunk: "0", abroad: "00", mobile: "612nnnnnn" },
  { code: "AU", callingCode: "61", trunk: "0", abroad: "0011", mobile: "412nnnnnn" },
  { code: "JP", callingCode: "81", trunk: "0", abroad: "010", mobile: "9012nnnnnn" },
  { code: "IN", callingCode: "91", trunk: "0", abroad: "00", mobile: "98765nnnnn" },
  { code: "BR", callingCode: "55", trunk: "0", abroad: "00", mobile: "119123nnnnn" },
  { code: "RU", callingCode: "7", trunk: "8", abroad: "8~10", mobile: "91612nnnnn" },
];

export interface PhonePerson {
  readonly country: Country;
  /** Without trunk prefix. */
  readonly national: string;
}

export const e164 = ({ country, national }: PhonePerson) => `+${country.callingCode}${national}`;

export const phonePerson: fc.Arbitrary<PhonePerson> = fc
  .tuple(
    fc.constantFrom(...countries),
    fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 8, maxLength: 8 }),
  )
  .map(([country, digits]) => {
    const left = [...digits];
    return { country, national: country.mobile.replace(/n/g, () => String(left.pop())) };
  });

/** Another number that a slip of the finger makes of this one. */
export const neighbourOf = (person: PhonePerson): fc.Arbitrary<PhonePerson> =>
  fc.integer({ min: 1, max: 9 }).map((step) => ({
    ...person,
    national: person.national.replace(/\d$/, (last) => String((Number(last) + step) % 10)),
  }));

const noCountry: readonly string[] = [];
const digitZeros = { ascii: 0x30, fullWidth: 0xff10, arabicIndic: 0x660, persian: 0x6f0, devanagari: 0x966 };

interface PhoneSpelling {
  readonly text: string;
  /** That its row and the settings name, the best first. */
  readonly countries: readonly string[];
}

export function phoneSpelling(person: PhonePerson): fc.Arbitrary<PhoneSpelling> {
  const { code, callingCode, trunk, abroad } = person.country;
  const inside = trunk === "0" ? ["", "(0)", " (0) "] : [""];
  const form = fc.oneof(
    fc.constantFrom(...inside).map((zero) => ({ before: `+${callingCode}${zero}`, from: noCountry })),
    fc.constant({ before: `(+${callingCode})`, from: noCountry }),
    fc.constant({ before: `00${callingCode}`, from: noCountry }),
    fc.constant({ before: `tel:+${callingCode}`, from: noCountry }),
    fc.constantFrom("XX", "Germany", "").map((no) => ({ before: trunk, from: [no, code] })),
    fc.constant({ before: `${abroad}${callingCode}`, from: [code] }),
  );
  return fc
    .record({
      form,
      separators: fc.array(fc.constantFrom("", "", "", " ", "-", ".", "\u00a0", "\u2011", "/"), {
        minLength: 15,
        maxLength: 15,
      }),
      extension: fc.constantFrom("", "", "", " ext 12", " x345", ";ext=9", " #77"),
      zero: fc.constantFrom(...Object.values(digitZeros)),
      around: fc.constantFrom("", " ", "\ufeff", "\u202a", "\u00a0\t"),
    })
    .map(({ form: { before, from }, separators, extension, zero, around }) => {
      const number = [...person.national].map((digit, n) => `${n < 2 ? "" : (separators[n] ?? "")}${digit}`);
      const written = `${before} ${number.join("")}`.replace(/\d/g, (it) =>
        String.fromCodePoint(zero + Number(it)),
      );
      return { text: `${around}${written}${extension}${around}`, countries: from };
    });
}

/** In the spelling that is ours. */
export interface EmailPerson {
  readonly name: string;
  readonly domain: string;
}

/** Lower-case, NFC; letters whose capitals are as many and come back, and those that compose. */
const nameLetters = [..."abcxyz0189._+-'é", ..."ñüżалюνσ정김あ字ا"];
const domains: Readonly<Record<string, readonly string[]>> = {
  "gmail.com": ["GMAIL.com", "gmail.com."],
  "googlemail.com": ["GoogleMail.Com"],
  "x.example": ["x。example", "ｘ.ｅｘａｍｐｌｅ"],
  "sub.x.example": ["SUB.x.example"],
  "xn--bcher-kva.example": ["bücher.example", "BÜCHER.example", "bu\u0308cher.example"],
  "xn--80akhbyknj4f.example": ["испытание.example", "ИСПЫТАНИЕ.example"],
};

export const emailPerson: fc.Arbitrary<EmailPerson> = fc.record({
  name: fc
    .array(fc.constantFrom(...nameLetters), { minLength: 1, maxLength: 12 })
    .map((letters) => letters.join(""))
    .filter((name) => !/^\.+$/.test(name)),
  domain: fc.constantFrom(...Object.keys(domains)),
});

/** Somebody else, as near as can be. */
export function nearMissesOf({ name, domain }: EmailPerson): EmailPerson[] {
  const others = [`${name}.`, `.${name}`, `${name}+news`, `${name}1`, `${name}é`, `${name}e`, `_${name}`];
  return [
    ...others.map((it) => ({ name: it, domain })),
    { name, domain: `mail.${domain}` },
    { name, domain: `${domain}.example` },
  ];
}

export function emailSpelling({ name, domain }: EmailPerson): fc.Arbitrary<string> {
  return fc
    .record({
      upper: fc.array(fc.boolean(), { minLength: 12, maxLength: 12 }),
      form: fc.constantFrom("NFC" as const, "NFD" as const),
      domain: fc.constantFrom(domain, ...(domains[domain] ?? [])),
      hidden: fc.constantFrom("", "\u200b", "\ufeff", "\u2060", "\u00ad", "\u200e"),
      around: fc.constantFrom("", " ", "\r\n", "\u00a0", "\u3000", "\u200b \ufeff"),
      wide: fc.boolean(),
      dressed: fc.constantFrom(
        (it: string) => it,
        (it: string) => `Jane Doe <${it}>`,
        (it: string) => `mailto:${it}`,
      ),
    })
    .map((how) => {
      const cased = [...name].map((letter, n) => (how.upper[n] ? letter.toUpperCase() : letter)).join("");
      const spelt = `${cased.normalize(how.form)}${how.hidden}@${how.domain}`;
      const wide = how.wide
        ? spelt.replace(/[a-z0-9@]/gi, (it) => String.fromCodePoint(it.charCodeAt(0) + 0xfee0))
        : spelt;
      return `${how.around}${how.dressed(wide)}${how.around}`;
    });
}
