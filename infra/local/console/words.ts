/** `2026-02-08T12:00:00.000Z` → "8 Feb 2026, 12:00 UTC". */
export function instant(iso: string | null): string {
  if (iso === null) return "never";
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return iso;
  return `${day(iso)}, ${date.toISOString().slice(11, 16)} UTC`;
}

/** Without the year, where a table needs its room: "8 Feb, 12:00". */
export function briefInstant(iso: string): string {
  return `${briefDay(iso)}, ${iso.slice(11, 16)}`;
}

/** "8 Feb" */
export function briefDay(iso: string): string {
  return day(iso).replace(/ \d+$/, "");
}

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** `2026-02-08` → "8 Feb 2026". */
function day(iso: string | null): string {
  if (iso === null) return "none";
  const [year, month, dayOfMonth] = iso.slice(0, 10).split("-");
  return `${Number(dayOfMonth)} ${months[Number(month) - 1] ?? month} ${year}`;
}

/** 51.2 → "51 h" */
export function hours(number: number | null): string {
  if (number === null) return "unknown";
  return `${Math.abs(number) < 10 ? number.toFixed(1) : Math.round(number)} h`;
}

/** 3600000 → "1 h". */
export function span(ms: number): string {
  if (ms % 86_400_000 === 0) return `${ms / 86_400_000} d`;
  if (ms % 3_600_000 === 0) return `${ms / 3_600_000} h`;
  return `${Math.round(ms / 60_000)} min`;
}

/** 119876.4 USD → "$120K". */
export function money(amount: number, currency: string): string {
  return new Intl.NumberFormat("en-US", {
    style: "currency",
    currency,
    notation: "compact",
    maximumSignificantDigits: 3,
  }).format(amount);
}

/** 159342 → "159,342". */
export function number(value: number | undefined): string {
  return value === undefined ? "–" : value.toLocaleString("en-US");
}

/** 0.2087 → "20.9 %". */
export function percent(share: number | null): string {
  return share === null ? "–" : `${(100 * share).toFixed(1)} %`;
}

/** A decimal in text, to two places: "1.3492" → "1.35". */
export function decimal(value: string | null): string {
  return value === null ? "–" : Number(value).toFixed(2);
}

export function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}
