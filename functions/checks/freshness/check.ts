import type { Source, WarehouseFile } from "../../shared/config/types.ts";
import { WarehouseError } from "../../shared/warehouse/error.ts";
import type { Warehouse } from "../../shared/warehouse/types.ts";
import { estimateImpact } from "./impact.ts";
import { judge } from "./judge.ts";
import { beginning, planContent } from "./plan.ts";
import { readContent, readDailyMoney } from "./read-content.ts";
import { failureOf, readMetadata } from "./read-metadata.ts";
import type { Content, DayMoney, Observation, Verdict } from "./types.ts";

export interface Instants {
  /** The instant asked about. */
  readonly now: Date;
  /** The instant of asking: rows that arrive later are from the future. Differs from `now` only when looking back. */
  readonly knownUntil: Date;
}

/**
 * Freshness of every source: metadata first, content only where that is not enough,
 * money only of what has fallen silent. Answers in the order of `sources`.
 */
export async function checkFreshness(
  sources: readonly Source[],
  file: Pick<WarehouseFile, "location">,
  warehouse: Warehouse,
  { now, knownUntil }: Instants,
): Promise<Verdict[]> {
  const metadata = await readMetadata(sources, warehouse, file.location, now);

  const observations = new Map<Source, Observation>();
  const content = new Map<Source, Content | WarehouseError>();
  const requests = sources.flatMap((source) => {
    const seen = metadata.get(source)?.metadata ?? null;
    const plan = seen === null ? null : planContent(source, seen, now);
    return plan?.read ? [{ source, from: plan.from }] : [];
  });
  for (const [source, answer] of await readContent(requests, warehouse, now, knownUntil))
    content.set(source, answer);

  // No row in the window: silent for long, or no clock at all. Rare, and worth one unbounded look.
  const unanswered = requests
    .filter(({ source }) => isBlank(content.get(source)))
    .map(({ source }) => ({ source, from: beginning }));
  for (const [source, answer] of await readContent(unanswered, warehouse, now, knownUntil))
    content.set(source, answer);

  for (const source of sources) {
    const { metadata: seen, failure } = metadata.get(source) ?? { metadata: null, failure: null };
    const answer = content.get(source);
    const broken = answer instanceof WarehouseError;
    observations.set(source, {
      source,
      metadata: seen,
      content: broken ? null : (answer ?? null),
      failure: broken
        ? await failureOf(answer, `${source.table.project}.${source.table.dataset}`, warehouse, file.location)
        : failure,
    });
  }

  const verdicts = [...observations.values()].map((observation) => judge(observation, now));
  const silent = verdicts.filter(
    ({ status, source, visibleThrough }) =>
      (status === "warning" || status === "critical") &&
      source.money !== null &&
      source.arrival !== null &&
      visibleThrough !== null,
  );
  const money = await readDailyMoney(silent, warehouse, now);
  return verdicts.map((verdict) => {
    const days = money.get(verdict.source) ?? [];
    // That a source is stale stands, whatever became of its price.
    if (days instanceof WarehouseError) {
      return { ...verdict, notes: [...verdict.notes, `What it costs could not be read: ${days.message}`] };
    }
    return withMoney(verdict, days, now);
  });
}

/** The rows that give the price also show the clocks, which a verdict by metadata alone has not seen. */
function withMoney(verdict: Verdict, days: readonly DayMoney[], now: Date): Verdict {
  const arrivals = days.map(({ newestArrival }) => newestArrival.getTime());
  const newestDay =
    days
      .map(({ day }) => day)
      .sort()
      .at(-1) ?? null;
  return {
    ...verdict,
    arrival: verdict.arrival ?? (arrivals.length === 0 ? null : new Date(Math.max(...arrivals))),
    businessDate: verdict.businessDate ?? (verdict.source.businessDate === null ? null : newestDay),
    impact: estimateImpact(verdict, days, now),
  };
}

function isBlank(content: Content | WarehouseError | undefined): boolean {
  return (
    content !== undefined &&
    !(content instanceof WarehouseError) &&
    content.newestArrival === null &&
    content.newestBusinessDay === null
  );
}
