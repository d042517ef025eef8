import type { Source } from "../../shared/config/types.ts";
import { endOfDay } from "../../shared/days.ts";
import { absolute, compare, type Decimal, sumOf } from "../../shared/decimal.ts";
import { formatDay, formatDays, formatDuration, formatList } from "../../shared/report/format.ts";
import { formatChange } from "../../shared/report/format-amount.ts";
import { WarehouseError } from "../../shared/stores/bigquery/error.ts";
import { Fragment } from "../../shared/stores/bigquery/fragment.ts";
import { type EvidenceQuery, found, notRead, ok, type Result, unknown } from "../result.ts";
import { joinInputs, sideInputs } from "../table-stats/evidence-sides.ts";
import type { DayStats, StatsAnswer, StatsRequest, TableStats, Window } from "../table-stats/types.ts";
import { type Difference, differenceOf, type Tolerance } from "../tolerance.ts";

interface FinalDay {
  readonly day: string;
  /** Sum now − sum when it was final; null if the current amounts are not readable. */
  readonly change: Difference | null;
}

/** Number of days that the text names. */
const namedAtMost = 3;

/**
 * Checks whether amounts changed after their day was final, which is `finalAfterMs` or longer after its end.
 *
 * A loader that appends keeps the old versions, so the earlier sum can be read. A loader that overwrites does
 * not; then only sums that an earlier run stored can be compared. Pure.
 *
 * @param remembered clean sums by day, as an earlier run stored them once the day was final; null if there
 *   are none
 */
export function judgeLateChanges(
  source: Source,
  answer: StatsAnswer,
  remembered: ReadonlyMap<string, Decimal> | null,
  tolerance: Tolerance,
  window: Window,
  now: Date,
): Result {
  const about = { check: "late_changes", subject: source.id, owner: source.owner } as const;
  if (answer instanceof WarehouseError) return notRead(about, answer);
  const { money, finalAfterMs, uniqueKey, arrival } = source;
  if (money === null || finalAfterMs === null)
    return unknown(
      about,
      "nothing_compared",
      "No final_after is set, so it is unknown when its amounts are final.",
    );

  const isFinal = (day: string) =>
    day >= window.firstDay &&
    day <= window.lastDay &&
    endOfDay(day, source.timeZone).getTime() + finalAfterMs <= now.getTime();
  // A loader that replaces rows has a key and an arrival too, and keeps no earlier version.
  const hasVersions = [...answer.days, answer.before].some(({ rows, facts }) => rows > facts);
  const keepsVersions = uniqueKey.length > 0 && arrival !== null && hasVersions;
  const then = keepsVersions ? knownWhenFinal(answer) : (remembered ?? new Map<string, Decimal>());
  const days = finalDays(answer, then, isFinal, tolerance);
  if (days.length === 0) {
    const isNoneFinal = !answer.days.some(({ day }) => day !== null && isFinal(day));
    if (isNoneFinal) {
      const text = `No day of the window is final yet: a day is final after ${formatDuration(finalAfterMs)}.`;
      return unknown(about, "nothing_compared", text);
    }
    return keepsVersions
      ? unknown(about, "nothing_compared", "No day had amounts when it became final.")
      : unknown(about, "nothing_remembered", nothingRemembered);
  }

  const changed = days.flatMap(({ day, change }) => (change?.counts ? [{ day, change }] : []));
  const unreadable = days.filter(({ change }) => change === null).map(({ day }) => day);
  const total = sumOf(changed.map(({ change }) => change.amount)) ?? "0";
  const evidence = {
    days_compared: days.length - unreadable.length,
    from: days[0]?.day ?? null,
    to: days.at(-1)?.day ?? null,
    changed_days: changed.map(({ day }) => day),
    changes: changed.map(({ day, change }) => `${day} ${signed(change.amount)}`),
    total_change: total,
    currency: money.currency,
    unreadable_days: unreadable,
  };
  if (changed.length === 0) {
    if (unreadable.length > 0) {
      const text = `Amounts can no longer be read of ${formatDays(unreadable)}.`;
      return unknown(about, "amounts_unreadable", text, { evidence });
    }
    const which = days.length === 1 ? "The 1 final day is" : `All ${days.length} final days are`;
    return ok(about, `${which} as of then: ${formatDays(days.map(({ day }) => day))}.`, evidence);
  }
  const amount = Number(sumOf(changed.map(({ change }) => absolute(change.amount))));
  return found(about, {
    status: "warning",
    code: "changed_when_final",
    text: textOf(changed, days.length, total, money.currency),
    evidence,
    cause: `Amounts probably settle later than ${formatDuration(finalAfterMs)} after the day, or ${source.connector.name} has delivered old days again.`,
    impact: {
      amount,
      low: amount,
      high: amount,
      currency: money.currency,
      what: `${money.kind} changed after its day was final`,
      basis: "Sum of what each of these days has changed by since it was final, whichever way",
    },
    actions: [
      `Inform the users of figures of ${formatDays(changed.map(({ day }) => day))} that they have changed`,
      `If this goes on, set a longer final_after for source ${source.id} in the warehouse file`,
    ],
    query: arrival !== null ? queryOf(answer.request, changed, finalAfterMs) : null,
  });
}

