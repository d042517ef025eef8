import type { Source } from "../../shared/config/types.ts";
import { nameOf } from "../../shared/config/values/table-name.ts";
import type { Instants } from "../../shared/instants.ts";
import type { WarehouseError } from "../../shared/stores/bigquery/error.ts";
import { Fragment } from "../../shared/stores/bigquery/fragment.ts";
import { inIsolation, ownFailure } from "../../shared/stores/bigquery/isolation.ts";
import { dayOrNull, instantOrNull, numberOf } from "../../shared/stores/bigquery/row.ts";
import type { Inputs, Row, Warehouse } from "../../shared/stores/bigquery/types.ts";
import type { Content } from "./types.ts";

export interface ContentRequest {
  readonly source: Source;
  /** Earlier arrivals are not read. */
  readonly from: Date;
}

/** Reads the content clocks of many sources in few jobs; BigQuery allows 1,000 tables a query. */
export async function readContent(
  requests: readonly ContentRequest[],
  warehouse: Warehouse,
  instants: Instants,
): Promise<Map<Source, Content | WarehouseError>> {
  const answers = new Map<Source, Content | WarehouseError>();
  const read = (statement: ContentStatement) =>
    inIsolation(
      requests.filter(({ source }) => contentStatement(source) === statement),
      async (some) => {
        const rows = await warehouse.queryAll(
          statement,
          some.map(contentInputs),
          contentParams(statement, instants),
        );
        const byBranch = new Map(rows.map((row) => [numberOf(row, "n"), row]));
        for (const [n, { source }] of some.entries()) {
          answers.set(
            source,
            ownFailure(statement, () => contentOf(byBranch.get(n), source)),
          );
        }
      },
      ({ source }, error) => answers.set(source, error),
    );
  await Promise.all([read("freshness/content-clocks"), read("freshness/business-clock")]);
  return answers;
}

type ContentStatement = "freshness/content-clocks" | "freshness/business-clock";

export function contentStatement({ arrival }: Source): ContentStatement {
  return arrival === null ? "freshness/business-clock" : "freshness/content-clocks";
}

/** The parameters of all branches. */
export function contentParams(statement: ContentStatement, { now, seenUntil, knownUntil }: Instants): Inputs {
  if (statement === "freshness/business-clock") return { params: { now } };
  return { params: { now, seen_until: seenUntil, known_until: knownUntil } };
}

export function contentInputs({ source, from }: ContentRequest): Inputs {
  const { arrival, businessDate, timeZone } = source;
  const names = {
    table: nameOf(source.table),
    business_day: businessDate === null ? Fragment.noDay : Fragment.day(businessDate, "zone_{{n}}"),
  };
  if (arrival === null) return { names, params: { zone: timeZone } };
  return { names: { ...names, arrival }, params: { zone: timeZone, from }, types: { from: "TIMESTAMP" } };
}

function contentOf(row: Row | undefined, source: Source): Content {
  if (row === undefined) throw new Error(`no answer for ${source.id} among the content clocks`);
  const newestBusinessDay = source.businessDate === null ? null : dayOrNull(row, "newest_business_day");
  if (source.arrival === null) {
    return { newestArrival: null, newestBusinessDay, arrivalsInFuture: 0, farthestArrival: null };
  }
  return {
    newestArrival: instantOrNull(row, "newest_arrival"),
    newestBusinessDay,
    arrivalsInFuture: numberOf(row, "arrivals_in_future"),
    farthestArrival: instantOrNull(row, "farthest_arrival"),
  };
}
