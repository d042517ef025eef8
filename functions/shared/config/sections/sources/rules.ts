import type { Draft } from "../../values/draft.ts";
import { durationMs } from "../../values/duration.ts";
import { type Contradiction, empty, type Path, reference, unused } from "../../values/rule.ts";
import { fullName } from "../../values/table-name.ts";
import { timeZone } from "../../values/time-zone.ts";
import type { WrittenConnectors } from "../connectors/schema.ts";
import type { WrittenProject } from "../project/schema.ts";
import { builtFromRules } from "./built-from.ts";
import { freshnessDefaults, type WrittenSource, type WrittenSources } from "./schema.ts";

type File = Draft<WrittenProject & WrittenConnectors & WrittenSources>;
type Source = Draft<WrittenSource>;
type Sources = NonNullable<File["sources"]>;
type Thresholds = NonNullable<File["freshness"]>;

/**
 * Unknown references, thresholds in the wrong order, clocks that do not fit the table, amounts that cannot be
 * compared.
 */
export function sourceRules(file: File): Contradiction[] {
  const { connectors, sources = {}, freshness = {} } = file;
  return [
    ...thresholds(freshness, ["freshness"], {}),
    ...Object.entries(sources).flatMap(([id, source = {}]) => {
      const path = ["sources", id];
      return [
        ...reference(source.connector, connectors, [...path, "connector"], "connector"),
        ...timeZone(source.time_zone, [...path, "time_zone"]),
        ...thresholds(source, path, freshness),
        ...clocks(source, path),
        ...healthyCycle(source, path, file),
        ...required(id, source),
        ...finality(id, source),
        ...breakdown(id, source, sources),
      ];
    }),
    ...watchedTwice(sources, file.project),
    ...builtFromRules(sources),
    ...empty(file.sources, ["sources"], "nothing would be monitored; name at least one source"),
    ...unused(
      connectors,
      Object.values(sources).map((it) => it?.connector),
      ["connectors"],
      "source",
    ),
  ];
}

function clocks(source: Source, path: Path): Contradiction[] {
  const found: Contradiction[] = [];
  const isPattern = typeof source.table === "string" && source.table.endsWith("*");
  if (source.business_date === "_TABLE_SUFFIX" && !isPattern && typeof source.table === "string")
    found.push({
      path: [...path, "business_date"],
      message: "_TABLE_SUFFIX is there only when the table is a pattern ending in *; name a column",
    });
  if (source.money !== undefined && source.arrival === undefined)
    found.push({
      path: [...path, "money"],
      message: "money needs an arrival column, to know from when on it is missing; add arrival: <column>",
    });
  return found;
}

function healthyCycle(source: Source, path: Path, { connectors = {}, freshness }: File): Contradiction[] {
  const cycle = typeof source.connector === "string" ? connectors[source.connector]?.every : undefined;
  const every = durationMs(cycle);
  const warn = durationMs(source.warn_after ?? freshness?.warn_after ?? freshnessDefaults.warnAfter);
  if (every === null || warn === null || warn >= every) return [];
  const key = source.warn_after === undefined ? "connector" : "warn_after";
  const message = `it would warn in every healthy cycle: the connector delivers every ${String(cycle)}; set warn_after longer than that`;
  return [{ path: [...path, key], message }];
}

function thresholds(own: Thresholds, path: Path, common: Thresholds): Contradiction[] {
  if (own.warn_after === undefined && own.critical_after === undefined) return [];
  const warn = durationMs(own.warn_after ?? common.warn_after ?? freshnessDefaults.warnAfter);
  const critical = durationMs(own.critical_after ?? common.critical_after ?? freshnessDefaults.criticalAfter);
  if (warn === null || critical === null || critical > warn) return [];
  const key = own.critical_after === undefined ? "warn_after" : "critical_after";
  return [{ path: [...path, key], message: "critical_after must be longer than warn_after" }];
}

function watchedTwice(sources: Sources, project: File["project"]): Contradiction[] {
  const first = new Map<string, string>();
  return Object.entries(sources).flatMap(([id, it]) => {
    const table = fullName(it?.table, project);
    if (table === null) return [];
    const clock = `${table} ${String(it?.arrival)}`;
    const other = first.get(clock);
    if (other === undefined) {
      first.set(clock, id);
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

function required(id: string, source: Source): Contradiction[] {
  const message = "_TABLE_SUFFIX always holds a value: it is the shard's name; remove it";
  return (source.required ?? []).flatMap((column, at) =>
    column === "_TABLE_SUFFIX" ? [{ path: ["sources", id, "required", at], message }] : [],
  );
}

function finality(id: string, source: Source): Contradiction[] {
  if (source.final_after === undefined) return [];
  const path = ["sources", id, "final_after"];
  if (source.money === undefined)
    return [{ path, message: `${id} has no amounts that could change; add money to it, or remove the line` }];
  if (source.business_date === undefined) {
    const message = `${id} does not say of which day an amount is; add business_date: <column> to it`;
    return [{ path, message }];
  }
  return [];
}

function breakdown(id: string, source: Source, sources: Sources): Contradiction[] {
  if (source.breakdown === undefined) return [];
  const { of } = source.breakdown;
  const path: Path = ["sources", id, "breakdown"];
  const at = [...path, "of"];
  const noDay = (which: string) =>
    `${which} does not say of which day a row is, so that no two days can be compared; add business_date: <column> to it`;
  const found = reference(of, sources, at, "source");
  if (source.business_date === undefined) found.push({ path, message: noDay(id) });
  const base = typeof of === "string" ? sources[of] : undefined;
  if (typeof of !== "string" || base === undefined) return found;
  if (of === id) {
    found.push({ path: at, message: `${id} cannot break itself down; name the source it is cut from` });
    return found;
  }
  if (base.money === undefined)
    found.push({
      path: at,
      message: `${of} has no money to break down; add it there, or name another source`,
    });
  if (base.business_date === undefined) found.push({ path: at, message: noDay(of) });
  if (base.breakdown !== undefined)
    found.push({ path: at, message: `${of} is a breakdown itself; name the source that it is cut from` });
  const kind = source.money?.kind;
  if (typeof kind === "string" && kind === base.money?.kind) {
    const message = `this ${kind} is that of ${of} again and would be counted twice; remove money, the breakdown names its columns`;
    found.push({ path: ["sources", id, "money"], message });
  }
  return found;
}
