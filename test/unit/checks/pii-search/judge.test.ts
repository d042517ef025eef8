import { describe, expect, test } from "vitest";
import { judge, judgeEmptyDataset, type Observation } from "../../../../functions/checks/pii-search/judge.ts";
import type { Kind, Search } from "../../../../functions/checks/pii-search/types.ts";
import { WarehouseError } from "../../../../functions/shared/stores/bigquery/error.ts";

const now = new Date("2026-02-08T12:00:00Z");
const search = (...kinds: Kind[]): Search => ({
  table: "shop.raw.orders",
  modified: now,
  fingerprint: "f",
  rows: 10,
  whole: true,
  found: kinds.map((kind) => ({ kind, path: "items[].note", count: 2 })),
  hashColumns: [],
  searchedAt: now,
});
const seen = (parts: Partial<Observation> = {}): Observation => ({
  subject: "shop.raw.orders",
  search: search(),
  read: true,
  failure: null,
  missing: [],
  leftOut: [],
  putOff: null,
  ...parts,
});

describe("a table", () => {
  test("in which nothing was found is ok", () => {
    expect(judge(seen())).toMatchObject({ status: "ok", finding: null, actions: [], checked: true });
  });

  test.each([
    ["email", "plaintext_email"],
    ["phone", "plaintext_phone"],
    ["canary_plain", "canary_plain"],
    ["canary_unsalted", "canary_unsalted_hash"],
    ["not_a_hash", "not_a_hash"],
    ["hash_of_nothing", "hash_of_nothing"],
  ] as const)("with %s is critical, says where and how often, and what to do", (kind, code) => {
    const verdict = judge(seen({ search: search(kind) }));
    expect([verdict.status, verdict.finding?.code]).toEqual(["critical", code]);
    expect(verdict.finding?.text).toMatch(/^items\[\]\.note .* 2 (rows|places)/);
    expect(verdict.actions[0]).toContain("items[].note of shop.raw.orders");
  });

  test("the certain comes first", () => {
    const { findings } = judge(
      seen({ search: search("hash_of_nothing", "phone", "canary_plain"), missing: ["gone"] }),
    );
    expect(findings.map(({ code }) => code)).toEqual([
      "canary_plain",
      "plaintext_phone",
      "hash_of_nothing",
      "column_missing",
    ]);
  });

  test.each([
    ["temporary", "not_searched", true],
    ["invalid", "not_searched", false],
    ["not_found", "not_searched", false],
    ["access_denied", "no_permission", false],
    ["too_expensive", "too_expensive", false],
  ] as const)("that could not be read (%s) is unknown, never ok", (reason, code, retry) => {
    const failure = new WarehouseError(reason, "pii-search/search", "no");
    const verdict = judge(seen({ search: search(), read: false, failure }));
    expect(verdict).toMatchObject({ status: "unknown", checked: false, retry, finding: { code } });
  });

  test("that could not be read keeps what was found in it", () => {
    const failure = new WarehouseError("temporary", "pii-search/search", "busy");
    const verdict = judge(seen({ search: search("email"), read: false, failure }));
    expect([verdict.status, verdict.checked]).toEqual(["critical", false]);
    expect(verdict.findings.map(({ code }) => code)).toEqual(["plaintext_email", "not_searched"]);
  });

  test("without a column that must hold hashes is unknown", () => {
    expect(judge(seen({ missing: ["email_hash"] }))).toMatchObject({
      status: "unknown",
      finding: { code: "column_missing", path: "email_hash" },
    });
  });
});

describe("a dataset", () => {
  test("without tables is unknown", () => {
    expect(judgeEmptyDataset("shop.raw")).toMatchObject({
      status: "unknown",
      finding: { code: "no_tables" },
    });
  });

  test("that is not there is unknown", () => {
    const failure = new WarehouseError("not_found", "pii-search/tables", "Not found: Dataset");
    const verdict = judge(seen({ subject: "shop.gone", search: null, failure }));
    expect(verdict).toMatchObject({ status: "unknown", finding: { code: "dataset_missing" } });
  });
});
