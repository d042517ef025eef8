import { createHash, createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import { hashRow, type ReadRow, type Recipe } from "../../../functions/pii-hasher/hash/hash-row.ts";
import { keyChain } from "../../../functions/shared/identity/key-chain.ts";
import { aKey, keyText } from "../shared/identity/outcomes.ts";
import { aPiiTable } from "./a-table.ts";

const recipe = (parts: Partial<Recipe> = {}): Recipe => ({
  chain: keyChain([aKey()]),
  identifiers: aPiiTable().identifiers,
  country: "US",
  erasesUnusable: false,
  uploads: null,
  salt: "salt",
  ...parts,
});
const row = (parts: Partial<ReadRow> = {}): ReadRow => ({
  key: ["1"],
  arrived: "2026-02-08 06:00:00+00",
  values: ["Jane@X.example ", "(650) 555-1212"],
  countries: [null],
  isErasable: false,
  isStored: false,
  ...parts,
});
const hashed = (parts: Partial<ReadRow> = {}, how: Partial<Recipe> = {}) => hashRow(row(parts), recipe(how));
const hmac = (kind: string, value: string) =>
  createHmac("sha256", keyText).update(`${kind}\0${value}`).digest("hex");
const jane = hmac("email", "jane@x.example");
const number = hmac("phone", "+16505551212");

describe("a row", () => {
  test("goes out as its key, its arrival, hashes and a digest, and nothing that can be read", () => {
    const said = "15:Jane@X.example 14:(650) 555-1212-";
    expect(hashed()).toEqual({
      staged: {
        key_0: "1",
        arrived: "2026-02-08 06:00:00+00",
        salt: "salt",
        digest: createHash("sha256").update(`salt${said}`).digest("hex"),
        unusable: null,
        hash_0: jane,
        kept_0: false,
        hash_1: number,
        kept_1: false,
      },
      empties: true,
      unusable: [],
    });
  });

  test("of a person of another country has another digest", () => {
    const digest = (country: string | null) => hashed({ countries: [country] }).staged?.digest;
    expect(digest("DE")).not.toBe(digest("IT"));
    expect(digest("DE")).not.toBe(digest(null));
  });

  test("whose two values run together differently has another digest", () => {
    const digest = (...values: (string | null)[]) => hashed({ values }).staged?.digest;
    expect(digest("ab", "c")).not.toBe(digest("a", "bc"));
    expect(digest(null, "")).not.toBe(digest("", null));
    expect(digest("-", null)).not.toBe(digest(null, "-"));
  });

  test("of nobody goes out without hashes, and empties nothing", () => {
    expect(hashed({ values: [null, null] })).toMatchObject({
      staged: { hash_0: null, hash_1: null, kept_0: false },
      empties: false,
      unusable: [],
    });
  });

  test("of empty texts goes out without hashes, to be emptied, and nobody has failed", () => {
    expect(hashed({ values: ["", " \t"] })).toMatchObject({
      staged: { hash_0: null, kept_0: false },
      empties: true,
      unusable: [],
    });
  });

  test("that is stored goes out again only if there is something to be emptied", () => {
    expect(hashed({ isStored: true, values: [null, null] }).staged).toBeNull();
    expect(hashed({ isStored: true, values: [null, null], isErasable: true })).toMatchObject({
      staged: { key_0: "1" },
      empties: true,
    });
    expect(hashed({ isStored: true }).staged).not.toBeNull();
    expect(hashed({ isStored: true, values: ["no address", null] })).toMatchObject({
      staged: null,
      unusable: [{ column: "email" }],
    });
  });

  test("that does not say which it is stays as it is, and is counted as that alone", () => {
    expect(hashed({ key: [null], values: ["no address", null], isErasable: true })).toEqual({
      staged: null,
      empties: false,
      unusable: [{ column: "", reason: "no_key" }],
    });
  });
});

describe("a value that is no address or number", () => {
  const values = ["no address", "ask for Jane"];

  test("has no hash, is counted with the reason, and is kept", () => {
    expect(hashed({ values })).toMatchObject({
      staged: { hash_0: null, kept_0: true, hash_1: null, kept_1: true, unusable: "email,phone" },
      empties: false,
      unusable: [
        { column: "email", reason: "no_at" },
        { column: "phone", reason: "letters" },
      ],
    });
  });

  test("does not keep the row's other value", () => {
    expect(hashed({ values: ["no address", "(650) 555-1212"] })).toMatchObject({
      staged: { hash_0: null, kept_0: true, hash_1: number, kept_1: false, unusable: "email" },
      empties: true,
    });
  });

  test("is emptied where the file says so, and counted all the same", () => {
    const { staged, empties, unusable } = hashed({ values }, { erasesUnusable: true });
    expect(staged).toMatchObject({ kept_0: false, kept_1: false, unusable: "email,phone" });
    expect({ empties, count: unusable.length }).toEqual({ empties: true, count: 2 });
  });

  test("stands in nothing that comes out", () => {
    expect(JSON.stringify([hashed({ values }), hashed()])).not.toMatch(/no address|ask for|jane|650/i);
  });
});

describe("a number's country", () => {
  const phone = (countries: (string | null)[], country: string | null = "US") =>
    hashed({ values: [null, "030 901820"], countries }, { country }).staged?.hash_1;

  test("is the row's own before that of the warehouse", () => {
    expect(phone(["DE"])).toBe(hmac("phone", "+4930901820"));
    expect(phone([null, "DE"])).toBe(hmac("phone", "+4930901820"));
    expect(phone([null], "DE")).toBe(hmac("phone", "+4930901820"));
  });

  test("that nobody knows makes it unusable", () => {
    expect(hashed({ values: [null, "030 901820"] }, { country: null }).unusable).toEqual([
      { column: "phone", reason: "no_country" },
    ]);
  });
});

describe("hashes for ad platforms", () => {
  test("are made for those that are asked for, beside the keyed ones", () => {
    const uploads = {
      project: "shop",
      dataset: "ad_uploads",
      platforms: ["meta", "google"],
      tiktokPlus: true,
    } as const;
    const { staged } = hashed({ values: ["J.Ane+x@gmail.com", "no number"] }, { uploads });
    const plain = (text: string) => createHash("sha256").update(text).digest("hex");
    expect(staged).toMatchObject({
      hash_0: hmac("email", "j.ane+x@gmail.com"),
      match_0_meta: plain("j.ane+x@gmail.com"),
      match_0_google: plain("jane@gmail.com"),
      match_1_meta: null,
      match_1_google: null,
    });
  });

  test("are made for nobody else", () => {
    expect(Object.keys(hashed().staged ?? {}).some((name) => name.startsWith("match"))).toBe(false);
  });
});

test("another key makes other hashes of the same person, and the same one the same", () => {
  const under = (text: string) => hashed({}, { chain: keyChain([aKey(text)]) }).staged?.hash_0;
  expect(under(keyText)).toBe(jane);
  expect(under("another3f0c52e9b84a16a5d2c7f1803b6e94")).not.toBe(jane);
});
