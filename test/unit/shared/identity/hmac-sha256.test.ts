import { createHmac, webcrypto } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { hmacSha256 } from "../../../../functions/shared/identity/hmac-sha256.ts";
import { seed } from "./texts.ts";

const ascii = (text: string) => Buffer.from(text, "ascii");
const times = (byte: number, count: number) => Buffer.alloc(count, byte);

/** RFC 4231, section 4; the fifth is published cut to 128 bits. */
const cases: readonly (readonly [name: string, key: Buffer, data: Buffer, mac: string])[] = [
  [
    "1",
    times(0x0b, 20),
    ascii("Hi There"),
    "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
  ],
  [
    "2, a short key",
    ascii("Jefe"),
    ascii("what do ya want for nothing?"),
    "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
  ],
  [
    "3, together longer than a block",
    times(0xaa, 20),
    times(0xdd, 50),
    "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe",
  ],
  [
    "4",
    Buffer.from(Array.from({ length: 25 }, (_, n) => n + 1)),
    times(0xcd, 50),
    "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b",
  ],
  ["5, cut", times(0x0c, 20), ascii("Test With Truncation"), "a3b6167473100ee06e0c796c2955552b"],
  [
    "6, a key longer than a block",
    times(0xaa, 131),
    ascii("Test Using Larger Than Block-Size Key - Hash Key First"),
    "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
  ],
  [
    "7, key and data longer than a block",
    times(0xaa, 131),
    ascii(
      "This is a test using a larger than block-size key and a larger than block-size data. " +
        "The key needs to be hashed before being used by the HMAC algorithm.",
    ),
    "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2",
  ],
];

async function byWebCrypto(key: Uint8Array<ArrayBuffer>, data: Uint8Array<ArrayBuffer>): Promise<string> {
  const imported = await webcrypto.subtle.importKey("raw", key, { name: "HMAC", hash: "SHA-256" }, false, [
    "sign",
  ]);
  return Buffer.from(await webcrypto.subtle.sign("HMAC", imported, data)).toString("hex");
}

describe("RFC 4231", () => {
  test.each(cases)("case %s", async (_, key, data, mac) => {
    expect(hmacSha256(key, data)("").slice(0, mac.length)).toBe(mac);
    // What stands above is what the RFC says, not what we hash.
    expect((await byWebCrypto(Uint8Array.from(key), Uint8Array.from(data))).slice(0, mac.length)).toBe(mac);
  });
});

test("agrees with Node's own HMAC for any key, prefix and text, in any order of calls", () => {
  const bytes = fc.uint8Array({ minLength: 1, maxLength: 200 });
  // Longer than the buffer that is kept, in characters of one to four bytes.
  const text = fc.oneof(
    fc.string({ unit: "grapheme", maxLength: 600 }),
    fc.nat(600).map((n) => "€".repeat(n)),
  );
  fc.assert(
    fc.property(bytes, bytes, fc.array(text, { maxLength: 6 }), (key, prefix, texts) => {
      const ours = hmacSha256(key, prefix);
      for (const it of texts)
        expect(ours(it)).toBe(createHmac("sha256", key).update(prefix).update(it).digest("hex"));
    }),
    { seed, numRuns: 300 },
  );
});

test("every length around a block, and around the buffer that is kept", () => {
  const ours = hmacSha256(Buffer.from("key"), Buffer.from("email\0"));
  for (const length of [0, 1, 49, 50, 57, 58, 63, 64, 65, 127, 128, 511, 512, 513, 2_000]) {
    for (const unit of ["a", "é", "€"]) {
      const expected = createHmac("sha256", "key")
        .update(`email\0${unit.repeat(length)}`)
        .digest("hex");
      expect(ours(unit.repeat(length)), `${length} × ${unit}`).toBe(expected);
    }
  }
});
