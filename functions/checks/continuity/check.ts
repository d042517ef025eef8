import type { Source } from "../../shared/config/types.ts";
import { dayOf } from "../../shared/days.ts";
import { WarehouseError } from "../../shared/stores/bigquery/error.ts";
import type { Check } from "../check.ts";
import { type CheckInput, listingOf, statsOf, windowIn } from "../input.ts";
import { listedIn } from "../table-stats/listing.ts";
import { judgeContinuity } from "./judge.ts";

/** Checks that every day has rows, for each source with business days. */
export const continuity = {
  id: "continuity",
  judge: (input) =>
    input.file.sources.flatMap((source) => {
      const seen = daysOf(source, input);
      return seen === null ? [] : [judgeContinuity({ source, ...seen }, windowIn(source, input), input.now)];
    }),
} as const satisfies Check;

function daysOf(source: Source, input: CheckInput) {
  if (source.businessDate === null) return null;
  const { firstDay } = windowIn(source, input);
  if (source.table.table.endsWith("*")) {
    const days = shardDays(source, input);
    const [first] = days instanceof WarehouseError ? [] : days;
    return { days, newestArrival: null, expectedFrom: first ?? firstDay, money: null };
  }
  const answer = statsOf(source, input);
  if (answer instanceof WarehouseError)
    return { days: answer, newestArrival: null, expectedFrom: firstDay, money: null };
  const days = answer.days.flatMap(({ day }) => day ?? []);
  const created = listedIn(input.facts.listings, source.table)?.created;
  // A table that was read completely and holds nothing older began within the window; so did a table created
  // in it.
  const isYoung =
    answer.request.from === null
      ? answer.before.rows === 0
      : created !== undefined && dayOf(created, source.timeZone) > firstDay;
  return {
    days,
    newestArrival: answer.newestArrival,
    expectedFrom: isYoung ? (days[0] ?? firstDay) : firstDay,
    money:
      source.money === null
        ? null
        : answer.days.flatMap(({ day, clean }) =>
            day === null ? [] : [{ day, amount: clean === null ? null : Number(clean) }],
          ),
  };
}

function shardDays({ table, businessDate }: Source, input: CheckInput): readonly string[] | WarehouseError {
  const listing = listingOf(table, input);
  if (listing instanceof WarehouseError) return listing;
  if (businessDate !== "_TABLE_SUFFIX") return [];
  const prefix = table.table.slice(0, -1);
  return [...listing.values()]
    .filter((it) => it.table.startsWith(prefix) && it.rows > 0)
    .map((it) => it.table.slice(prefix.length))
    .filter((suffix) => /^\d{8}$/.test(suffix))
    .map((suffix) => suffix.replace(/^(\d{4})(\d{2})(\d{2})$/, "$1-$2-$3"))
    .sort();
}
