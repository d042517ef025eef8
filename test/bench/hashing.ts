import { createHmac, createSecretKey } from "node:crypto";
import { identityKey } from "../../functions/shared/identity/keyed-hash.ts";
import { normaliseEmail } from "../../functions/shared/identity/normalise-email.ts";
import { normalisePhone } from "../../functions/shared/identity/normalise-phone.ts";
import type { Normalised } from "../../functions/shared/identity/types.ts";
import { median, type Section, type Size } from "./figures.ts";

const sizes = { full: { rows: 100_000, rounds: 7 }, quick: { rows: 1_000, rounds: 1 } };
const keyText = "5b8f0c3e7a91d264b0e5f8127c3d9a46";

/**
 * Identifiers hashed in a second by one thread, beside Node's own `createHmac` over the same normalised values in
 * the same run, in turn: hashing alone, and from the text of a row. Every hash is compared once with Node's.
 */
export async function hashing(size: Size): Promise<Section> {
  const { rows, rounds } = sizes[size];
  const emails = Array.from({ length: rows }, (_, n) => ` Jane.Doe+${n}@Shop-${n % 97}.example `);
  const phones = Array.from({ length: rows }, (_, n) => `(650) 555-${String(n % 10_000).padStart(4, "0")}`);
  const normalised = emails.map((text) => emailOf(text));

  const key = identityKey(keyText, "1");
  const secret = createSecretKey(Buffer.from(keyText));
  const ours = (value: Normalised<"email">): string => key.hash("email", value);
  const limit = (value: string): string =>
    createHmac("sha256", secret).update(`email\0${value}`).digest("hex");
  const wrong = normalised.filter((value) => ours(value) !== limit(value));
  if (wrong.length > 0) throw new Error(`${wrong.length} hashes are not Node's`);

  const ways: readonly (readonly [name: string, work: () => void])[] = [
    ["createHmac of Node, e-mail", () => each(normalised, limit)],
    ["keyed hash, e-mail", () => each(normalised, ours)],
    ["normalised, e-mail", () => each(emails, normaliseEmail)],
    ["normalised, phone", () => each(phones, (text) => normalisePhone(text, ["US"]))],
    ["normalised and hashed, e-mail", () => each(emails, (text) => ours(emailOf(text)))],
  ];
  const taken = ways.map((): number[] => []);
  for (let round = 0; round < rounds; round++) {
    for (const [n, [, work]] of ways.entries()) taken[n]?.push(secondsOf(work));
  }
  const perSecond = taken.map((seconds) => rows / median(seconds));
  const [peer = Number.NaN] = perSecond;
  return {
    title: "Hashing identifiers, one thread",
    columns: ["way", "rows/s", "× createHmac"],
    rows: ways.map(([name], n) => [
      name,
      Math.round(perSecond[n] ?? Number.NaN).toLocaleString("en-US"),
      ((perSecond[n] ?? Number.NaN) / peer).toFixed(2),
    ]),
    notes: [`Median of ${rounds} rounds of ${rows.toLocaleString("en-US")} rows, in turn.`],
  };
}

function emailOf(text: string): Normalised<"email"> {
  const outcome = normaliseEmail(text);
  if (outcome === null || "refused" in outcome) throw new Error("an address of the benchmark is refused");
  return outcome.value;
}

function each<T>(values: readonly T[], work: (value: T) => unknown): void {
  for (const value of values) work(value);
}

function secondsOf(work: () => void): number {
  const started = performance.now();
  work();
  return (performance.now() - started) / 1_000;
}
