import { expect, test } from "vitest";
import { formatAmount, formatChange } from "../../../../functions/shared/report/format-amount.ts";

test.each([
  ["365294", "USD", "$365,294.00"],
  ["-0.3", "EUR", "-€0.30"],
  ["1200", "JPY", "¥1,200"],
  ["0.005", "USD", "$0.01"],
  ["0.004", "USD", "$0.004"],
  ["-0.000000001", "USD", "-$0.000000001"],
  ["0", "USD", "$0.00"],
  ["10", "USD", "$10.00"],
  ["12345678901234567890.12", "USD", "$12,345,678,901,234,567,890.12"],
  ["1234.5", "dollars", "dollars 1,234.50"],
  ["0.001", "dollars", "dollars 0.001"],
])("%s %s is %s", (amount, currency, text) => {
  expect(formatAmount(amount, currency)).toBe(text);
});

test("a change has its sign always", () => {
  expect(formatChange("120", "USD")).toBe("+$120.00");
  expect(formatChange("-3", "USD")).toBe("-$3.00");
});
