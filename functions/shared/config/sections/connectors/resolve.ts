import { getOrThrow, ms, type Resolved } from "../../values/resolved.ts";
import type { WrittenConnectors } from "./schema.ts";

export function resolveConnectors(file: WrittenConnectors) {
  const hosts = Object.entries(file.hosts ?? {}).map(([id, it]) => ({
    id,
    name: it.name,
    owner: it.owner ?? null,
    /** Actions, most likely first. */
    runbook: it.runbook ?? [],
    /** In the order of the file; may be empty. */
    links: it.links ?? [],
  }));
  const byId = new Map(hosts.map((host) => [host.id, host]));
  const connectors = Object.entries(file.connectors).map(([id, it]) => ({
    id,
    name: it.name,
    host: it.host === undefined ? null : getOrThrow(byId, it.host),
    /** Expected interval between deliveries. */
    everyMs: ms(it.every),
    owner: it.owner ?? null,
    /** Known failure modes, most likely first; quoted as probable. */
    usualCauses: it.usual_causes ?? [],
    runbook: it.runbook ?? [],
    links: it.links ?? [],
  }));
  return { hosts, connectors };
}

/** Moves data from one vendor account into the warehouse. */
export type Connector = Resolved<ReturnType<typeof resolveConnectors>>["connectors"][number];

/**
 * A machine or service that several connectors share; if they stop at the same time, it is the probable
 * cause.
 */
export type Host = Resolved<ReturnType<typeof resolveConnectors>>["hosts"][number];

/** A page that helps when data stops, like the connection in Airbyte: a label of 1 to 60 characters, and http or https. */
export type Link = Connector["links"][number];
