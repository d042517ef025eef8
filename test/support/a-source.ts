import type { Content, Metadata, Observation } from "../../functions/checks/freshness/types.ts";
import { resolveConnectors } from "../../functions/shared/config/sections/connectors/resolve.ts";
import { resolveMoney, resolveSources } from "../../functions/shared/config/sections/sources/resolve.ts";
import type { Breakdown, Connector, Host, Money, Source } from "../../functions/shared/config/types.ts";
import { instantsOf } from "../../functions/shared/instants.ts";

/** A small world: a healthy source, and what is changed about it. Noon of 8 February 2026. */
export const noon = new Date("2026-02-08T12:00:00Z");

/** A tick at noon. */
export const atNoon = instantsOf(noon, noon);

export const hours = (count: number) => count * 3_600_000;
export const days = (count: number) => hours(24 * count);
export const ago = (ms: number) => new Date(noon.getTime() - ms);

/** As a warehouse file says it: whatever a test does not change is resolved as in a file that leaves it out. */
export const project = { project: "shop", location: "US", time_zone: "UTC", ops_dataset: "plumbline_ops" };

export function aHost(parts: Partial<Host> = {}): Host {
  const airbyte = { name: "Airbyte VM", owner: "platform@example.com", runbook: ["Restart the VM"] };
  return { ...only(resolveConnectors({ hosts: { airbyte }, connectors: {} }).hosts), ...parts };
}

export function aConnector(parts: Partial<Connector> = {}): Connector {
  const facebook = { name: "Facebook Marketing", every: "24h", runbook: ["Renew the token"] };
  return { ...only(resolveConnectors({ connectors: { facebook } }).connectors), ...parts };
}

export function aSource(parts: Partial<Source> = {}): Source {
  const source = {
    table: "ads.facebook_ads",
    connector: "facebook",
    owner: "growth@example.com",
    arrival: "extracted_at",
    business_date: "day",
  };
  const file = { ...project, sources: { facebook_ads: source } };
  return { ...only(resolveSources(file, [aConnector()], [])), ...parts };
}

/** Spend in dollars, of a plain column. */
export function aMoney(parts: Partial<Money> = {}): Money {
  return { ...resolveMoney({ column: "spend", currency: "USD", kind: "spend" }), ...parts };
}

/** The spend of `aSource` by age. */
export function aBreakdown(parts: Partial<Breakdown> = {}): Breakdown {
  return { of: { ...aSource(), money: aMoney(), breakdown: null }, column: "age", jsonPath: null, ...parts };
}

/** A table written 4 hours ago. */
export function metadata(parts: Partial<Metadata> = {}): Metadata {
  return {
    kind: "table",
    modified: ago(hours(4)),
    created: ago(days(400)),
    rows: 1_000,
    shardDay: null,
    ...parts,
  };
}

/** Rows that arrived 4 hours ago and reach into today. */
export function content(parts: Partial<Content> = {}): Content {
  return {
    newestArrival: ago(hours(4)),
    newestBusinessDay: "2026-02-08",
    arrivalsInFuture: 0,
    farthestArrival: ago(hours(4)),
    ...parts,
  };
}

export function observation(parts: Partial<Observation> = {}): Observation {
  return { source: aSource(), metadata: metadata(), content: content(), failure: null, ...parts };
}

/** The one that a file with one entry has. */
export function only<T>(all: readonly T[]): T {
  const [one] = all;
  if (one === undefined || all.length > 1) throw new Error(`there are ${all.length}, not one`);
  return one;
}
