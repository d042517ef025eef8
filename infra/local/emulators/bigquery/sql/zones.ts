/** Names that ICU knows and the tz database, which BigQuery goes by, does not. */
const OF_ICU_ONLY = /^(?:SystemV\/.*|Canada\/East-Saskatchewan|US\/Pacific-New)$/;
const SHORT_NAMES = new Set("CET EET EST GMT HST MET MST PRC ROC ROK UCT UTC WET".split(" "));

const DAY = 86_400_000;
const FIRST = Date.UTC(1970, 0, 1) - 719_162 * DAY;
const known = new Set<string>();
const clocks = new Map<string, Intl.DateTimeFormat>();

/** Takes the names that DuckDB can compute with. */
export function rememberZones(names: readonly string[]): void {
  for (const name of names) {
    const listed = /^[A-Z]{3}$/.test(name) ? SHORT_NAMES.has(name) : !OF_ICU_ONLY.test(name);
    if (listed) known.add(name);
  }
}

/** Whether BigQuery has a time zone of that name: letter by letter, capitals included. */
export const isZone = (name: string): boolean => known.has(name);

/** Milliseconds that the zone's clocks are ahead of UTC at an instant. */
function offsetAt(instant: number, zone: string): number {
  const at = Math.max(instant, FIRST + DAY);
  let clock = clocks.get(zone);
  if (!clock) {
    clock = new Intl.DateTimeFormat("en-US", {
      timeZone: zone,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
    clocks.set(zone, clock);
  }
  const parts = new Map(clock.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
  const part = (name: Intl.DateTimeFormatPartTypes) => parts.get(name) ?? 0;
  const civil = new Date(0);
  civil.setUTCFullYear(part("year"), part("month") - 1, part("day"));
  civil.setUTCHours(part("hour"), part("minute"), part("second"));
  return civil.getTime() - Math.floor(at / 1000) * 1000;
}

/**
 * The instant of a civil time, both in milliseconds as if of UTC. Of the two
 * instants of an hour that is repeated it is the first; an hour that is
 * skipped is told by the clock before the change.
 */
export function instantOf(civil: number, zone: string): number {
  const before = civil - offsetAt(civil - DAY, zone);
  const after = civil - offsetAt(civil + DAY, zone);
  if (offsetAt(before, zone) === civil - before) return before;
  return offsetAt(after, zone) === civil - after ? after : before;
}
