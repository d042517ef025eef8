import { suggestion } from "../../text.ts";
import type { Contradiction, Path } from "./rule.ts";

/** A name that BigQuery does not know, or knows in another spelling. */
export function timeZone(name: unknown, path: Path): Contradiction[] {
  if (typeof name !== "string") return [];
  const known = ["UTC", ...Intl.supportedValuesOf("timeZone")];
  if (known.includes(name)) return [];
  // JavaScript ignores the case of a name, BigQuery does not. Old names that both know, like US/Eastern, are
  // allowed.
  const spelt = known.find((each) => each.toLowerCase() === name.toLowerCase());
  if (spelt === undefined && /^[A-Z]/.test(name) && isTimeZone(name)) return [];
  const fix = spelt === undefined ? suggestion(name, known) : `; did you mean ${spelt}?`;
  return [{ path, message: `there is no time zone ${name}${fix}` }];
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
