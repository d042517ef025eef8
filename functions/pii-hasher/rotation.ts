import { loadWarehouseFile } from "../shared/config/load.ts";
import { wallClock } from "../shared/function/context.ts";
import { flag } from "../shared/http/flag.ts";
import type { Call, Methods } from "../shared/http/handle.ts";
import { Problem } from "../shared/http/problem.ts";
import type { Answer } from "../shared/http/respond.ts";
import { tickOf } from "../shared/http/tick.ts";
import { addToRequestLog } from "../shared/log.ts";
import type { Block } from "../shared/report/blocks.ts";
import { formatInstant } from "../shared/report/format.ts";
import { withLease } from "../shared/runs/lease.ts";
import { openWarehouse } from "../shared/stores/bigquery/bigquery.ts";
import { narrowed } from "./gather.ts";
import { rotate, undo } from "./rotate/rotate.ts";
import { type RegisteredKey, readRegistry, rotationIn } from "./tables/keys.ts";

/** Which keys there have been, and whether a rotation is under way. */
async function showRotation(): Promise<Answer> {
  const file = await loadWarehouseFile();
  narrowed(file.pii, undefined);
  const warehouse = openWarehouse({ ...file, from: "pii-hasher" });
  const registry = await readRegistry(warehouse);
  return {
    json: {
      under_way: rotationIn(registry)?.generation ?? null,
      keys: registry.map((it) => ({
        generation: it.generation,
        secret_version: it.secretVersion,
        fingerprint: it.fingerprint,
        status: it.status,
        registered_at: it.registeredAt.toISOString(),
      })),
    },
    report: { title: "Keys", blocks: blocksOf(registry) },
  };
}

function blocksOf(registry: readonly RegisteredKey[]): Block[] {
  const underWay = rotationIn(registry);
  return [
    { kind: "heading", level: 1, text: "Keys that PII is hashed with" },
    {
      kind: "paragraph",
      text:
        underWay === null
          ? "No rotation is running. Add a version of the secret, then POST /pii-hasher/rotation."
          : `The rotation to key ${underWay.generation} is under way (${underWay.status}). POST /pii-hasher/rotation goes on with it, and so does the next tick; with ?undo=1 it is taken back.`,
    },
    {
      kind: "table",
      columns: ["Key", "Status", "Fingerprint", "Secret", "Registered"].map((label) => ({ label })),
      rows: registry.map((it) => [
        it.generation,
        it.status,
        it.fingerprint,
        it.secretVersion,
        formatInstant(it.registeredAt),
      ]),
    },
  ];
}

/** Begins a rotation, goes on with it, or takes it back. */
async function changeRotation({ headers, query }: Call): Promise<Answer> {
  const file = await loadWarehouseFile();
  const { now } = tickOf(headers, wallClock);
  const pii = narrowed(file.pii, undefined);
  const back = flag("undo", query.undo);
  const warehouse = openWarehouse({ ...file, from: "pii-hasher" });
  const done = await withLease("pii-hasher", warehouse, () =>
    back ? undo(pii, warehouse, now) : rotate(pii, warehouse, now),
  );
  if (done === null)
    throw new Problem(
      503,
      "Another run is at work",
      "Try it again in some minutes; one that died gives way by itself.",
    );
  addToRequestLog({ rotation: done.status, generation: done.generation });
  return { json: done };
}

export const rotationPath: Methods = {
  GET: { formats: ["json", "markdown", "html"], answer: showRotation },
  POST: { query: ["undo"], answer: changeRotation },
};
