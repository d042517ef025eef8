import { getCountries, getExampleNumber, type PhoneNumber } from "libphonenumber-js/max";
import examples from "libphonenumber-js/mobile/examples";
import { describe, expect, test } from "vitest";
import { shownPhone } from "./outcomes.ts";

describe("a number is one however it is written", () => {
  test.each([
    ["+1 650 555 1212"],
    ["+16505551212"],
    ["+1 (650) 555-1212"],
    ["(+1) 650.555.1212"],
    ["(650) 555-1212"],
    ["650 555 1212"],
    ["1-650-555-1212"],
    ["001 650 555 1212"],
    ["00 1 650 555 1212"],
    ["tel:+1-650-555-1212"],
    ["tel:+1-650-555-1212;ext=9"],
    ["(650) 555-1212 ext. 45"],
    ["(650) 555-1212 x45"],
    ["650 555 1212 #45"],
    ["+1 650 555—1212"],
    ["+１ ６５０ ５５５ １２１２"],
    ["（６５０）５５５－１２１２"],
    ["+١٦٥٠٥٥٥١٢١٢"],
    ["۶۵۰۵۵۵۱۲۱۲"],
    ["६५०५५५१२१२"],
    ["\ud835\udfd4\ud835\udfe7\ud835\udff6 555 1212"],
    ["\u202a+1 650 555 1212\u202c"],
    ["\ufeff+1\u00a0650\u2009555\u200b1212\r\n"],
    ["+1\t650\n555 1212"],
    ["'+16505551212"],
  ])("%j", (text) => {
    expect(shownPhone(text, "US")).toBe("+16505551212");
  });

  test.each([
    ["+44 (0)20 7946 0958", "+442079460958", "GB"],
    ["+44 020 7946 0958", "+442079460958", "GB"],
    ["020 7946 0958", "+442079460958", "GB"],
    ["44 20 7946 0958", "+442079460958", "GB"],
    ["0044 (0) 20 7946 0958", "+442079460958", "GB"],
    ["011 44 20 7946 0958", "+442079460958", "US"],
    ["0044 20 7946 0958", "+442079460958", "US"],
    ["0011 1 650 555 1212", "+16505551212", "AU"],
    ["8 (495) 123-45-67", "+74951234567", "RU"],
    ["02 3661 8300", "+390236618300", "IT"],
    ["+39 (0)2 3661 8300", "+390236618300", "IT"],
    ["011 15 2345 6789", "+5491123456789", "AR"],
    ["0 15 11 91234-5678", "+5511912345678", "BR"],
    ["204 234 5678", "+12042345678", "US"],
  ])("%j is %s in %3$s", (text, number, country) => {
    expect(shownPhone(text, country)).toBe(number);
  });
});

describe("a mobile number of every country", () => {
  const all = getCountries().flatMap((country) => {
    const number = getExampleNumber(country, examples);
    return number === undefined ? [] : [{ country, number }];
  });

  test.each<[name: string, (it: PhoneNumber) => string]>([
    ["as people of the country write it", (it) => it.formatNational()],
    ["so, and nothing but digits", (it) => it.formatNational().replace(/\D/g, "")],
    ["as others write it", (it) => it.formatInternational()],
    ["after 00", (it) => `00${it.number.slice(1)}`],
    ["without its trunk zero, as a spreadsheet leaves it", (it) => it.nationalNumber],
    ["as a link", (it) => it.getURI()],
  ])("%s", (_, write) => {
    expect(all.length).toBeGreaterThan(240);
    for (const { country, number } of all) expect(shownPhone(write(number), country)).toBe(number.number);
  });

  test("without its plus: only where that is a second number is it refused", () => {
    const refused = all.filter(({ country, number }) => {
      const shown = shownPhone(number.number.slice(1), country);
      expect([number.number, "(two_readings)"]).toContain(shown);
      return shown === "(two_readings)";
    });
    expect(refused.map(({ country }) => country)).toEqual(["DE", "ID", "XK"]);
  });
});

