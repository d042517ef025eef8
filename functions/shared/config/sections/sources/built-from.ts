import type { Draft } from "../../values/draft.ts";
import { type Contradiction, reference } from "../../values/rule.ts";
import type { WrittenSources } from "./schema.ts";

type Sources = NonNullable<Draft<WrittenSources>["sources"]>;

/** Mistakes of `built_from`: unknown sources, and circles. */
export function builtFromRules(sources: Sources): Contradiction[] {
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

/**
 * The shortest path from a source back to itself, reported once: at the member that comes first in the file.
 */
function circleThrough(start: string, sources: Sources): readonly string[] | null {
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

function builtFrom(sources: Sources, id: string): string[] {
  return (sources[id]?.built_from ?? []).filter((name) => typeof name === "string");
}
