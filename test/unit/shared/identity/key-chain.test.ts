import { createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import { keyChain } from "../../../../functions/shared/identity/key-chain.ts";
import type { KeyedHash } from "../../../../functions/shared/identity/types.ts";
import { aKey, emailOf, keyText, phoneOf } from "./outcomes.ts";

const [first, second, third] = [
  keyText,
  "1c94be70a2d35f8867e0d1b9f4325ac6",
  "93b1f07ce85a42d6b7180c3ff5d6e249",
];
const jane = emailOf("jane@x.example");
const number = phoneOf("+16505550142");
const hmac = (key: string, text: string) => createHmac("sha256", key).update(text).digest("hex");
const chainOf = (...texts: string[]) => keyChain(texts.map((text) => aKey(text)));

describe("the hash of a person after so many keys", () => {
  test("under the first one is that key's own", () => {
    expect(chainOf(first).hash("email", jane)).toBe(hmac(first, "email\0jane@x.example"));
    expect(chainOf(first).generation).toBe(1);
  });

  test("is the hash before, hashed once more under each later one, kinds apart", () => {
    const emails = hmac(
      third,
      `email rotated\0${hmac(second, `email rotated\0${hmac(first, "email\0jane@x.example")}`)}`,
    );
    const phones = hmac(second, `phone rotated\0${hmac(first, "phone\0+16505550142")}`);
    expect(chainOf(first, second, third).hash("email", jane)).toBe(emails);
    expect(chainOf(first, second).hash("phone", number)).toBe(phones);
    expect(chainOf(first, second, third).generation).toBe(3);
  });

  test("is what rotating the hash that is kept of them makes of it", () => {
    const kept = chainOf(first).hash("email", jane);
    expect(aKey(second).rehash("email", kept)).toBe(chainOf(first, second).hash("email", jane));
  });

  test("is another one in another order, and without one of the keys", () => {
    const all = [
      chainOf(first, second, third),
      chainOf(second, first, third),
      chainOf(first, third),
      chainOf(third),
    ];
    expect(new Set(all.map((chain) => chain.hash("email", jane))).size).toBe(all.length);
  });

  test("without any key there is none", () => {
    expect(() => keyChain([])).toThrow("there is no key");
  });
});

describe("what is rotated", () => {
  test("is never confused with a person of that name", () => {
    const kept = chainOf(first).hash("email", jane);
    const rotated = aKey(second).rehash("email", kept);
    expect(rotated).not.toBe(hmac(second, `email\0${kept}`));
    expect(rotated).not.toBe(aKey(second).rehash("phone", kept as string as KeyedHash<"phone">));
  });

  test.each([
    ["", "nothing"],
    ["A".repeat(64), "capitals"],
    ["a".repeat(63), "a digit less"],
    ["g".repeat(64), "other letters"],
    [`${"a".repeat(64)}\n`, "a line's end"],
    ["jane@x.example", "a person"],
  ])("%j, %s, is no hash and refused without being quoted", (text) => {
    const rotate = () => aKey().rehash("email", text as KeyedHash<"email">);
    expect(rotate).toThrow("only a hash of 64 lower-case hexadecimal digits");
    if (text !== "") expect(rotate).not.toThrow(text);
  });
});
