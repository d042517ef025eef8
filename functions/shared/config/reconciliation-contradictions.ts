import { type Contradiction, type Path, reference, type Tree, tree } from "./contradiction.ts";
import { pairContradictions } from "./pair-contradictions.ts";
import { defaults } from "./schema.ts";
import { sizeBytes } from "./size.ts";

/** What is held against the figures, where it cannot be: breakdowns of nothing, days that are never final. */
export function reconciliationContradictions(root: Tree): Contradiction[] {
  const sources = tree(root.sources);
  return [
    ...Object.entries(sources).flatMap(([id, it]) => [
      ...requiredContradictions(id, tree(it), tree(root.pii)),
      ...finalContradictions(id, tree(it)),
      ...breakdownContradictions(id, tree(it), sources),
    ]),
    ...pairContradictions(root),
    ...sizeContradictions(tree(root.reconciliation)),
  ];
}

function requiredContradictions(id: string, source: Tree, pii: Tree): Contradiction[] {
  const { emails, phones, erase } = tree(tree(pii.tables)[id]);
  const emptied = [...Object.keys(tree(emails)), ...Object.keys(tree(phones)), ...list(erase)];
  return list(source.required).flatMap((column, at) => {
    const path = ["sources", id, "required", at];
    if (column === "_TABLE_SUFFIX")
      return [{ path, message: "_TABLE_SUFFIX always holds a value: it is the shard's name; remove it" }];
    if (emptied.includes(column))
      return [
        { path, message: `${column} is emptied, as pii.tables.${id} says; remove it from one of them` },
      ];
    return [];
  });
}

function finalContradictions(id: string, source: Tree): Contradiction[] {
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

function breakdownContradictions(id: string, source: Tree, sources: Tree): Contradiction[] {
  if (source.breakdown === undefined) return [];
  const { of } = tree(source.breakdown);
  const path: Path = ["sources", id, "breakdown"];
  const at = [...path, "of"];
  const noDay = (which: string) =>
    `${which} does not say of which day a row is, so that no two days can be compared; add business_date: <column> to it`;
  const found: Contradiction[] = reference(of, sources, at, "source");
  if (source.business_date === undefined) found.push({ path, message: noDay(id) });
  if (typeof of !== "string" || !Object.hasOwn(sources, of)) return found;
  if (of === id) {
    found.push({ path: at, message: `${id} cannot break itself down; name the source it is cut from` });
    return found;
  }
  const base = tree(sources[of]);
  const money = tree(source.money);
  if (base.money === undefined)
    found.push({
      path: at,
      message: `${of} has no money to break down; add it there, or name another source`,
    });
  if (base.business_date === undefined) found.push({ path: at, message: noDay(of) });
  if (base.breakdown !== undefined)
    found.push({ path: at, message: `${of} is a breakdown itself; name the source that it is cut from` });
  if (money.kind !== undefined && money.kind === tree(base.money).kind) {
    const message = `this ${money.kind} is that of ${of} once more and would be counted twice; remove money, the breakdown says where it stands`;
    found.push({ path: ["sources", id, "money"], message });
  }
  return found;
}

function sizeContradictions(written: Tree): Contradiction[] {
  const upTo = sizeBytes(written.full_scan_up_to ?? defaults.fullScanUpTo);
  const maxScan = sizeBytes(written.max_scan ?? defaults.maxScan);
  if (upTo === null || maxScan === null || upTo <= maxScan) return [];
  const key = written.full_scan_up_to === undefined ? "max_scan" : "full_scan_up_to";
  const message = `a table of ${written.full_scan_up_to ?? defaults.fullScanUpTo} is to be read whole, and a run reads ${written.max_scan ?? defaults.maxScan} at most; set max_scan no smaller than full_scan_up_to`;
  return [{ path: ["reconciliation", key], message }];
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
