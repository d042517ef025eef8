import { type Contradiction, reference, type Tree, tree } from "./contradiction.ts";

/** What `built_from` says against the rest of the file: sources that are not there, and circles. */
export function builtFromContradictions(sources: Tree): Contradiction[] {
  return Object.keys(sources).flatMap((id) => {
    const upstream = builtFrom(sources, id);
    const circle = circleThrough(id, sources);
    return [
      ...upstream.flatMap((name, at) =>
        reference(name, sources, ["sources", id, "built_from", at], "source"),
      ),
      ...upstream.flatMap((name, at) =>
        name === id
          ? [
              {
                path: ["sources", id, "built_from", at],
                message: `${id} cannot be built from itself; remove it`,
              },
            ]
          : [],
      ),
      ...(circle === null
        ? []
        : [
            {
              path: ["sources", id, "built_from"],
              message: `${[...circle, id].join(" is built from ")}: a circle, so none would be the cause; remove one of these`,
            },
          ]),
    ];
  });
}

/** The shortest way from a source back to itself, said once: at the member that stands first in the file. */
function circleThrough(start: string, sources: Tree): readonly string[] | null {
  const order = Object.keys(sources);
  const seen = new Set([start]);
  const ways: (readonly string[])[] = [[start]];
  for (const way of ways) {
    const last = way.at(-1) ?? start;
    for (const name of builtFrom(sources, last)) {
      if (name === start && way.length > 1) return way;
      if (seen.has(name) || order.indexOf(name) < order.indexOf(start)) continue;
      seen.add(name);
      ways.push([...way, name]);
    }
  }
  return null;
}

function builtFrom(sources: Tree, id: string): string[] {
  if (!Object.hasOwn(sources, id)) return [];
  const written = tree(sources[id]).built_from;
  return Array.isArray(written) ? written.filter((name) => typeof name === "string") : [];
}
