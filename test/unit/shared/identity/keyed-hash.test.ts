import { createHash, createHmac } from "node:crypto";
import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { ConfigurationError } from "../../../../functions/shared/errors.ts";
import { type KeyRefusal, KeyRefusedError } from "../../../../functions/shared/identity/key-refusal.ts";
import { identityKey } from "../../../../functions/shared/identity/keyed-hash.ts";
import { matchableEmail } from "../../../../functions/shared/identity/matchable-hash.ts";
import type { KeyedHash, MatchableHash, Normalised } from "../../../../functions/shared/identity/types.ts";
import { logLine } from "../../../../functions/shared/log.ts";
import { accepted, aKey, emailOf, keyText, phoneOf } from "./outcomes.ts";

const jane = emailOf("jane@x.example");
const otherKeyText = "1c94be70a2d35f8867e0d1b9f4325ac6";

describe("a keyed hash", () => {
  test("is HMAC-SHA-256 of kind, NUL and value under the text of the key, in 64 lower-case digits", () => {
    const hash = aKey().hash("email", jane);
    expect(hash).toBe(createHmac("sha256", keyText).update("email\0jane@x.example").digest("hex"));
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
  });

  test("of another key is another, and of the same key the same", () => {
    expect(aKey().hash("email", jane)).toBe(aKey().hash("email", jane));
    expect(aKey(otherKeyText).hash("email", jane)).not.toBe(aKey().hash("email", jane));
  });

  test("of one text as another kind is another", () => {
    const same = "+16505551212";
    expect(aKey().hash("email", same as Normalised<"email">)).not.toBe(
      aKey().hash("phone", same as Normalised<"phone">),
    );
  });

  test("of nothing there is none", () => {
    expect(() => aKey().hash("email", "" as Normalised<"email">)).toThrow("empty identifier");
  });

  test("can be passed for nothing else: the compiler refuses", () => {
    const key = aKey();
    const takesEmail = (hash: KeyedHash<"email">) => hash;
    const takesMeta = (hash: MatchableHash<"meta">) => hash;
    const matchable = accepted(matchableEmail("meta", jane));
    // @ts-expect-error a matchable hash is no keyed one
    takesEmail(matchable);
    // @ts-expect-error nor the other way round
    takesMeta(key.hash("email", jane));
    const forGoogle = accepted(matchableEmail("google", jane));
    // @ts-expect-error nor one platform's for another's
    takesMeta(forGoogle);
    // @ts-expect-error nor a phone's for an address's
    takesEmail(key.hash("phone", phoneOf("+16505551212")));
    // @ts-expect-error nor is a text hashed that was not normalised
    key.hash("email", "Jane@X.example");
    // @ts-expect-error nor an address as a phone
    key.hash("phone", jane);
    // @ts-expect-error nor a hash once more
    key.hash("email", key.hash("email", jane));
    expect(takesEmail(key.hash("email", jane))).not.toBe(takesMeta(matchable));
  });
});

describe("a key's fingerprint", () => {
  test("is 16 digits under a domain of its own", () => {
    const expected = createHmac("sha256", keyText).update("plumbline key fingerprint\0").digest("hex");
    expect(aKey().fingerprint).toBe(expected.slice(0, 16));
    expect(aKey().fingerprint).toHaveLength(16);
  });

  test("changes with the key and not with its version", () => {
    expect(aKey(otherKeyText).fingerprint).not.toBe(aKey().fingerprint);
    expect(identityKey(keyText, "2").fingerprint).toBe(aKey().fingerprint);
    expect(identityKey(keyText, "2").version).toBe("2");
  });

  test("is no hash of the key that anybody could make without it", () => {
    for (const algorithm of ["md5", "sha1", "sha256", "sha512"])
      expect(createHash(algorithm).update(keyText).digest("hex")).not.toContain(aKey().fingerprint);
  });
});

