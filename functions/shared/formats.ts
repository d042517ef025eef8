/**
 * Number and date formats, each created once. Creating one is slow, and each holds tens of kilobytes outside
 * the heap until it is collected, so a report with thousands of figures would exceed the function's memory.
 */
const numbers = new Map<string, Intl.NumberFormat>();
const instants = new Map<string, Intl.DateTimeFormat>();

/** @throws RangeError for an invalid currency code */
export function numberFormat(options: Intl.NumberFormatOptions): Intl.NumberFormat {
  return kept(numbers, JSON.stringify(options), () => new Intl.NumberFormat("en-US", options));
}

/** @throws RangeError for an unknown time zone */
export function instantFormat(locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  return kept(
    instants,
    `${locale} ${JSON.stringify(options)}`,
    () => new Intl.DateTimeFormat(locale, options),
  );
}

function kept<T>(all: Map<string, T>, key: string, make: () => T): T {
  const known = all.get(key) ?? make();
  all.set(key, known);
  return known;
}
