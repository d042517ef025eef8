import type { Draft } from "../../values/draft.ts";
import type { Contradiction, Path } from "../../values/rule.ts";
import { fullName } from "../../values/table-name.ts";
import { timeZone } from "../../values/time-zone.ts";
import type { WrittenProject } from "../project/schema.ts";
import type { WrittenPairs } from "./schema.ts";

type File = Draft<WrittenProject & WrittenPairs>;
type Pair = Draft<NonNullable<WrittenPairs["pairs"]>[string]>;
type Side = NonNullable<Pair["between"]>[number];

/** Tables that cannot be compared. */
export function pairRules({ pairs = {}, project }: File): Contradiction[] {
  return Object.entries(pairs).flatMap(([id, pair = {}]) => {
    const path: Path = ["pairs", id];
    const sides = pair.between ?? [];
    const each = sides.flatMap((side, at) => ofSide(side, [...path, "between", at]));
    const [one, other, more] = sides;
    // The schema checks the number.
    if (one === undefined || other === undefined || more !== undefined) return each;
    return [
      ...each,
      ...betweenSides(one, other, path, project),
      ...ofAmounts(one, other, path, pair.currency),
    ];
  });
}

function ofSide(side: Side, path: Path): Contradiction[] {
  const found = timeZone(side.time_zone, [...path, "time_zone"]);
  if (typeof side.table === "string" && side.table.endsWith("*"))
    found.push({
      path: [...path, "table"],
      message: "a pattern of date shards is not compared; name one table",
    });
  if (side.business_date === "_TABLE_SUFFIX")
    found.push({
      path: [...path, "business_date"],
      message: "_TABLE_SUFFIX is there only in a pattern of date shards; name a column",
    });
  return found;
}

function betweenSides(one: Side, other: Side, path: Path, project: File["project"]): Contradiction[] {
  const found: Contradiction[] = [];
  const table = fullName(other.table, project);
  if (table !== null && table === fullName(one.table, project))
    found.push({
      path: [...path, "between", 1, "table"],
      message: `${String(other.table)} is compared with itself; name another table`,
    });
  if (one.key !== undefined && other.key !== undefined && one.key.length !== other.key.length)
    found.push({
      path: [...path, "between", 1, "key"],
      message: `its key has ${other.key.length} columns and that of the first table ${one.key.length}: rows would never meet; name as many on both sides, in the same order`,
    });
  return found;
}

function ofAmounts(one: Side, other: Side, path: Path, currency: Pair["currency"]): Contradiction[] {
  const has = [one, other].map(({ amount }) => amount !== undefined);
  const found: Contradiction[] = [];
  if (has[0] !== has[1])
    found.push({
      path: [...path, "between", has[0] ? 0 : 1, "amount"],
      message: "the other table has no amount to compare it with; add amount there, or remove it here",
    });
  if (has.includes(true) && currency === undefined)
    found.push({ path, message: "amounts need a currency; add currency: USD, or the right one" });
  if (!has.includes(true) && currency !== undefined)
    found.push({
      path: [...path, "currency"],
      message: "no amounts are compared; add amount: <column> to both tables, or remove currency",
    });
  return found;
}
