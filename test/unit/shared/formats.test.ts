import { expect, test } from "vitest";
import { instantFormat, numberFormat } from "../../../functions/shared/formats.ts";

test("a way of writing is made once, however often it is asked for, and another one for others", () => {
  const dollars = { style: "currency", currency: "USD" } as const;

  expect(numberFormat({ ...dollars })).toBe(numberFormat(dollars));
  expect(numberFormat({ ...dollars, currency: "EUR" })).not.toBe(numberFormat(dollars));
  expect(numberFormat(dollars).format(1_234.5)).toBe("$1,234.50");
  const utc = { timeZone: "UTC", month: "short" } as const;
  expect(instantFormat("en-US", { ...utc })).toBe(instantFormat("en-US", utc));
  expect(instantFormat("de", utc)).not.toBe(instantFormat("en-US", utc));
});

test("what cannot be written fails each time", () => {
  const nowhere = { timeZone: "Nowhere/None" };
  const nothing = { style: "currency", currency: "dollars" } as const;

  for (const _ of [1, 2]) {
    expect(() => numberFormat(nothing)).toThrow(RangeError);
    expect(() => instantFormat("en", nowhere)).toThrow(RangeError);
  }
});
