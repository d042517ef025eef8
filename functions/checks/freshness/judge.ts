import type { Source } from "../../shared/config/types.ts";
import { nameOf } from "../../shared/config/values/table-name.ts";
import { endOfDay } from "../../shared/days.ts";
import type { Instants } from "../../shared/instants.ts";
import { formatDay, formatDuration, formatHours, formatInstant } from "../../shared/report/format.ts";
import type { Status } from "../result.ts";
import type { Clock, Content, Finding, FindingCode, Metadata, Observation, Verdict } from "./types.ts";

/**
 * Judges whether the source is fresh, and by which clock.
 *
 * Ages: of an arrival, since that instant; of a business day, since it ended in the source's time zone (a day
 * still running has age 0); of a modification, since then. A business day is judged by its age at the newest
 * arrival, not by its age now. An age equal to a threshold has reached it. The worst clock decides; if two
 * are equal, the arrival decides.
 *
 * Pure. `impact` is null here and added by `impact.ts`, which needs money.
 */
export function judge(observation: Observation, instants: Instants): Verdict {
  const { now, seenUntil, isLookBack } = instants;
  const { source, metadata, content, failure } = observation;
  const verdict = (status: Status, parts: Partial<Verdict>): Verdict => ({
    source,
    status,
    arrival: null,
    businessDate: null,
    modified: metadata !== null && metadata.modified <= seenUntil ? metadata.modified : null,
    ageMs: null,
    decidedBy: null,
    finding: null,
    notes: [],
    visibleThrough: null,
    impact: null,
    checked: true,
    retry: false,
    ...parts,
  });
  const unknown = (code: FindingCode, text: string, parts: Partial<Verdict> = {}) =>
    verdict("unknown", { finding: { code, text }, ...parts });

  if (failure !== null) {
    const { code, message, retry } = failure;
    return unknown(code, message, { checked: code === "table_missing", retry });
  }
  if (metadata === null) {
    const what = source.table.table.endsWith("*") ? "No table matches" : "There is no table";
    return unknown("table_missing", `${what} ${nameOf(source.table)}.`);
  }
  if (metadata.kind === "shards" && source.businessDate === "_TABLE_SUFFIX" && metadata.shardDay === null) {
    return unknown(
      "empty",
      `No daily shard of ${nameOf(source.table)} holds rows${isLookBack ? " that were there then" : ""}.`,
    );
  }
  if (!hasContentClock(source, metadata)) {
    const what = metadata.kind === "view" ? "A view's" : "A wildcard's";
    return unknown(
      "no_content_clock",
      `${what} modification time proves nothing about its rows; name an arrival or business_date column for it.`,
    );
  }

  const clocks = readClocks(source, metadata, content, instants);
  const notes = [...futureNote(content), ...lookBackNote(source, metadata, isLookBack)];
  const hasFuture = content !== null && content.arrivalsInFuture > 0;
  const worst = worstOf(clocks);
  const parts = {
    arrival: clocks.arrival?.at ?? null,
    businessDate: clocks.businessDay,
    notes,
    visibleThrough: visibleThrough(clocks, now),
  };
  if (worst === null) {
    const [code, text] = nothingSeen(source, metadata, content, isLookBack);
    return unknown(code, text, { ...parts, notes: code === "arrival_in_future" ? [] : notes });
  }
  if (clocks.byMetadata && metadata.rows === 0 && worst.status !== "critical")
    return unknown("empty", "It has no rows.", parts);
  if (
    source.businessDate !== null &&
    content !== null &&
    clocks.business === null &&
    worst.status !== "critical"
  ) {
    return unknown("clock_null", `Rows arrive, but ${source.businessDate} is NULL in all of them.`, parts);
  }
  const decided = { ...parts, ageMs: worst.ageMs, decidedBy: worst.clock };
  if (worst.status !== "ok")
    return verdict(worst.status, { ...decided, finding: staleFinding(clocks, worst, source, now) });
  if (hasFuture) {
    return verdict("warning", { ...decided, notes: notes.slice(1), finding: futureFinding(content) });
  }
  return verdict("ok", decided);
}

interface Reading {
  readonly clock: Clock;
  readonly at: Date;
  readonly ageMs: number;
  readonly status: "ok" | "warning" | "critical";
}

interface Clocks {
  readonly arrival: Reading | null;
  readonly business: Reading | null;
  readonly businessDay: string | null;
  readonly modified: Reading | null;
  /** Whether the modification time may decide: only if content was not read. */
  readonly byMetadata: boolean;
}

