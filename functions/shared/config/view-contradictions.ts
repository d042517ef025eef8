import { type Contradiction, type Path, reference, type Tree, tree } from "./contradiction.ts";

/** What clean views and platforms say against the rest of the file. */
export function viewContradictions(root: Tree): Contradiction[] {
  const sources = tree(root.sources);
  return [
    ...Object.entries(tree(root.dedup_views)).flatMap(([id, it]) =>
      dedupViewContradictions(tree(it), ["dedup_views", id], sources),
    ),
    ...takenNames(root, sources),
    ...Object.entries(tree(root.platforms)).flatMap(([id, it]) =>
      platformContradictions(tree(it), ["platforms", id], sources),
    ),
  ];
}

function dedupViewContradictions(view: Tree, path: Path, sources: Tree): Contradiction[] {
  const found = reference(view.source, sources, [...path, "source"], "source");
  if (found.length > 0 || typeof view.source !== "string") return found;
  const source = tree(sources[view.source]);
  const say = (key: string, message: string) => found.push({ path: [...path, key], message });
  if (typeof source.table === "string" && source.table.endsWith("*")) {
    say("source", `${view.source} is a pattern of date shards; a view needs one table`);
  }
  if (source.unique_key === undefined) {
    say(
      "source",
      `${view.source} does not say what makes a row one fact; add unique_key: [<column>, ...] to it`,
    );
  }
  if (source.arrival === undefined) {
    say("source", `${view.source} does not say which version arrived last; add arrival: <column> to it`);
  }
  const ordered = [source.arrival, ...list(source.unique_key)];
  for (const column of list(view.tie_break).filter((it) => ordered.includes(it))) {
    say("tie_break", `${column} is the same in all rows that are compared; name another column`);
  }
  if (typeof view.view === "string" && view.view.endsWith("*"))
    say("view", "a view has one name; write it without *");
  return found;
}

/** A view must not stand where a source, its own raw table or another view does. */
function takenNames(root: Tree, sources: Tree): Contradiction[] {
  const whole = (name: string) => (name.split(".").length === 2 ? `${root.project}.${name}` : name);
  const taken = new Map<string, string>(
    Object.entries(sources).flatMap(([id, it]) => {
      const { table } = tree(it);
      return typeof table === "string" ? [[whole(table), `the source ${id}`] as const] : [];
    }),
  );
  return Object.entries(tree(root.dedup_views)).flatMap(([id, it]) => {
    const { source, view } = tree(it);
    const raw = typeof source === "string" ? tree(sources[source]).table : undefined;
    if (typeof raw !== "string") return [];
    const name = whole(typeof view === "string" ? view : raw.replace(/[^.]*$/, id));
    const by = taken.get(name);
    taken.set(name, `the dedup view ${id}`);
    // A source that reads the view is watched as any other table is.
    const isRead = by?.startsWith("the source") && whole(raw) !== name;
    if (by === undefined || isRead) return [];
    const path = ["dedup_views", id, ...(view === undefined ? [] : ["view"])];
    return [{ path, message: `${name} is ${by} already; give the view another name` }];
  });
}

function platformContradictions(platform: Tree, path: Path, sources: Tree): Contradiction[] {
  const revenue = tree(platform.revenue);
  const found = [
    ...reference(platform.spend, sources, [...path, "spend"], "source"),
    ...reference(revenue.source, sources, [...path, "revenue", "source"], "source"),
  ];
  const say = (keys: Path, message: string) => found.push({ path: [...path, ...keys], message });
  const spend = typeof platform.spend === "string" ? sources[platform.spend] : undefined;
  const money = tree(tree(spend).money);
  if (spend !== undefined && money.kind !== "spend") {
    say(["spend"], `${platform.spend} has no money of kind spend; add it there, or name another source`);
  }
  const orders = typeof revenue.source === "string" ? sources[revenue.source] : undefined;
  if (orders !== undefined && tree(orders).business_date === undefined) {
    say(
      ["revenue", "source"],
      `${revenue.source} does not say of which day an order is; add business_date: <column> to it`,
    );
  }
  const isComparable =
    money.currency === undefined || revenue.currency === undefined || money.currency === revenue.currency;
  if (!isComparable) {
    say(
      ["revenue", "currency"],
      `spend is in ${money.currency} and revenue in ${revenue.currency}: without a rate nothing can be compared; name sources in one currency`,
    );
  }
  return found;
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
