import { describe, expect, test } from "vitest";
import { parseWarehouseFile, WarehouseFileError } from "../../../../functions/shared/config/parse.ts";

/** Sources by what each says it is built from; null says nothing. */
const file = (built: Readonly<Record<string, string | null>>) => `
project: shop
location: EU
time_zone: UTC
ops_dataset: ops
connectors: { dbt: { name: dbt, every: 24h } }
sources:
${Object.entries(built)
  .map(
    ([id, from]) =>
      `  ${id}: { table: ads.${id}, connector: dbt, owner: data, arrival: at${from === null ? "" : `, built_from: ${from}`} }`,
  )
  .join("\n")}
notifications: { channels: { alerts: { slack: { webhook_secret: s } } } }
`;

const parse = (built: Readonly<Record<string, string | null>>) =>
  parseWarehouseFile(file(built), "warehouse.yaml");

function mistakesIn(built: Readonly<Record<string, string | null>>): string[] {
  try {
    parse(built);
    return [];
  } catch (error) {
    if (!(error instanceof WarehouseFileError)) throw error;
    return error.mistakes.map(({ path, message }) => `${path}: ${message}`);
  }
}

describe("what a source is built from", () => {
  test("is nothing unless said", () => {
    const { sources } = parse({ raw: null, clean: "[raw]", mart: "[clean, raw]" });
    expect(sources.map(({ builtFrom }) => builtFrom)).toEqual([[], ["raw"], ["clean", "raw"]]);
  });

  test("is some source of the file; a slip is guessed", () => {
    expect(mistakesIn({ orders: null, clean: "[ordres]" })).toEqual([
      "sources.clean.built_from.0: there is no source ordres; did you mean orders?",
    ]);
  });

  test("is a list that names something", () => {
    expect(mistakesIn({ raw: null, clean: "raw" })).toEqual([
      "sources.clean.built_from: write a list of sources, like [ads, orders]",
    ]);
    expect(mistakesIn({ raw: null, clean: "[]" })).toEqual([
      "sources.clean.built_from: name at least one source, or leave the line out",
    ]);
  });

  test("is not itself", () => {
    expect(mistakesIn({ raw: null, clean: "[raw, clean]" })).toEqual([
      "sources.clean.built_from.1: clean cannot be built from itself; remove it",
    ]);
  });

  test("is not built from it in turn: each circle is said once, with its way", () => {
    expect(
      mistakesIn({ raw: null, a: "[raw, c]", b: "[a]", c: "[b]", d: "[a]", e: "[f]", f: "[e]" }),
    ).toEqual([
      "sources.a.built_from: a is built from c is built from b is built from a: a circle, so none would be the cause; remove one of these",
      "sources.e.built_from: e is built from f is built from e: a circle, so none would be the cause; remove one of these",
    ]);
  });

  test("may meet again further down: that is no circle", () => {
    expect(mistakesIn({ raw: null, left: "[raw]", right: "[raw]", mart: "[left, right]" })).toEqual([]);
  });

  test("a name of JavaScript's own is no source", () => {
    expect(mistakesIn({ raw: null, clean: "[toString]" })).toEqual([
      "sources.clean.built_from.0: there is no source toString",
    ]);
  });
});
