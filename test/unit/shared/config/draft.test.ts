import { expect, test } from "vitest";
import { z } from "zod";
import { draftOf } from "../../../../functions/shared/config/values/draft.ts";

const schema = z.strictObject({
  name: z.string(),
  kind: z.enum(["spend", "revenue"]).optional(),
  key: z.array(z.string()).optional(),
  by: z.record(z.string(), z.strictObject({ column: z.string() })).optional(),
});

function draft(written: unknown) {
  return draftOf<z.infer<typeof schema>>(written, schema.safeParse(written).error?.issues ?? []);
}

test("what is of the wrong type counts as there, and is nothing that a rule could take for a value", () => {
  const { name, kind, key, by } = draft({
    name: 5,
    kind: "cost",
    key: "id",
    by: { a: null, b: { column: "x" } },
  });
  expect([typeof name, typeof kind]).toEqual(["symbol", "symbol"]);
  expect(key).toEqual([]);
  expect(by).toEqual({ a: {}, b: { column: "x" } });
});

test("what is missing stays missing, and items keep their places", () => {
  expect(draft({ key: ["a", 1, "c"] }).name).toBeUndefined();
  expect(draft({ key: ["a", 1, "c"] }).key).toEqual(["a", expect.anything(), "c"]);
});

test("no name leads to what every object has", () => {
  const { by } = draft({ name: "x", by: {} });
  expect(by?.toString).toBeUndefined();
});

test("a file that is no mapping is an empty one", () => {
  expect(draft("nothing")).toEqual({});
  expect(draft(null)).toEqual({});
});