describe("a key cannot be had", () => {
  const forms = [keyText, Buffer.from(keyText).toString("hex"), Buffer.from(keyText).toString("base64")];
  const expectClean = (text: string) => {
    for (const form of forms) expect(text).not.toContain(form);
  };

  test("by printing, serialising, inspecting or logging what holds it", () => {
    const key = aKey();
    key.hash("email", jane);
    expect(JSON.parse(JSON.stringify(key))).toEqual({ version: "1", fingerprint: key.fingerprint });
    const shownToAll = inspect(key, { showHidden: true, depth: null, getters: true, showProxy: true });
    for (const text of [
      JSON.stringify(key),
      shownToAll,
      String(key),
      `${key.hash}`,
      logLine("INFO", "", { key }),
    ])
      expectClean(text);
    expectClean(inspect(new Error("failed", { cause: key }), { showHidden: true, depth: null }));
    const withClosures = Object.values(Object.getOwnPropertyDescriptors(key)).map(({ value }) => value);
    expectClean(inspect(withClosures, { showHidden: true, depth: null }));
  });

  test("by cloning: what hashes does not go along, and nothing is left to be sent", () => {
    expect(() => structuredClone(aKey())).toThrow("could not be cloned");
    expectClean(inspect({ ...aKey() }, { showHidden: true, depth: null }));
  });

  test("nor be changed", () => {
    const key = aKey() as { version: string };
    expect(() => {
      key.version = "2";
    }).toThrow(TypeError);
  });
});

describe("a key is refused", () => {
  const good = "zQ8vK2mW5xR7tY1uB4nC6eH9jL3pS0dF";
  test.each<[name: string, text: string | null | undefined, reason: KeyRefusal]>([
    ["that is not there", undefined, "missing"],
    ["that is null", null, "missing"],
    ["that is empty", "", "empty"],
    ["of blanks", "  \n\t ", "blank"],
    ["of blanks that cannot be seen", "\u00a0\ufeff\u2003", "blank"],
    ["with a newline at its end", `${good}\n`, "newline_at_an_end"],
    ["with the line end of Windows", `${good}\r\n`, "newline_at_an_end"],
    ["with a newline before it", `\n${good}`, "newline_at_an_end"],
    ["with a blank at its end", `${good} `, "blank_at_an_end"],
    ["with a tab before it", `\t${good}`, "blank_at_an_end"],
    ["with a byte-order mark", `\ufeff${good}`, "blank_at_an_end"],
    ["with a newline within", `${good}\n${good}`, "other_characters"],
    ["with a blank within", `${good} ${good}`, "other_characters"],
    ["with a letter that has two encodings", `${good}é`, "other_characters"],
    ["with a zero-width character", `${good}\u200b${good}`, "other_characters"],
    ["with a NUL", `${good}\0`, "other_characters"],
    ["of 31 characters", good.slice(1), "too_short"],
    ["of one character, many times", "a".repeat(64), "placeholder"],
    ["of zeros", "0".repeat(64), "placeholder"],
    ["of two characters in no order", "akkakaakkaakakkakaakakkaakkakaak", "placeholder"],
    ["of a beginning that repeats", "kX93vTqLm2Zr".repeat(3), "placeholder"],
    ["of digits in a row", "0123456789012345678901234567890123456", "placeholder"],
    ["of the alphabet", "abcdefghijklmnopqrstuvwxyz0123456789", "placeholder"],
    ["that says what to do", "please-change-me-4d1f8b2c9e7a6053", "placeholder"],
    ["that names itself", "YOUR_SECRET_KEY_GOES_HERE_93kd02xv", "placeholder"],
  ])("%s", (_, text, reason) => {
    const refused = (() => {
      try {
        return identityKey(text, "1");
      } catch (error) {
        return error;
      }
    })();
    expect(refused).toBeInstanceOf(KeyRefusedError);
    expect(refused).toBeInstanceOf(ConfigurationError);
    expect((refused as KeyRefusedError).reason).toBe(reason);
    const told = `${inspect(refused, { showHidden: true, depth: null })}${JSON.stringify(refused)}`;
    for (const part of [good, good.slice(1), "kX93vTqLm2Zr", "4d1f8b2c9e7a6053", "93kd02xv"])
      expect(told).not.toContain(part);
  });

  test("never one that openssl rand makes, in either encoding", () => {
    for (let n = 0; n < 2_000; n++) {
      const random = createHash("sha256").update(`key ${n}`).digest();
      expect(() => identityKey(random.toString("hex"), "1")).not.toThrow();
      expect(() => identityKey(random.toString("base64"), "1")).not.toThrow();
      expect(() => identityKey(random.toString("hex").slice(0, 32), "1")).not.toThrow();
    }
  });
});
