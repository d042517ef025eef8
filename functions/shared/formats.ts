/**
 * How numbers and instants are written, each way made once: making one is slow, and each holds tens of kilobytes beside
 * the heap until it is collected, so that a report of thousands of figures would take more memory than a function has.
 */
const numbers = new Map<string, Intl.NumberFormat>();
const instants = new Map<string, Intl.DateTimeFormat>();

/** @throws RangeError for a currency that is no code */
export function numberFormat(options: Intl.NumberFormatOptions): Intl.NumberFormat {
  return kept(numbers, JSON.stringify(options), () => new Intl.NumberFormat("en-US", options));
}

/** @throws RangeError for a time zone that there is none of */
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
