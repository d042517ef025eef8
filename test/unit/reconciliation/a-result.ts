import type { Remembered } from "../../../functions/checks/memory.ts";
import { found, type Impact, ok, type Result, type Status } from "../../../functions/checks/result.ts";
import type { Marked } from "../../../functions/reconciliation/causes.ts";
import { decide } from "../../../functions/reconciliation/decide.ts";
import { noon } from "../../support/a-source.ts";

/** What a check says of a subject, and what is changed about it: a day of orders is missing. */
export function aResult(parts: Partial<Result> = {}): Result {
  const { check = "continuity", subject = "orders", owner = "shop", status = "critical", ...more } = parts;
  const about = { check, subject, owner };
  if (status === "ok") return { ...ok(about, "Nothing is wrong.", {}), ...more };
  return found(about, { status, code: `${check}_wrong`, text: `${check} is wrong.`, evidence: {}, ...more });
}

/** One that stands for itself. */
export function anOwn(parts: Partial<Result> = {}): Marked {
  return { ...aResult(parts), consequenceOf: null };
}

export function money(amount: number, currency = "USD", what = "revenue not visible"): Impact {
  return { amount, low: amount, high: amount, currency, what, basis: `${amount} ${currency}` };
}

/** What the run before remembered: check, subject, status. */
export function remembered(...before: readonly (readonly [Result["check"], string, Status])[]): Remembered[] {
  return before.map(([check, subject, status]) => ({
    check,
    subject,
    status,
    code: status === "ok" ? null : `${check}_wrong`,
    text: "",
    size: null,
    finalSums: {},
  }));
}

export function decidedOn(results: readonly Result[], before: readonly Remembered[] | null = null) {
  const memory = before === null ? null : { at: new Date(noon.getTime() - 86_400_000), results: before };
  return decide({ results, trusted: [], returns: [] }, [], memory, noon);
}
