import { resolvePii } from "./resolve-pii.ts";
import {
  expectationsOf,
  resolvePairs,
  resolveReconciliation,
  withBreakdowns,
} from "./resolve-reconciliation.ts";
import { resolveTell } from "./resolve-tell.ts";
import { moneyOf, resolveViews, tableName } from "./resolve-views.ts";
import { known, ms } from "./resolved.ts";
import { defaults, type WrittenFile } from "./schema.ts";
import type { Connector, Host, Source, WarehouseFile } from "./types.ts";

/** The function that empties raw tables: what it writes says nothing of arrivals. */
const hasher = "pii-hasher";

function isEmptied(file: WrittenFile, source: string): boolean {
  return Object.hasOwn(file.pii?.tables ?? {}, source);
}

/** A file without mistakes, with every reference followed and every default applied. */
export function resolve(file: WrittenFile): WarehouseFile {
  const hosts = new Map(
    Object.entries(file.hosts ?? {}).map(([id, it]): [string, Host] => [
      id,
      { id, name: it.name, owner: it.owner ?? null, runbook: it.runbook ?? [], links: it.links ?? [] },
    ]),
  );
  const connectors = new Map(
    Object.entries(file.connectors).map(([id, it]): [string, Connector] => [
      id,
      {
        id,
        name: it.name,
        host: it.host === undefined ? null : known(hosts, it.host),
        everyMs: ms(it.every),
        owner: it.owner ?? null,
        usualCauses: it.usual_causes ?? [],
        runbook: it.runbook ?? [],
        links: it.links ?? [],
      },
    ]),
  );
  const warnAfter = file.freshness?.warn_after ?? defaults.warnAfter;
  const criticalAfter = file.freshness?.critical_after ?? defaults.criticalAfter;
  const uncut = Object.entries(file.sources).map(
    ([id, it]): Source => ({
      id,
      table: tableName(it.table, file.project),
      connector: known(connectors, it.connector),
      owner: it.owner,
      timeZone: it.time_zone ?? file.time_zone,
      arrival: it.arrival ?? null,
      businessDate: it.business_date ?? null,
      warnAfterMs: ms(it.warn_after ?? warnAfter),
      criticalAfterMs: ms(it.critical_after ?? criticalAfter),
      alsoWrittenBy: [...new Set([...(it.also_written_by ?? []), ...(isEmptied(file, id) ? [hasher] : [])])],
      builtFrom: it.built_from ?? [],
      uniqueKey: it.unique_key ?? [],
      money: it.money === undefined ? null : moneyOf(it.money),
      ...expectationsOf(it),
      breakdown: null,
      runbook: it.runbook ?? [],
      links: it.links ?? [],
    }),
  );
  const sources = withBreakdowns(uncut, file.sources);
  const byId = new Map(sources.map((source) => [source.id, source]));
  const views = resolveViews(file, byId);
  return {
    project: file.project,
    location: file.location,
    timeZone: file.time_zone,
    opsDataset: file.ops_dataset,
    hosts: [...hosts.values()],
    connectors: [...connectors.values()],
    sources,
    ...views,
    pii: resolvePii(file, byId),
    pairs: resolvePairs(file),
    reconciliation: resolveReconciliation(file.reconciliation),
    tell: resolveTell(file.tell, sources, views.dedupViews),
  };
}
