import { type Document, isAlias, isMap, isScalar, isSeq, type Node, type YAMLMap } from "yaml";
import type { Path } from "./values/rule.ts";

/** Keys with their old names, and their paths: `*` is any id, and any item of a list. */
const renamed: readonly { readonly under: readonly string[]; readonly old: string; readonly now: string }[] =
  [
    { under: [], old: "tell", now: "notifications" },
    { under: ["notifications"], old: "remind_after", now: "repeat_after" },
    { under: ["notifications"], old: "all_quiet_at", now: "heartbeat_at" },
    { under: ["sources", "*"], old: "also_written_by", now: "other_writers" },
    { under: ["dedup_views", "*"], old: "remove_at_most", now: "max_removed" },
    { under: ["pii"], old: "left_out", now: "exclude" },
    { under: ["pii", "matches", "*"], old: "rest", now: "unmatched_are" },
    { under: ["reconciliation"], old: "whole_up_to", now: "full_scan_up_to" },
    { under: ["reconciliation"], old: "at_most", now: "max_scan" },
  ];

export interface RenamedKey {
  readonly path: Path;
  readonly message: string;
  readonly node: Node;
}

/**
 * Finds keys with old names and renames them in the document, so that the values below are checked too and
 * all mistakes are reported at once.
 */
export function renameOldKeys(document: Document): RenamedKey[] {
  return renamed.flatMap(({ under, old, now }) =>
    mapsAt(document, under).flatMap(({ map, path }): RenamedKey[] => {
      const pair = map.items.find(({ key }) => isScalar(key) && key.value === old);
      if (pair === undefined || !isScalar(pair.key)) return [];
      const { key } = pair;
      if (map.has(now)) map.items.splice(map.items.indexOf(pair), 1);
      else key.value = now;
      return [{ path: [...path, old], message: `${old} is now called ${now}: rename it`, node: key }];
    }),
  );
}

interface Place {
  readonly map: YAMLMap;
  readonly path: Path;
}

function mapsAt(document: Document, under: readonly string[]): Place[] {
  let places: readonly { readonly node: unknown; readonly path: Path }[] = [
    { node: document.contents, path: [] },
  ];
  for (const step of under)
    places = places.flatMap(({ node, path }) =>
      childrenOf(document, node)
        .filter(({ name }) => step === "*" || name === step)
        .map((child) => ({ node: child.node, path: [...path, child.name] })),
    );
  const seen = new Set<unknown>();
  return places.flatMap(({ node, path }) => {
    const map = followed(document, node);
    // Two aliases of one mapping are one mapping, whose key is renamed once.
    if (!isMap(map) || seen.has(map)) return [];
    seen.add(map);
    return [{ map, path }];
  });
}

function childrenOf(document: Document, parent: unknown): { name: string | number; node: unknown }[] {
  const node = followed(document, parent);
  if (isMap(node))
    return node.items.map(({ key, value }) => ({
      name: String(isScalar(key) ? key.value : key),
      node: value,
    }));
  return isSeq(node) ? node.items.map((item, at) => ({ name: at, node: item })) : [];
}

function followed(document: Document, node: unknown): unknown {
  return isAlias(node) ? node.resolve(document) : node;
}
