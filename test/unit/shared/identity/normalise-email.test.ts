import { describe, expect, test } from "vitest";
import { shownEmail } from "./outcomes.ts";

describe("an address is one whatever it looks like", () => {
  test.each([
    ["case", "Jane.DOE@X.Example"],
    ["blanks of any kind around it", "\t\u00a0 jane.doe@x.example\u3000\r\n"],
    ["a byte-order mark and zero-width characters", "\ufeffjane.\u200bdoe@x.exa\u2060mple\u200b"],
    ["direction marks", "\u202ajane.doe@x.example\u202c\u200f"],
    ["NUL and NEL at its ends", "\u0000jane.doe@x.example\u0085"],
    ["a soft hyphen", "jane.\u00addoe@x.example"],
    ["a joiner with nothing to join", "jane\u200d.doe@x.example\u200c"],
    ["several such, of which the middle one has no ASCII beside it", "jane\u200c\u200d\u200c.doe@x.example"],
    ["full-width letters, as a Japanese keyboard writes", "ｊａｎｅ．ｄｏｅ＠ｘ．ｅｘａｍｐｌｅ"],
    ["an ideographic full stop in the domain", "jane.doe@x。example"],
    ["a display name", "Jane Doe <jane.doe@x.example>"],
    ["brackets alone", "< jane.doe@x.example >"],
    ["a mailto link", "MAILTO:jane.doe@x.example"],
    ["the dot of the root", "jane.doe@x.example."],
  ])("%s", (_, text) => {
    expect(shownEmail(text)).toBe("jane.doe@x.example");
  });

  test("composed and decomposed accents", () => {
    expect(shownEmail("vale\u0301ry@x.example")).toBe("val\u00e9ry@x.example");
    expect(shownEmail("VALE\u0301RY@X.EXAMPLE")).toBe("val\u00e9ry@x.example");
  });

  test("an accent that was kept apart by something invisible", () => {
    expect(shownEmail("vale\u200b\u0301ry@x.example")).toBe("val\u00e9ry@x.example");
  });

  test("joiners that join nothing, beside letters that know them", () => {
    expect(shownEmail("نام\u200c\u200da@x.example")).toBe("نامa@x.example");
    expect(shownEmail("a\u200c\u200dنام@x.example")).toBe("aنام@x.example");
    expect(shownEmail("\u200d\u3000نام@x.example")).toBe("نام@x.example");
    expect(shownEmail("\u200b\u3000\u200dنام@x.example \u200d")).toBe("نام@x.example");
  });

  test("a final sigma, which upper case does not know", () => {
    expect(shownEmail("νίκος.π@x.example")).toBe(shownEmail("ΝΊΚΟΣ.Π@x.example"));
  });

  test("an internationalised domain in Unicode and as the DNS has it", () => {
    const one = "jane@xn--bcher-kva.example";
    for (const domain of [
      "bücher.example",
      "BÜCHER.example",
      "bu\u0308cher.example",
      "XN--BCHER-KVA.example",
    ])
      expect(shownEmail(`jane@${domain}`)).toBe(one);
    expect(shownEmail("jane@пример.рф")).toBe("jane@xn--e1afmkfd.xn--p1ai");
  });
});

describe("two people stay two", () => {
  test.each([
    ["dots, wherever the mailbox is", "jane.doe@gmail.com", "janedoe@gmail.com"],
    ["tags", "jane+news@gmail.com", "jane@gmail.com"],
    ["names of one provider", "jane@googlemail.com", "jane@gmail.com"],
    ["accents", "rené@x.example", "rene@x.example"],
    ["ß and ss before the @", "strauß@x.example", "strauss@x.example"],
    [
      "ß and ss in the domain, which are two domains since IDNA 2008",
      "a@straße.example",
      "a@strasse.example",
    ],
    ["a Cyrillic а", "j\u0430ne@x.example", "jane@x.example"],
    ["a joiner between letters that need it", "نامه\u200cای@x.example", "نامهای@x.example"],
    ["dots at the end of a name, as Japanese carriers gave out", "jane.@x.example", "jane@x.example"],
    ["ı and i", "jan\u0131@x.example", "jani@x.example"],
  ])("%s", (_, one, other) => {
    const [first, second] = [shownEmail(one), shownEmail(other)];
    expect(first).not.toMatch(/^\(/);
    expect(second).not.toMatch(/^\(/);
    expect(first).not.toBe(second);
  });

  test("lower case is of no country: I is i, whatever the machine speaks", () => {
    expect(shownEmail("JANI@x.example")).toBe("jani@x.example");
  });
});

describe("what is no address is refused with its reason", () => {
  test.each([
    ["", "empty"],
    [" \u200b\u00a0\ufeff", "empty"],
    ["\u200e", "empty"],
    ["<>", "empty"],
    ["quinn", "no_at"],
    ["jane(at)x.example", "no_at"],
    ["mailto:jane%40x.example", "no_at"],
    ["a@x.example, b@x.example", "two_addresses"],
    ["a@x.example <b@x.example>", "two_addresses"],
    ["a@b@c.example", "two_addresses"],
    ["@example.com", "no_name"],
    ["@", "no_name"],
    ["ja ne@x.example", "bad_name"],
    ["jane @x.example", "bad_name"],
    ["jane\u0000doe@x.example", "bad_name"],
    ['"jane"@x.example', "bad_name"],
    ["jane,@x.example", "bad_name"],
    ["mailto:jane@x.example?subject=hello", "bad_name"],
    ["...@x.example", "bad_name"],
    ["jane@", "no_domain"],
    ["jane@localhost", "bad_domain"],
    ["jane@192.0.2.1", "bad_domain"],
    ["jane@[192.0.2.1]", "bad_domain"],
    ["jane@1.0x7f", "bad_domain"],
    ["jane@x..example", "bad_domain"],
    ["jane@x.example..", "bad_domain"],
    ["jane@-x.example", "bad_domain"],
    ["jane@x-.example", "bad_domain"],
    ["jane@x_y.example", "bad_domain"],
    ["jane@x.example/inbox", "bad_domain"],
    ["jane@bücher.example/inbox", "bad_domain"],
    ["jane@b%C3%BCcher.example", "bad_domain"],
    ["jane@bücher.example:25", "bad_domain"],
    ["jane@x .example", "bad_domain"],
    ["jane@\u2100ü.example", "bad_domain"],
    [`jane@${"a".repeat(64)}.example`, "bad_domain"],
    [`jane@${"ü".repeat(80)}.example`, "bad_domain"],
    [`${"a".repeat(65)}@x.example`, "too_long"],
    [`${"é".repeat(33)}@x.example`, "too_long"],
    [`${"a".repeat(60)}@${"a".repeat(63)}.${"b".repeat(63)}.${"c".repeat(63)}.example`, "too_long"],
    ["jane\ud800@x.example", "damaged"],
    ["jan\ufffd@x.example", "damaged"],
  ])("%j: %s", (text, reason) => {
    expect(shownEmail(text)).toBe(`(${reason})`);
  });

  test("as long as can be is taken", () => {
    const longest = `${"a".repeat(64)}@${"a".repeat(63)}.${"b".repeat(63)}.${"c".repeat(53)}.example`;
    expect(longest).toHaveLength(254);
    expect(shownEmail(longest)).toBe(longest);
  });
});

test("nobody gave an address: null, and no failure", () => {
  expect(shownEmail(null)).toBeNull();
  expect(shownEmail(undefined)).toBeNull();
});
