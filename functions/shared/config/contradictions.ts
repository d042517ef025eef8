import { builtFromContradictions } from "./built-from.ts";
import {
  type Contradiction,
  isTree,
  type Path,
  reference,
  type Tree,
  tree,
  unused,
} from "./contradiction.ts";
import { durationMs } from "./duration.ts";
import { piiContradictions } from "./pii-contradictions.ts";
import { reconciliationContradictions } from "./reconciliation-contradictions.ts";
import { defaults } from "./schema.ts";
import { notificationContradictions } from "./tell-contradictions.ts";
import { timeZone } from "./time-zone.ts";
import { viewContradictions } from "./view-contradictions.ts";

/**
 * What single values cannot say: references to nothing, thresholds in the wrong order, clocks that fit no
 * table. Reads the file as it is, so that it finds these even where other lines are wrong; what is malformed
 * has its own message and is passed over here.
 */
export function findContradictions(file: unknown): Contradiction[] {
  const root = tree(file);
  const [hosts, connectors, sources] = [tree(root.hosts), tree(root.connectors), tree(root.sources)];
  return [
    ...timeZone(root.time_zone, ["time_zone"]),
    ...thresholds(tree(root.freshness), ["freshness"], root),
    ...Object.entries(connectors).flatMap(([id, it]) =>
      reference(tree(it).host, hosts, ["connectors", id, "host"], "host"),
    ),
    ...Object.entries(sources).flatMap(([id, it]) => sourceContradictions(tree(it), ["sources", id], root)),
    ...sameTwice(sources, root.project),
    ...builtFromContradictions(sources),
    ...viewContradictions(root),
    ...piiContradictions(root),
    ...reconciliationContradictions(root),
    ...empty(root, "sources", "nothing would be watched; name at least one source"),
    ...empty(tree(root.notifications), "channels", "nobody would be told; name at least one channel", [
      "notifications",
    ]),
    ...unused(
      connectors,
      Object.values(sources).map((it) => tree(it).connector),
      ["connectors"],
      "source",
    ),
    ...unused(
      hosts,
      Object.values(connectors).map((it) => tree(it).host),
      ["hosts"],
      "connector",
    ),
    ...notificationContradictions(tree(root.notifications), root),
  ];
}

function sourceContradictions(source: Tree, path: Path, root: Tree): Contradiction[] {
  const connectors = tree(root.connectors);
  const isPattern = typeof source.table === "string" && source.table.endsWith("*");
  const found: Contradiction[] = [
    ...reference(source.connector, connectors, [...path, "connector"], "connector"),
    ...timeZone(source.time_zone, [...path, "time_zone"]),
    ...thresholds(source, path, root),
  ];
  const say = (key: string, message: string) => found.push({ path: [...path, key], message });

  if (source.business_date === "_TABLE_SUFFIX" && !isPattern && typeof source.table === "string") {
    say(
      "business_date",
      "_TABLE_SUFFIX is there only when the table is a pattern ending in *; name a column",
    );
  }
  if (source.money !== undefined && source.arrival === undefined) {
    say("money", "money needs an arrival column, to know from when on it is missing; add arrival: <column>");
  }
  const every = durationMs(tree(connectors[String(source.connector)]).every);
  const warn = durationMs(source.warn_after ?? tree(root.freshness).warn_after ?? defaults.warnAfter);
  if (every !== null && warn !== null && warn < every) {
    const key = source.warn_after === undefined ? "connector" : "warn_after";
    say(
      key,
      `it would warn in every healthy cycle: the connector delivers every ${tree(connectors[String(source.connector)]).every}; ` +
        "set warn_after longer than that",
    );
  }
  return found;
}

function thresholds(own: Tree, path: Path, root: Tree): Contradiction[] {
  if (own.warn_after === undefined && own.critical_after === undefined) return [];
  const common = tree(root.freshness);
  const warn = durationMs(own.warn_after ?? common.warn_after ?? defaults.warnAfter);
  const critical = durationMs(own.critical_after ?? common.critical_after ?? defaults.criticalAfter);
  if (warn === null || critical === null || critical > warn) return [];
  const key = own.critical_after === undefined ? "warn_after" : "critical_after";
  return [{ path: [...path, key], message: "critical_after must be longer than warn_after" }];
}

function sameTwice(sources: Tree, project: unknown): Contradiction[] {
  const first = new Map<string, string>();
  return Object.entries(sources).flatMap(([id, it]) => {
    const { table, arrival } = tree(it);
    if (typeof table !== "string") return [];
    const whole = table.split(".").length === 2 ? `${project}.${table}` : table;
    const other = first.get(`${whole} ${arrival}`);
    if (other === undefined) {
      first.set(`${whole} ${arrival}`, id);
      return [];
    }
    return [
      {
        path: ["sources", id, "table"],
        message: `${other} watches this table by the same clock already; remove one`,
      },
    ];
  });
}

function empty(parent: Tree, key: string, message: string, path: Path = []): Contradiction[] {
  const section = parent[key];
  const isEmpty = section === null || (isTree(section) && Object.keys(section).length === 0);
  return isEmpty ? [{ path: [...path, key], message }] : [];
}