const nothingRemembered =
  "Earlier amounts were overwritten, and no run has recorded a day since it was final.";

function knownWhenFinal({ days }: TableStats): ReadonlyMap<string, Decimal> {
  return new Map(
    days.flatMap(({ day, whenFinal }) =>
      day === null || whenFinal === null ? [] : [[day, whenFinal] as const],
    ),
  );
}

/** Final days with a known earlier sum, oldest first. A day that has no rows any more counts as zero now. */
function finalDays(
  { days }: TableStats,
  then: ReadonlyMap<string, Decimal>,
  isFinal: (day: string) => boolean,
  tolerance: Tolerance,
): FinalDay[] {
  const byDay = new Map(days.map((it) => [it.day, it]));
  return [...then]
    .filter(([day]) => isFinal(day))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([day, before]) => {
      const after = amountOf(byDay.get(day));
      return { day, change: after === null ? null : differenceOf(after, before, tolerance) };
    });
}

/** Zero if there are no facts; null if there are facts and no amount is readable. */
function amountOf(day: DayStats | undefined): Decimal | null {
  return day === undefined || day.facts === 0 ? "0" : day.clean;
}

function signed(amount: Decimal): string {
  return compare(amount, "0") > 0 ? `+${amount}` : amount;
}

function textOf(
  changed: readonly { readonly day: string; readonly change: Difference }[],
  of: number,
  total: Decimal,
  currency: string,
): string {
  const named = changed
    .slice(0, namedAtMost)
    .map(({ day, change }) => `${formatDay(day)} by ${formatChange(change.amount, currency)}`);
  const others = changed.length - named.length;
  const all = others > 0 ? [...named, `${others} more`] : named;
  const sum = changed.length === 1 ? "" : `; ${formatChange(total, currency)} in all`;
  return `${changed.length} of ${of} days ${changed.length === 1 ? "has" : "have"} changed after being final: ${formatList(all)}${sum}.`;
}

function queryOf(
  request: StatsRequest,
  changed: readonly { readonly day: string }[],
  finalAfterMs: number,
): EvidenceQuery {
  return {
    statement: "late-changes/evidence",
    inputs: joinInputs([sideInputs("source", request)], {
      names: {
        touched:
          request.key.length === 0
            ? Fragment.of`is_late AND is_of_day`
            : Fragment.of`LOGICAL_OR(is_late) OVER (PARTITION BY fact_key) AND LOGICAL_OR(is_of_day) OVER (PARTITION BY fact_key)`,
      },
      params: { days: changed.map(({ day }) => day), final_after: Math.ceil(finalAfterMs / 1_000) },
      types: { days: ["DATE"], final_after: "INT64" },
    }),
  };
}
