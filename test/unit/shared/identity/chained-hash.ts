import { createHmac } from "node:crypto";

/** The hash of a person after so many keys, oldest first, made without the code under test. @param value normalised */
export function chainedHash(kind: "email" | "phone", value: string, keys: readonly string[]): string {
  const [first = "", ...later] = keys;
  const hmac = (key: string, text: string) => createHmac("sha256", key).update(text).digest("hex");
  return later.reduce((hash, key) => hmac(key, `${kind} rotated\0${hash}`), hmac(first, `${kind}\0${value}`));
}

/** So many keys, all different, as good as any that a person would make. */
export function someKey(nth: number): string {
  return createHmac("sha256", "keys of the tests").update(String(nth)).digest("hex");
}
