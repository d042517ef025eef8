import { type Contradiction, type Path, type Tree, tree } from "./contradiction.ts";
import { timeZone } from "./time-zone.ts";

/** Pairs of tables that cannot be compared. */
export function pairContradictions(root: Tree): Contradiction[] {
  return Object.entries(tree(root.pairs)).flatMap(([id, it]) => {
    const pair = tree(it);
    const path: Path = ["pairs", id];
    const sides = Array.isArray(pair.between) ? pair.between.map(tree) : [];
    const each = sides.flatMap((side, at) => sideContradictions(side, [...path, "between", at]));
    const [one, other, more] = sides;
    // How many there must be, the schema says.
    if (one === undefined || other === undefined || more !== undefined) return each;
    return [
      ...each,
      ...betweenContradictions(one, other, path, root.project),
      ...amountContradictions(one, other, path, pair.currency),
    ];
  });
}

function sideContradictions(side: Tree, path: Path): Contradiction[] {
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

function betweenContradictions(one: Tree, other: Tree, path: Path, project: unknown): Contradiction[] {
  const found: Contradiction[] = [];
  const whole = (name: string) => (name.split(".").length === 2 ? `${project}.${name}` : name);
  const isSame =
    typeof one.table === "string" &&
    typeof other.table === "string" &&
    whole(one.table) === whole(other.table);
  if (isSame)
    found.push({
      path: [...path, "between", 1, "table"],
      message: `${other.table} is compared with itself; name another table`,
    });
  if (Array.isArray(one.key) && Array.isArray(other.key) && one.key.length !== other.key.length)
    found.push({
      path: [...path, "between", 1, "key"],
      message: `its key has ${other.key.length} columns and that of the first table ${one.key.length}: rows would never meet; name as many on both sides, in the same order`,
    });
  return found;
}

function amountContradictions(one: Tree, other: Tree, path: Path, currency: unknown): Contradiction[] {
  const has = [one, other].map(({ amount }) => amount !== undefined);
  const found: Contradiction[] = [];
  if (has[0] !== has[1])
    found.push({
      path: [...path, "between", has[0] ? 0 : 1, "amount"],
      message: "the other table has no amount to compare it with; add amount there, or remove it here",
    });
  if (has.includes(true) && currency === undefined)
    found.push({ path, message: "amounts without a currency say nothing; add currency: USD, or theirs" });
  if (!has.includes(true) && currency !== undefined)
    found.push({
      path: [...path, "currency"],
      message: "no amounts are compared; add amount: <column> to both tables, or remove currency",
    });
  return found;
}
