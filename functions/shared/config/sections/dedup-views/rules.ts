import type { Draft } from "../../values/draft.ts";
import { type Contradiction, type Path, reference } from "../../values/rule.ts";
import { fullName } from "../../values/table-name.ts";
import type { WrittenProject } from "../project/schema.ts";
import type { WrittenSources } from "../sources/schema.ts";
import type { WrittenDedupViews } from "./schema.ts";

type File = Draft<WrittenProject & WrittenSources & WrittenDedupViews>;
type View = Draft<NonNullable<WrittenDedupViews["dedup_views"]>[string]>;

/** Sources that cannot have a view, and views with a name that is in use. */
export function dedupViewRules(file: File): Contradiction[] {
  const views = Object.entries(file.dedup_views ?? {});
  return [
    ...views.flatMap(([id, view = {}]) => ofSource(view, ["dedup_views", id], file)),
    ...takenNames(file),
  ];
}

function ofSource(view: View, path: Path, { sources = {} }: File): Contradiction[] {
  const found = reference(view.source, sources, [...path, "source"], "source");
  const source = typeof view.source === "string" ? sources[view.source] : undefined;
  if (typeof view.source !== "string" || source === undefined) return found;
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
  const ordered = [source.arrival, ...(source.unique_key ?? [])];
  for (const column of view.tie_break ?? []) {
    if (typeof column === "string" && ordered.includes(column))
      say("tie_break", `${column} is the same in all rows that are compared; name another column`);
  }
  if (typeof view.view === "string" && view.view.endsWith("*"))
    say("view", "a view has one name; write it without *");
  return found;
}

/** A view must not have the name of a source's table, its own raw table or another view. */
function takenNames({ project, sources = {}, dedup_views: views = {} }: File): Contradiction[] {
  const taken = new Map<string | null, string>(
    Object.entries(sources).map(([id, it]) => [fullName(it?.table, project), `the source ${id}`]),
  );
  return Object.entries(views).flatMap(([id, it = {}]) => {
    const raw = typeof it.source === "string" ? fullName(sources[it.source]?.table, project) : null;
    const name = nameOfView(id, it, { project, sources });
    if (raw === null || name === null) return [];
    const by = taken.get(name);
    taken.set(name, `the dedup view ${id}`);
    // A source may read the view, which is monitored like any other table.
    const isRead = by?.startsWith("the source") && raw !== name;
    if (by === undefined || isRead) return [];
    const path = ["dedup_views", id, ...(it.view === undefined ? [] : ["view"])];
    return [{ path, message: `${name} is ${by} already; give the view another name` }];
  });
}

/** By default in the dataset of the source's table, with its own id as name; null if neither can be read. */
export function nameOfView(
  id: string,
  { view, source }: View,
  { project, sources = {} }: Pick<File, "project" | "sources">,
): string | null {
  if (typeof view === "string") return fullName(view, project);
  const raw = typeof source === "string" ? sources[source]?.table : undefined;
  return typeof raw === "string" ? fullName(raw.replace(/[^.]*$/, id), project) : null;
}
