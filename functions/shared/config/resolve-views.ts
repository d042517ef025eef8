import { known, placeOf } from "./resolved.ts";
import { defaults, type WrittenFile } from "./schema.ts";
import type { DedupView, Money, Platform, Source, TableName } from "./types.ts";

/** Clean views and platforms of a file without mistakes. */
export function resolveViews(
  file: WrittenFile,
  sources: ReadonlyMap<string, Source>,
): { readonly dedupViews: readonly DedupView[]; readonly platforms: readonly Platform[] } {
  return {
    dedupViews: Object.entries(file.dedup_views ?? {}).map(([id, it]): DedupView => {
      const source = known(sources, it.source);
      if (source.arrival === null) throw new Error(`${it.source} has no arrival`);
      return {
        id,
        source: { ...source, arrival: source.arrival },
        view: it.view === undefined ? { ...source.table, table: id } : tableName(it.view, file.project),
        tieBreak: it.tie_break ?? [],
        sync: it.sync === undefined || it.sync === "unknown" ? null : placeOf(it.sync),
        syncUnknown: it.sync === "unknown",
        money: it.money === undefined ? source.money : moneyOf(it.money),
        maxRemoved: Number.parseFloat(it.max_removed ?? defaults.maxRemoved) / 100,
        adopt: it.adopt ?? false,
      };
    }),
    platforms: Object.entries(file.platforms ?? {}).map(([id, it]): Platform => {
      const spend = known(sources, it.spend);
      const revenue = known(sources, it.revenue.source);
      if (spend.money === null || revenue.businessDate === null) throw new Error(`${id} is not whole`);
      return {
        id,
        name: it.name,
        spend: { ...spend, money: spend.money },
        revenue: {
          source: { ...revenue, businessDate: revenue.businessDate },
          column: it.revenue.column,
          currency: it.revenue.currency,
          attributedBy: it.revenue.attributed_by,
          is: it.revenue.is.map((value) => value.trim().toLowerCase()),
          currencyColumn: it.revenue.currency_column ?? null,
        },
        campaigns:
          it.campaigns === undefined
            ? null
            : { spend: placeOf(it.campaigns.spend), revenue: it.campaigns.revenue },
      };
    }),
  };
}

export function tableName(written: string, project: string): TableName {
  const parts = written.split(".");
  const [dataset = "", table = ""] = parts.slice(-2);
  return { project: parts.length === 3 ? (parts[0] ?? project) : project, dataset, table };
}

export function moneyOf(written: NonNullable<WrittenFile["sources"][string]["money"]>): Money {
  const { currency, currency_column, kind } = written;
  return { ...placeOf(written), currency, currencyColumn: currency_column ?? null, kind };
}
