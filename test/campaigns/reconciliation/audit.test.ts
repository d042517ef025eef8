import { describe, expect, test } from "vitest";
import {
  audit,
  base,
  isThere,
  leads,
  namesJane,
  pii,
  platforms,
  reportIn,
  resultsOf,
  run,
  useAudit,
} from "../../support/an-audit.ts";

const world = useAudit();

describe("before it reads", () => {
  test("a look that the file does not allow is refused, and says what to change", async () => {
    const limits = "reconciliation: { full_scan_up_to: 1MiB, max_scan: 2MiB }\n";
    const { code, error } = await audit(base + limits, "--yes", "--out", "too-much");
    expect(error).toContain("A check of 2 tables would read 21 MB, and the warehouse file allows 2.1 MB.");
    expect([code, await isThere("too-much")]).toEqual([1, false]);
  });
});

describe("with --yes", () => {
  test("holds no value of a person, and says where they can be read", async () => {
    await audit(base + leads + platforms, "--yes", "--out", "people");
    const { json, texts } = await reportIn("people");
    // Without pii every dataset is searched that a source is in.
    expect(resultsOf(json, "pii_search")).toEqual([
      ["shop.raw", "critical", "readable"],
      ["shop.crm", "critical", "readable"],
    ]);
    for (const text of texts) {
      expect(namesJane(text)).toBe(false);
      for (const column of ["shop.raw.orders.email", "shop.raw.orders.note", "shop.crm.leads.contact"])
        expect(text.includes(column), column).toBe(true);
    }
  });

  test("a file with pii has only what it names searched; what was never hashed is unknown", async () => {
    const { out } = await audit(base + leads + pii, "--yes", "--out", "pii");
    expect(out).toContain("Counting who is hashed will read at most 10 MB, less than $0.01.");
    const { json, texts } = await reportIn("pii");
    expect(resultsOf(json, "pii_search")).toEqual([["shop.raw", "critical", "readable"]]);
    expect(resultsOf(json, "pii_hashing")).toEqual([["orders", "unknown", expect.any(String)]]);
    expect(texts.map(namesJane)).toEqual([false, false, false]);
  });

  test("--no-pii reads no text, and says so", async () => {
    const { out } = await audit(base, "--yes", "--no-pii", "--out", "no-pii");
    expect(out).not.toContain("search");
    const { json } = await reportIn("no-pii");
    expect(json.results.filter(({ check }) => check === "pii_search")).toMatchObject([
      { subject: "shop.raw", status: "unknown", text: "It was not searched: --no-pii." },
    ]);
    for (const { sql } of json.queries) expect(sql).not.toContain("`email`");
  });

  test("what the caller may not read is unknown, and the rest of the report stands", async () => {
    world.engine.denyAccess("shop.crm");
    const { code } = await audit(base + leads + platforms, "--yes", "--out", "denied");
    expect(code).toBe(0);
    const { json } = await reportIn("denied");
    expect(resultsOf(json, "freshness")).toEqual([
      ["ads", "ok", null],
      ["orders", "ok", null],
      ["leads", "unknown", expect.any(String)],
    ]);
    expect(resultsOf(json, "pii_search")).toContainEqual(["shop.crm", "unknown", "not_searched"]);
    expect(resultsOf(json, "roas")).toEqual([["ads", "ok", null]]);
  });

  test("where nothing can be read at all, it says why and writes nothing", async () => {
    world.engine.denyAccess("shop.raw");
    const { code, error } = await audit(base, "--yes", "--out", "nothing");
    expect(error).toMatch(
      /^No dataset of shop is visible with these credentials: .*Access Denied.*\nNo data was read\.\n$/,
    );
    expect([code, await isThere("nothing")]).toEqual([1, false]);
  });

  test("--as-of looks at what had arrived by then; who could be read then is unknown", async () => {
    const asOf = new Date(Date.now() - 86_400_000).toISOString().replace(/\.\d+/, "");
    await audit(base, "--yes", "--as-of", asOf, "--out", "earlier");
    const { json } = await reportIn("earlier");
    expect(new Date(json.as_of)).toEqual(new Date(asOf));
    expect(resultsOf(json, "pii_search")).toEqual([["shop.raw", "unknown", "looked_back"]]);
    expect(resultsOf(json, "duplicates")).toEqual([
      ["ads", "unknown", "no_rows"],
      ["orders", "unknown", "no_rows"],
    ]);
  });
});

describe("what it cannot go by", () => {
  test.each([
    ["no --config", [], "Name the warehouse file: --config my-warehouse.yaml"],
    ["an option that it does not have", ["--confg", "x"], "Unknown option '--confg'"],
    ["an option without its value", ["--config"], "Option '--config <value>' argument missing"],
    [
      "a word that is no option",
      ["x.yaml"],
      "Unexpected argument 'x.yaml'. This command does not take positional arguments",
    ],
    [
      "an instant that is none",
      ["--config", "x", "--as-of", "Sunday"],
      "--as-of is no instant; write it as 2026-02-08T12:00:00Z",
    ],
    ["an instant to come", ["--config", "x", "--as-of", "2999-01-01T00:00:00Z"], "--as-of is in the future"],
  ])("%s", async (_, args, sentence) => {
    const { code, error } = await run(...args);
    expect(error.split("\n\n")[0]).toBe(sentence);
    expect(error).toContain("npm run audit -- --config my-warehouse.yaml");
    expect(code).toBe(1);
  });

  test("a file that is not there", async () => {
    const { code, error } = await run("--config", "nowhere.yaml");
    expect(error).toBe("The warehouse file nowhere.yaml cannot be read: there is no such file.\n");
    expect(code).toBe(1);
  });
});
