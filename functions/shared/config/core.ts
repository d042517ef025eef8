import { z } from "zod";
import { resolveConnectors } from "./sections/connectors/resolve.ts";
import { connectorRules } from "./sections/connectors/rules.ts";
import { connectorKeys } from "./sections/connectors/schema.ts";
import { resolveDedupViews } from "./sections/dedup-views/resolve.ts";
import { dedupViewRules } from "./sections/dedup-views/rules.ts";
import { dedupViewKeys } from "./sections/dedup-views/schema.ts";
import { resolveNotifications } from "./sections/notifications/resolve.ts";
import { notificationRules } from "./sections/notifications/rules.ts";
import { notificationKeys } from "./sections/notifications/schema.ts";
import { resolvePairs } from "./sections/pairs/resolve.ts";
import { pairRules } from "./sections/pairs/rules.ts";
import { pairKeys } from "./sections/pairs/schema.ts";
import { resolvePii } from "./sections/pii/resolve.ts";
import { piiRules } from "./sections/pii/rules.ts";
import { piiKeys } from "./sections/pii/schema.ts";
import { resolvePlatforms } from "./sections/platforms/resolve.ts";
import { platformRules } from "./sections/platforms/rules.ts";
import { platformKeys } from "./sections/platforms/schema.ts";
import { resolveProject } from "./sections/project/resolve.ts";
import { projectRules } from "./sections/project/rules.ts";
import { projectKeys } from "./sections/project/schema.ts";
import { resolveReconciliation } from "./sections/reconciliation/resolve.ts";
import { reconciliationRules } from "./sections/reconciliation/rules.ts";
import { reconciliationKeys } from "./sections/reconciliation/schema.ts";
import { resolveSources } from "./sections/sources/resolve.ts";
import { sourceRules } from "./sections/sources/rules.ts";
import { sourceKeys } from "./sections/sources/schema.ts";
import type { Draft } from "./values/draft.ts";
import type { Resolved } from "./values/resolved.ts";
import type { Contradiction } from "./values/rule.ts";

/**
 * The schema of the warehouse file. `parse.ts` checks with it, and the JSON Schema for editors is generated
 * from it. The rules check values against each other.
 */
export const warehouseFileSchema = z
  .strictObject({
    ...projectKeys,
    ...connectorKeys,
    ...sourceKeys,
    ...dedupViewKeys,
    ...platformKeys,
    ...piiKeys,
    ...pairKeys,
    ...reconciliationKeys,
    ...notificationKeys,
  })
  .meta({ title: "Plumbline warehouse file" });

export type WrittenFile = z.infer<typeof warehouseFileSchema>;

/**
 * Checks of values against each other. A rule reads a draft, so that it finds its mistakes even if other
 * lines are wrong; a malformed value has its own message, and the rules skip it.
 */
export const rules: readonly ((file: Draft<WrittenFile>) => Contradiction[])[] = [
  projectRules,
  connectorRules,
  sourceRules,
  dedupViewRules,
  platformRules,
  piiRules,
  pairRules,
  reconciliationRules,
  notificationRules,
];

/** Follows every reference and applies every default of a file without mistakes. */
export function resolve(file: WrittenFile) {
  const { hosts, connectors } = resolveConnectors(file);
  const sources = resolveSources(file, connectors, Object.keys(file.pii?.tables ?? {}));
  const byId = new Map(sources.map((source) => [source.id, source]));
  const dedupViews = resolveDedupViews(file, byId);
  return {
    ...resolveProject(file),
    hosts,
    connectors,
    sources,
    dedupViews,
    platforms: resolvePlatforms(file, byId),
    pii: resolvePii(file, byId),
    pairs: resolvePairs(file),
    reconciliation: resolveReconciliation(file),
    notifications: resolveNotifications(file, sources, dedupViews),
  };
}

/**
 * The warehouse file as the functions use it: durations in milliseconds, every reference resolved, every
 * default applied. `parse.ts` is its only producer.
 */
export type WarehouseFile = Resolved<ReturnType<typeof resolve>>;