describe("the country", () => {
  test("of the row decides, then the next, then the default", () => {
    expect(shownPhone("020 7946 0958", "GB", "US")).toBe("+442079460958");
    expect(shownPhone("650 555 1212", "FR", "US")).toBe("+16505551212");
    expect(shownPhone("06 12 34 56 78", "FR", "NL")).toBe("+33612345678");
    expect(shownPhone("06 12 34 56 78", "NL", "FR")).toBe("+31612345678");
    expect(shownPhone("06 12 34 56 78", null, "FR")).toBe("+33612345678");
  });

  test("is passed over where it is no ISO 3166 code", () => {
    expect(shownPhone("650 555 1212", "United States", "XX", "", null, " us ")).toBe("+16505551212");
    expect(shownPhone("020 7946 0958", "UK")).toBe("(no_country)");
    expect(shownPhone("020 7946 0958", "constructor", "__proto__")).toBe("(no_country)");
  });

  test("is not asked for where the number says it", () => {
    expect(shownPhone("+44 20 7946 0958", "US")).toBe("+442079460958");
    expect(shownPhone("+44 20 7946 0958")).toBe("+442079460958");
    expect(shownPhone("0044 20 7946 0958")).toBe("+442079460958");
  });

  test("is never guessed", () => {
    expect(shownPhone("650 555 1212")).toBe("(no_country)");
    expect(shownPhone("16505551212")).toBe("(no_country)");
    expect(shownPhone("650 555 1212", null, "")).toBe("(no_country)");
  });
});

describe("what is no one number is refused with its reason", () => {
  test.each([
    ["", "empty"],
    ["   ", "empty"],
    ["\u200b\u202a", "empty"],
    ["++++", "not_a_number"],
    ["-", "not_a_number"],
    ["++16505551212", "not_a_number"],
    ["650 555 1212 +", "not_a_number"],
    ["-+16505551212", "not_a_number"],
    ["650,555,1212", "not_a_number"],
    ["6505551212.0", "not_a_number"],
    ["+abc-DEF", "letters"],
    ["call after 5", "letters"],
    ["1-800-FLOWERS", "letters"],
    ["+1 650 555 1212 (home)", "letters"],
    ["1.65056E+10", "two_numbers"],
    ["1", "too_short"],
    ["555-1212", "too_short"],
    ["+1 650 555 121", "too_short"],
    ["+1 650 555 12123", "too_long"],
    ["1".repeat(300), "too_long"],
    ["9".repeat(1_001), "too_long"],
    ["555 123 4567", "no_such_number"],
    ["+999 123 456 789", "no_such_number"],
    ["+1 650 555 1212 / +1 650 555 1213", "two_numbers"],
    ["650 555 1212 +1 650 555 1213", "two_numbers"],
    ["6505551212;6505551213", "two_numbers"],
    ["650-555-1212 x5551213", "two_numbers"],
    ["+1650555121\ud800", "damaged"],
    ["+1650555\ufffd1212", "damaged"],
  ])("%j: %s", (text, reason) => {
    expect(shownPhone(text, "US")).toBe(`(${reason})`);
  });

  test("a number that its country has with and without the country's code in front", () => {
    expect(shownPhone("4915112345678", "DE")).toBe("(two_readings)");
    expect(shownPhone("+4915112345678", "DE")).toBe("+4915112345678");
    expect(shownPhone("015112345678", "DE")).toBe("+4915112345678");
  });

  test("a number that begins as one abroad, where 00 is the way to a carrier", () => {
    expect(shownPhone("0049 151 23456789", "SG")).toBe("(two_readings)");
    expect(shownPhone("0091 81234 56789", "ID")).toBe("(two_readings)");
    expect(shownPhone("+49 151 23456789", "SG")).toBe("+4915123456789");
  });
});

test("nobody gave a number: null, and no failure", () => {
  expect(shownPhone(null, "US")).toBeNull();
  expect(shownPhone(undefined)).toBeNull();
});
