import { formatInstant, formatNumber } from "../../shared/report/format.ts";
import { WarehouseError } from "../../shared/stores/bigquery/error.ts";
import { found, notRead, ok, type Result, unknown } from "../result.ts";
import type { Search, Verdict } from "./types.ts";

/** The search runs every hour; after a day without a search it has stopped. */
const maxAgeMs = 26 * 3_600_000;

/** A dataset that must not contain readable personal data, with the facts about it. */
export interface Searched {
  /** `project.dataset` */
  readonly dataset: string;
  readonly owner: string;
  /** `project.dataset.table` of each existing table, or why they cannot be listed. */
  readonly tables: readonly string[] | WarehouseError;
}

/** Judges a dataset by the stored searches. Nothing is read again. Pure. */
export function rememberedSearchResult(
  { dataset, owner, tables }: Searched,
  searches: ReadonlyMap<string, Search> | WarehouseError,
  now: Date,
): Result {
  const about = { check: "pii_search", subject: dataset, owner } as const;
  if (tables instanceof WarehouseError) return notRead(about, tables);
  if (searches instanceof WarehouseError) return notRead(about, searches);
  const known = tables.flatMap((table) => searches.get(table) ?? []);
  const leaks = known.filter(({ found: it }) => it.length > 0);
  const never = tables.filter((table) => !searches.has(table));
  const oldest = Math.min(...known.map(({ searchedAt }) => searchedAt.getTime()));
  const evidence = {
    tables: tables.length,
    searched: known.length,
    rows_searched: known.reduce((sum, { rows }) => sum + rows, 0),
    leaks: leaks.flatMap((it) =>
      it.found.map(({ kind, path, count }) => `${it.table}.${path}: ${kind}, ${count}`),
    ),
  };
  if (leaks.length > 0) return leaked(about, evidence);
  if (tables.length === 0) return unknown(about, "no_tables", "It has no tables.", { evidence });
  if (never.length > 0)
    return unknown(
      about,
      "not_searched",
      `${formatNumber(never.length)} of ${formatNumber(tables.length)} tables were never searched: ${some(never)}.`,
      {
        evidence,
        actions: [
          "Wait for the next search, which the hasher makes every hour; GET /pii-hasher/proof has details",
        ],
      },
    );
  const latest = Math.max(...known.map(({ searchedAt }) => searchedAt.getTime()));
  if (now.getTime() - latest > maxAgeMs)
    return unknown(about, "search_stopped", `There was no search since ${formatInstant(new Date(latest))}.`, {
      evidence,
      actions: ["See why the hasher does not run: GET /pii-hasher"],
    });
  return ok(
    about,
    `No readable PII in any text of ${formatNumber(tables.length)} tables; each is searched again after a write, the oldest of these searches was on ${formatInstant(new Date(oldest))}.`,
    evidence,
  );
}

/** Judges a dataset by a new search. */
export function searchResult({ dataset, owner }: Searched, verdicts: readonly Verdict[]): Result {
  const about = { check: "pii_search", subject: dataset, owner } as const;
  const own = verdicts.filter(({ subject }) => subject === dataset || subject.startsWith(`${dataset}.`));
  const leaks = own.filter(({ status }) => status === "critical");
  const open = own.filter(({ status }) => status === "unknown");
  const evidence = {
    tables: own.length,
    searched: own.length - open.length,
    rows_searched: own.reduce((sum, { search }) => sum + (search?.rows ?? 0), 0),
    leaks: leaks.flatMap(({ subject, findings }) =>
      findings.map(
        ({ code, path, count }) => `${subject}${path === null ? "" : `.${path}`}: ${code}, ${count ?? "?"}`,
      ),
    ),
  };
  if (leaks.length > 0) return leaked(about, evidence);
  if (own.length === 0 || open.length > 0) {
    const text =
      own.length === 0
        ? "It was not searched."
        : `${formatNumber(open.length)} of ${formatNumber(own.length)} tables could not be searched: ${some(open.map(({ subject }) => subject))}.`;
    return unknown(about, "not_searched", text, { evidence, retry: open.some(({ retry }) => retry) });
  }
  return ok(about, `No readable PII in any text of ${formatNumber(own.length)} tables.`, evidence);
}

function leaked(about: Pick<Result, "check" | "subject" | "owner">, evidence: Result["evidence"]): Result {
  const leaks = evidence.leaks as readonly string[];
  return found(about, {
    status: "critical",
    code: "readable",
    text: `There are readable addresses or numbers: ${some(leaks)}.`,
    evidence,
    cause: "Something writes personal data into a column that is not emptied.",
    actions: [
      "Empty these columns, or have the hasher keep them: pii in the warehouse file",
      "See who writes them, and stop it there",
    ],
  });
}

function some(all: readonly string[]): string {
  return all.length <= 5 ? all.join(", ") : `${all.slice(0, 5).join(", ")} and ${all.length - 5} more`;
}
