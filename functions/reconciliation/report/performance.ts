import { areaTitle } from "../../checks/registry.ts";
import type { Return } from "../../checks/roas/returns.ts";
import { compare, type Decimal, sumOf } from "../../shared/decimal.ts";
import type { Block } from "../../shared/report/blocks.ts";
import { formatDay } from "../../shared/report/format.ts";
import { formatAmount } from "../../shared/report/format-amount.ts";
import type { Reported } from "./json.ts";
import { count, findings, heading, list, paragraph, resultsIn } from "./parts.ts";

/** Spend and revenue of each platform over the last 30 days, and up to the last complete day. */
export function performanceBlocks({ decision, file, brief }: Reported): Block[] {
  const { returns } = decision;
  if (returns.length === 0) return [];
  const results = resultsIn(decision, "performance");
  const [first] = returns;
  const [from, to] = [first?.verdict.firstDay ?? "", first?.verdict.lastDay ?? ""];
  return [
    heading(areaTitle("performance")),
    paragraph(
      `From ${formatDay(from)} to ${formatDay(to)}. A platform earns what it costs at ${file.reconciliation.breakEvenRoas}×.`,
    ),
    {
      kind: "table",
      columns: [
        { label: "Platform" },
        { label: "Spend", align: "right" },
        { label: "Attributed revenue", align: "right" },
        { label: "ROAS", align: "right" },
        { label: "From the raw table", align: "right" },
        { label: "Complete through" },
        { label: "ROAS up to there", align: "right" },
        { label: "Earns" },
      ],
      rows: returns.map((it) => rowOf(it, file.reconciliation.breakEvenRoas)),
    },
    ...returns.flatMap(picture),
    ...list(
      results
        .filter(({ check, status }) => check === "campaigns" && status === "ok")
        .map(
          (it) =>
            `${it.subject}: ${count(it, "matching")} of ${count(it, "campaigns")} campaigns of orders join with the platform's.`,
        ),
    ),
    ...findings(results, brief),
  ];
}

function rowOf({ platform, verdict, through, complete }: Return, breakEven: number) {
  const { currency } = platform.spend.money;
  const money = (amount: Decimal | null | undefined) =>
    amount == null ? "unknown" : formatAmount(amount, currency);
  const times = (ratio: Decimal | null | undefined) =>
    ratio == null ? "unknown" : `${Number(ratio).toFixed(2)}×`;
  return [
    platform.name,
    money(verdict.money?.spend),
    money(verdict.money?.revenue),
    times(verdict.money?.roas),
    times(verdict.money?.roasRaw),
    through === null ? "unknown" : formatDay(through),
    times(complete?.roas),
    earns(complete?.roas ?? null, breakEven),
  ];
}

function earns(roas: Decimal | null, breakEven: number): string {
  if (roas === null) return "unknown";
  return compare(roas, String(breakEven)) >= 0 ? "more than it costs" : "less than it costs";
}

function picture({ platform, days, through }: Return): Block[] {
  if (days.length === 0 || sumOf(days.flatMap(({ spend, revenue }) => [spend, revenue])) === null) return [];
  const values = (of: (day: Return["days"][number]) => Decimal | null) =>
    days.map((day) => {
      const amount = of(day);
      return amount === null ? null : Number(amount);
    });
  return [
    {
      kind: "bars",
      title: `${platform.name}: spend and attributed revenue by day`,
      days: days.map(({ day }) => day),
      series: [
        { label: "Spend", values: values(({ spend }) => spend) },
        { label: "Revenue", values: values(({ revenue }) => revenue) },
      ],
      unit: platform.spend.money.currency,
      ...(through !== null &&
        days.some(({ day }) => day === through) && { marked: { day: through, label: "complete through" } }),
    },
  ];
}
