import type { Content, Metadata, Observation } from "../../functions/checks/freshness/types.ts";
import type { Connector, Host, Source } from "../../functions/shared/config/types.ts";
import { instantsOf } from "../../functions/shared/instants.ts";

/** A small world: a healthy source, and what is changed about it. Noon of 8 February 2026. */
export const noon = new Date("2026-02-08T12:00:00Z");

/** A tick at noon. */
export const atNoon = instantsOf(noon, noon);

export const hours = (count: number) => count * 3_600_000;
export const days = (count: number) => hours(24 * count);
export const ago = (ms: number) => new Date(noon.getTime() - ms);

export function aHost(parts: Partial<Host> = {}): Host {
  return {
    id: "airbyte",
    name: "Airbyte VM",
    owner: "platform@example.com",
    runbook: ["Restart the VM"],
    ...parts,
  };
}

export function aConnector(parts: Partial<Connector> = {}): Connector {
  return {
    id: "facebook",
    name: "Facebook Marketing",
    host: null,
    everyMs: hours(24),
    owner: null,
    usualCauses: [],
    runbook: ["Renew the token"],
    ...parts,
  };
}

export function aSource(parts: Partial<Source> = {}): Source {
  return {
    id: "facebook_ads",
    table: { project: "shop", dataset: "ads", table: "facebook_ads" },
    connector: aConnector(),
    owner: "growth@example.com",
    timeZone: "UTC",
    arrival: "extracted_at",
    businessDate: "day",
    warnAfterMs: hours(30),
    criticalAfterMs: hours(48),
    alsoWrittenBy: [],
    builtFrom: [],
    uniqueKey: [],
    money: null,
    required: [],
    finalAfterMs: null,
    breakdown: null,
    runbook: [],
    ...parts,
  };
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
