import { type Contradiction, type Path, reference, suggestion, type Tree, tree } from "./contradiction.ts";

/** What identifiers of people say against the rest of the file. */
export function piiContradictions(root: Tree): Contradiction[] {
  const pii = tree(root.pii);
  const tables = tree(pii.tables);
  return [
    ...Object.entries(tables).flatMap(([id, it]) => tableContradictions(id, tree(it), tree(root.sources))),
    ...takenNames(root, tables),
    ...matchContradictions(pii, tables),
    ...uploadContradictions(root, tree(pii.uploads), tables),
  ];
}

const pathOf = (id: string, ...more: string[]): Path => ["pii", "tables", id, ...more];

function tableContradictions(id: string, it: Tree, sources: Tree): Contradiction[] {
  const missing = reference(id, sources, pathOf(id), "source");
  if (missing.length > 0) return missing;
  const source = tree(sources[id]);
  const found: Contradiction[] = [];
  const say = (message: string, ...keys: string[]) => found.push({ path: pathOf(id, ...keys), message });
  if (typeof source.table === "string" && source.table.endsWith("*"))
    say(`${id} is a pattern of date shards; name a source that is one table`);
  if (source.unique_key === undefined)
    say(`${id} does not say what makes a row one fact; add unique_key: [<column>, ...] to the source`);
  if (source.arrival === undefined)
    say(`${id} does not say when a row arrived; add arrival: <column> to the source`);
  if (typeof it.clean === "string" && it.clean.endsWith("*"))
    say("the clean table has one name; write it without *", "clean");

  const hashes = [...Object.entries(tree(it.emails)), ...Object.entries(tree(it.phones))];
  if (hashes.length === 0)
    say("nothing would be hashed; add emails: { <column>: <column of its hash> } or phones");
  const erased = list(it.erase);
  const needed = [source.arrival, ...list(source.unique_key), source.business_date];
  for (const group of ["emails", "phones"]) {
    for (const [column, hash] of Object.entries(tree(it[group]))) {
      if (needed.includes(column))
        say(
          `${column} is how rows of ${id} are told apart or dated: emptied, they could not be; hash it in the loader`,
          group,
          column,
        );
      if (erased.includes(column))
        say(`${column} is hashed, which empties it too; remove it from erase`, "erase");
      if (hashes.filter(([, other]) => other === hash).length > 1)
        say(`${hash} is the hash of two columns; give each its own`, group, column);
      if (hash === column || hashes.some(([other]) => other === hash) || needed.includes(hash))
        say(
          `${hash} is a column of the raw table; give the hash a name of its own, like ${column}_hash`,
          group,
          column,
        );
    }
  }
  const twice = Object.keys(tree(it.emails)).filter((column) => Object.hasOwn(tree(it.phones), column));
  for (const column of twice)
    say(`${column} is among emails and phones; it holds one of them`, "phones", column);
  for (const column of erased.filter((one) => needed.includes(one)))
    say(`${column} is how rows of ${id} are told apart or dated: it cannot be emptied`, "erase");
  return found;
}

/** A clean table must not stand where a raw one, a view or another clean one does. */
function takenNames(root: Tree, tables: Tree): Contradiction[] {
  const whole = (name: string) => (name.split(".").length === 2 ? `${root.project}.${name}` : name);
  const taken = new Map<string, string>();
  for (const [id, it] of Object.entries(tree(root.dedup_views))) {
    const { view, source } = tree(it);
    const raw = tree(tree(root.sources)[String(source)]).table;
    if (typeof raw === "string")
      taken.set(whole(typeof view === "string" ? view : raw.replace(/[^.]*$/, id)), `the dedup view ${id}`);
  }
  for (const id of Object.keys(tables)) {
    const { table } = tree(tree(root.sources)[id]);
    if (typeof table === "string") taken.set(whole(table), `the raw table of ${id}`);
  }
  return Object.entries(tables).flatMap(([id, it]) => {
    const { clean } = tree(it);
    if (typeof clean !== "string") return [];
    const by = taken.get(whole(clean));
    taken.set(whole(clean), `the clean table of ${id}`);
    if (by === undefined) return [];
    return [
      {
        path: pathOf(id, "clean"),
        message: `${whole(clean)} is ${by} already; give the clean table another name`,
      },
    ];
  });
}

function matchContradictions(pii: Tree, tables: Tree): Contradiction[] {
  return list(pii.matches).flatMap((it, at) =>
    ["of", "among"].flatMap((end): Contradiction[] => {
      const written = tree(it)[end];
      const [id = "", hash = ""] = typeof written === "string" ? written.split(".") : [];
      const path: Path = ["pii", "matches", at, end];
      if (id === "") return [];
      if (!Object.hasOwn(tables, id))
        return [
          { path, message: `there is no table ${id} in pii.tables${suggestion(id, Object.keys(tables))}` },
        ];
      const { emails, phones } = tree(tables[id]);
      const hashes = [...Object.values(tree(emails)), ...Object.values(tree(phones))].map(String);
      return hashes.includes(hash)
        ? []
        : [{ path, message: `${id} has no hash ${hash}${suggestion(hash, hashes)}` }];
    }),
  );
}

function uploadContradictions(root: Tree, uploads: Tree, tables: Tree): Contradiction[] {
  const { dataset } = uploads;
  if (typeof dataset !== "string") return [];
  const path: Path = ["pii", "uploads", "dataset"];
  const whole = (name: string, parts: number) =>
    name.split(".").length === parts ? name : `${root.project}.${name}`;
  const own = whole(dataset, 2);
  const found: Contradiction[] = [];
  if (!/upload/i.test(own.split(".")[1] ?? ""))
    found.push({
      path,
      message:
        "whoever sees its name must know what is in it: give it one with upload in it, like ad_uploads",
    });
  const others = [
    ...Object.values(tree(root.sources)).map((it) => tree(it).table),
    ...Object.values(tables).map((it) => tree(it).clean),
  ].filter((name): name is string => typeof name === "string");
  const shared = others.find((name) => whole(name, 3).startsWith(`${own}.`));
  if (shared !== undefined || own === `${root.project}.${root.ops_dataset}`)
    found.push({
      path,
      message: `${shared ?? "the bundle's own tables"} lies in it too; hashes for ad platforms have a dataset of their own`,
    });
  return found;
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
