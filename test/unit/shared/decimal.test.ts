import fc from "fast-check";
import { expect, test } from "vitest";
import { absolute, compare, minus, ratioOf, sumOf } from "../../../functions/shared/decimal.ts";

test("sums are exact where floats are not", () => {
  expect(sumOf(["0.1", "0.2"])).toBe("0.3");
  expect(sumOf(["99999999999999999999999999999", "0.000000001", "-0.000000001"])).toBe(
    "99999999999999999999999999999",
  );
  expect(sumOf(["-1.5", "1"])).toBe("-0.5");
});

test("NULLs are passed over, and nothing but NULLs is NULL", () => {
  expect(sumOf([null, "1.50", null])).toBe("1.5");
  expect(sumOf([null])).toBeNull();
  expect(sumOf([])).toBeNull();
});

test("what is no NUMERIC is refused", () => {
  for (const text of ["1e3", "NaN", "1.0000000001", ""]) expect(() => sumOf([text])).toThrow("no NUMERIC");
});

test("cents sum as whole numbers do", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -1_000_000, max: 1_000_000 })), (cents) => {
      const text = (it: number) =>
        `${it < 0 ? "-" : ""}${Math.trunc(Math.abs(it) / 100)}.${String(Math.abs(it) % 100).padStart(2, "0")}`;
      const sum = cents.reduce((all, it) => all + it, 0);
      expect(sumOf([...cents.map(text), "0"])).toBe(sumOf([text(sum)]));
    }),
  );
});

test("differences, comparisons and magnitudes are exact", () => {
  expect(minus("0.3", "0.1")).toBe("0.2");
  expect(minus("1", "1.000000001")).toBe("-0.000000001");
  expect(compare("0.30", "0.3")).toBe(0);
  expect(compare("-2", "1")).toBe(-1);
  expect(compare("10", "9.999999999")).toBe(1);
  expect(absolute("-0.5")).toBe("0.5");
});

test("ratios are rounded half away from zero, and nothing is divided by zero", () => {
  expect(ratioOf("492856", "365294", 4)).toBe("1.3492");
  expect(ratioOf("1", "8", 2)).toBe("0.13");
  expect(ratioOf("-1", "8", 2)).toBe("-0.13");
  expect(ratioOf("1", "3", 2)).toBe("0.33");
  expect(ratioOf("1", "0.00", 2)).toBeNull();
});
