import type { Decimal } from "../decimal.ts";
import { numberFormat } from "../formats.ts";

/**
 * Money as an accountant writes it: "$365,294.00", "-€0.30", "¥1,200". Rounded to the currency's own digits,
 * half away from zero, without a float; an amount that would round to zero is written in full.
 *
 * @param currency ISO 4217; an unknown code is written before the amount
 */
export function formatAmount(amount: Decimal, currency: string): string {
  const exact = amount as Intl.StringNumericLiteral;
  const rounded = written(exact, currency, {});
  const isNothing = !/[1-9]/.test(rounded) && /[1-9]/.test(amount);
  return isNothing ? written(exact, currency, { maximumFractionDigits: 9 }) : rounded;
}

/** The same with its sign always: "+$120.00", "-$3.00". */
export function formatChange(amount: Decimal, currency: string): string {
  return `${amount.startsWith("-") ? "" : "+"}${formatAmount(amount, currency)}`;
}

function written(
  amount: Intl.StringNumericLiteral,
  currency: string,
  digits: Intl.NumberFormatOptions,
): string {
  try {
    return numberFormat({ style: "currency", currency, ...digits }).format(amount);
  } catch {
    return `${currency} ${numberFormat({ minimumFractionDigits: 2, maximumFractionDigits: 2, ...digits }).format(amount)}`;
  }
}
