import { expect, test } from "vitest";
import { crc32c } from "../../../infra/local/emulators/secret-manager/crc32c.ts";

// The check values of RFC 3720, B.4, and of the CRC catalogue.
test.each([
  ["nine digits", Buffer.from("123456789"), 0xe3069283],
  ["32 zeros", Buffer.alloc(32), 0x8a9136aa],
  ["nothing", Buffer.alloc(0), 0],
])("the checksum of %s is Castagnoli's", (_name, data, expected) => {
  expect(crc32c(data)).toBe(expected);
});
