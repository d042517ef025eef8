import type { Amount, StatsRequest } from "./types.ts";

/** Merges requests that one read can answer. */
export class ReadPlanBuilder {
  readonly requests: StatsRequest[] = [];

  /** @returns its index in `requests` */
  add(request: StatsRequest): number {
    const place = this.requests.findIndex((it) => isReadWith(it, request));
    const known = this.requests[place];
    if (known === undefined) return this.requests.push(request) - 1;
    this.requests[place] = {
      ...known,
      arrival: known.arrival ?? request.arrival,
      key: known.key.length > 0 ? known.key : request.key,
      tieBreak: known.tieBreak.length > 0 ? known.tieBreak : request.tieBreak,
      amount: withCurrencyColumn(known.amount ?? request.amount, known.amount, request.amount),
      required: [...new Set([...known.required, ...request.required])],
      finalAfterMs: known.finalAfterMs ?? request.finalAfterMs,
      labels: known.labels ?? request.labels,
      wholeDays: known.wholeDays || request.wholeDays,
    };
    return place;
  }
}

/** Only one of the two may name the column of the currency. */
function withCurrencyColumn(amount: Amount | null, ...said: readonly (Amount | null)[]): Amount | null {
  const currencyColumn = said.flatMap((it) => it?.currencyColumn ?? [])[0] ?? null;
  return amount === null ? null : { ...amount, currencyColumn };
}

function isReadWith(a: StatsRequest, b: StatsRequest): boolean {
  return (
    same(a.table, b.table) &&
    a.timeZone === b.timeZone &&
    a.businessDate === b.businessDate &&
    fits(a.arrival, b.arrival) &&
    (a.key.length === 0 || b.key.length === 0 || same(a.key, b.key)) &&
    fits(
      a.amount && { ...a.amount, currencyColumn: null },
      b.amount && { ...b.amount, currencyColumn: null },
    ) &&
    fits(a.amount?.currencyColumn ?? null, b.amount?.currencyColumn ?? null) &&
    fits(a.labels, b.labels)
  );
}

/** True if both are equal, or if one of them is not set. */
function fits(a: unknown, b: unknown): boolean {
  return a === null || b === null || same(a, b);
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