function readClocks(
  source: Source,
  metadata: Metadata,
  content: Content | null,
  { now, seenUntil }: Instants,
): Clocks {
  const read = (clock: Clock, at: Date | null, judgedAt = now): Reading | null => {
    if (at === null) return null;
    const ageAt = (instant: Date) => Math.max(0, instant.getTime() - at.getTime());
    return { clock, at, ageMs: ageAt(now), status: statusOf(ageAt(judgedAt), source) };
  };
  const isShards = metadata.kind === "shards" && metadata.shardDay !== null;
  const arrival = isShards ? metadata.created : (content?.newestArrival ?? null);
  const businessDay = isShards
    ? metadata.shardDay
    : source.businessDate === null
      ? null
      : (content?.newestBusinessDay ?? null);
  return {
    arrival: read("arrival", arrival),
    // A loader that brings yesterday's rows at noon is on time, although yesterday has been over for 36 h
    // before the next load. So a day is judged by its age when the newest row arrived, and the time since
    // then by the arrival.
    business: read(
      "business_date",
      businessDay === null ? null : endOfDay(businessDay, source.timeZone),
      arrival !== null && arrival < now ? arrival : now,
    ),
    businessDay,
    modified: metadata.modified <= seenUntil ? read("modified", metadata.modified) : null,
    byMetadata: content === null && metadata.kind === "table",
  };
}

function statusOf(ageMs: number, source: Source): "ok" | "warning" | "critical" {
  if (ageMs >= source.criticalAfterMs) return "critical";
  return ageMs >= source.warnAfterMs ? "warning" : "ok";
}

const badness = { ok: 0, warning: 1, critical: 2 } as const;

function worstOf({ arrival, business, modified, byMetadata }: Clocks): Reading | null {
  if (byMetadata) return modified;
  const [first, ...rest] = [arrival, business].filter((reading) => reading !== null);
  if (first === undefined) return null;
  return rest.reduce((worst, each) => (badness[each.status] > badness[worst.status] ? each : worst), first);
}

/** Data is visible up to the newest arrival, and no business day after the newest one. */
function visibleThrough({ arrival, business, modified }: Clocks, now: Date): Date | null {
  const bounds = [arrival ?? modified, business]
    .filter((reading) => reading !== null)
    .map(({ at }) => at.getTime());
  return bounds.length === 0 ? null : new Date(Math.min(now.getTime(), ...bounds));
}

function staleFinding(clocks: Clocks, worst: Reading, source: Source, now: Date): Finding {
  const { arrival, modified, businessDay } = clocks;
  const age = formatHours(worst.ageMs);
  if (worst.clock === "business_date") {
    return arrival === null || arrival.status !== "ok"
      ? {
          code: "stale",
          text: `The newest business day is ${formatDay(businessDay ?? "")}, which ended ${age} ago.`,
        }
      : {
          code: "arrives_but_business_day_old",
          text: `Rows arrive (the last ${formatDuration(arrival.ageMs)} ago), but the newest business day is ${formatDay(businessDay ?? "")}, which ended ${age} ago.`,
        };
  }
  if (worst.clock === "modified") {
    return { code: "stale", text: `Nothing has been written for ${age}, since ${formatInstant(worst.at)}.` };
  }
  if (modified !== null && modified.status === "ok") {
    const writers =
      source.otherWriters.length > 0 ? ` (${source.otherWriters.join(", ")} also writes it)` : "";
    return {
      code: "written_but_nothing_arrived",
      text: `Modified ${formatDuration(now.getTime() - modified.at.getTime())} ago${writers}, but nothing has arrived for ${age}.`,
    };
  }
  return { code: "stale", text: `Nothing has arrived for ${age}, since ${formatInstant(worst.at)}.` };
}

function hasContentClock(source: Source, metadata: Metadata): boolean {
  if (metadata.kind === "table") return true;
  if (metadata.kind === "shards" && metadata.shardDay !== null) return true;
  return source.arrival !== null || (source.businessDate !== null && source.businessDate !== "_TABLE_SUFFIX");
}

function nothingSeen(
  source: Source,
  metadata: Metadata,
  content: Content | null,
  isLookBack: boolean,
): [FindingCode, string] {
  if (content !== null && content.arrivalsInFuture > 0) {
    const { code, text } = futureFinding(content);
    return [code, text];
  }
  if (isLookBack && content === null) {
    return [
      "no_content_clock",
      "It has been written since, and its modification time does not show its earlier state.",
    ];
  }
  if (isLookBack && source.arrival !== null) return ["empty", "Nothing had arrived by then."];
  if (metadata.kind === "table" && metadata.rows > 0) {
    return [
      "clock_null",
      `It holds ${metadata.rows.toLocaleString("en-US")} rows, but none has an arrival or a business day.`,
    ];
  }
  if (metadata.kind === "view") return ["empty", "It answers no row with an arrival or a business day."];
  return ["empty", "It has no rows."];
}

/** A business day does not say when it was loaded. */
function lookBackNote(source: Source, metadata: Metadata, isLookBack: boolean): readonly string[] {
  if (!isLookBack || source.arrival !== null || source.businessDate === null || metadata.kind === "shards")
    return [];
  return ["Without an arrival column its earlier state is unknown: its days are shown as of now."];
}

function futureFinding(content: Content): Finding {
  const rows = content.arrivalsInFuture === 1 ? "1 row arrives" : `${content.arrivalsInFuture} rows arrive`;
  const farthest =
    content.farthestArrival === null ? "" : `, the farthest on ${formatInstant(content.farthestArrival)}`;
  return {
    code: "arrival_in_future",
    text: `${rows} in the future${farthest}; they are not counted as fresh.`,
  };
}

function futureNote(content: Content | null): readonly string[] {
  return content !== null && content.arrivalsInFuture > 0 ? [futureFinding(content).text] : [];
}
