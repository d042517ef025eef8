import { suggestion } from "../../../text.ts";
import type { Draft } from "../../values/draft.ts";
import { type Contradiction, type Path, reference } from "../../values/rule.ts";
import { fullName } from "../../values/table-name.ts";
import { nameOfView } from "../dedup-views/rules.ts";
import type { WrittenDedupViews } from "../dedup-views/schema.ts";
import type { WrittenProject } from "../project/schema.ts";
import type { WrittenSources } from "../sources/schema.ts";
import type { WrittenPii } from "./schema.ts";

type File = Draft<WrittenProject & WrittenSources & WrittenDedupViews & WrittenPii>;
type Pii = NonNullable<File["pii"]>;
type Tables = NonNullable<Pii["tables"]>;
type Table = Draft<NonNullable<WrittenPii["pii"]>["tables"][string]>;

/**
 * Identifiers that cannot be hashed or emptied, clean tables whose name is in use, matches of hashes that do
 * not exist.
 */
export function piiRules(file: File): Contradiction[] {
  const { pii = {}, sources = {} } = file;
  const { tables = {} } = pii;
  return [
    ...Object.entries(tables).flatMap(([id, it = {}]) => [
      ...ofSource(id, it, sources),
      ...emptiedAndRequired(id, it, sources),
    ]),
    ...takenNames(file, tables),
    ...matches(pii, tables),
    ...uploads(file, tables),
  ];
}

const pathOf = (id: string, ...more: string[]): Path => ["pii", "tables", id, ...more];

function ofSource(id: string, it: Table, sources: NonNullable<File["sources"]>): Contradiction[] {
  const missing = reference(id, sources, pathOf(id), "source");
  if (missing.length > 0) return missing;
  const source = sources[id] ?? {};
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
  const needed = [source.arrival, ...(source.unique_key ?? []), source.business_date].filter(
    (column) => typeof column === "string",
  );
  return [...found, ...columns(id, it, needed)];
}

/** @param needed columns of the raw table that must not change */
function columns(id: string, it: Table, needed: readonly string[]): Contradiction[] {
  const found: Contradiction[] = [];
  const say = (message: string, ...keys: string[]) => found.push({ path: pathOf(id, ...keys), message });
  const { emails = {}, phones = {}, erase = [] } = it;
  const hashes = [...Object.entries(emails), ...Object.entries(phones)];
  if (hashes.length === 0)
    say("nothing would be hashed; add emails: { <column>: <column of its hash> } or phones");
  for (const [group, written] of Object.entries({ emails, phones })) {
    for (const [column, hash] of Object.entries(written)) {
      if (needed.includes(column))
        say(
          `${column} identifies or dates the rows of ${id}, so it cannot be emptied; hash it in the loader`,
          group,
          column,
        );
      if (erase.includes(column))
        say(`${column} is hashed, which empties it too; remove it from erase`, "erase");
      if (typeof hash !== "string") continue;
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
  for (const column of Object.keys(emails).filter((one) => Object.hasOwn(phones, one)))
    say(`${column} is among emails and phones; it holds one of them`, "phones", column);
  for (const column of erase)
    if (typeof column === "string" && needed.includes(column))
      say(`${column} identifies or dates the rows of ${id}, so it cannot be emptied`, "erase");
  return found;
}

function emptiedAndRequired(
  id: string,
  { emails = {}, phones = {}, erase = [] }: Table,
  sources: NonNullable<File["sources"]>,
): Contradiction[] {
  const emptied = [...Object.keys(emails), ...Object.keys(phones), ...erase];
  return (sources[id]?.required ?? []).flatMap((column, at) =>
    typeof column === "string" && emptied.includes(column)
      ? [
          {
            path: ["sources", id, "required", at],
            message: `${column} is emptied, as pii.tables.${id} says; remove it from one of them`,
          },
        ]
      : [],
  );
}

/** A clean table must not have the name of a raw table, a view or another clean table. */
function takenNames(file: File, tables: Tables): Contradiction[] {
  const { project, sources = {}, dedup_views: views = {} } = file;
  const taken = new Map<string | null, string>([
    ...Object.entries(views).map(
      ([id, it = {}]) => [nameOfView(id, it, file), `the dedup view ${id}`] as const,
    ),
    ...Object.keys(tables).map(
      (id) => [fullName(sources[id]?.table, project), `the raw table of ${id}`] as const,
    ),
  ]);
  return Object.entries(tables).flatMap(([id, it]) => {
    const name = fullName(it?.clean, project);
    if (name === null) return [];
    const by = taken.get(name);
    taken.set(name, `the clean table of ${id}`);
    if (by === undefined) return [];
    return [
      {
        path: pathOf(id, "clean"),
        message: `${name} is ${by} already; give the clean table another name`,
      },
    ];
  });
}

function matches(pii: Pii, tables: Tables): Contradiction[] {
  return (pii.matches ?? []).flatMap((it, at) =>
    (["of", "among"] as const).flatMap((end): Contradiction[] => {
      const written = it[end];
      if (typeof written !== "string") return [];
      const [id = "", hash = ""] = written.split(".");
      const path: Path = ["pii", "matches", at, end];
      const table = tables[id];
      if (table === undefined)
        return [
          { path, message: `there is no table ${id} in pii.tables${suggestion(id, Object.keys(tables))}` },
        ];
      const hashes = [...Object.values(table.emails ?? {}), ...Object.values(table.phones ?? {})].filter(
        (one) => typeof one === "string",
      );
      return hashes.includes(hash)
        ? []
        : [{ path, message: `${id} has no hash ${hash}${suggestion(hash, hashes)}` }];
    }),
  );
}

function uploads({ project, ops_dataset, sources = {}, pii }: File, tables: Tables): Contradiction[] {
  const dataset = pii?.uploads?.dataset;
  if (typeof dataset !== "string") return [];
  const path: Path = ["pii", "uploads", "dataset"];
  const inFull = (name: string) => (name.includes(".") ? name : `${String(project)}.${name}`);
  const own = inFull(dataset);
  const found: Contradiction[] = [];
  if (!/upload/i.test(own.split(".")[1] ?? ""))
    found.push({
      path,
      message: "its name must show what it contains; choose a name with upload, like ad_uploads",
    });
  const others = [
    ...Object.values(sources).map((it) => it?.table),
    ...Object.values(tables).map((it) => it?.clean),
  ].filter((name) => typeof name === "string");
  const shared = others.find((name) => fullName(name, project)?.startsWith(`${own}.`));
  if (shared !== undefined || (typeof ops_dataset === "string" && own === inFull(ops_dataset)))
    found.push({
      path,
      message: `${shared ?? "the bundle's own tables"} lies in it too; hashes for ad platforms have a dataset of their own`,
    });
  return found;
}
