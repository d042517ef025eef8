import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";

export interface Import {
  /** From the root of the checkout. */
  readonly file: string;
  /** From the root for our own files, a package name otherwise. */
  readonly target: string;
  readonly typeOnly: boolean;
}

/** Every .ts file below these folders of a checkout, sorted, from its root. Folders that are not there have none. */
export function sourceFiles(root: string, folders: readonly string[] = ["functions", "infra"]): string[] {
  return folders
    .filter((folder) => existsSync(join(root, folder)))
    .flatMap((folder) => readdirSync(join(root, folder), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .filter((file) => !file.includes("node_modules/"))
    .sort();
}

/** Their imports and re-exports, static and dynamic, type-only ones included. */
export function readImports(root: string, files: readonly string[]): Import[] {
  return files.flatMap((file) => {
    const text = readFileSync(join(root, file), "utf8").replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");
    const found = text.matchAll(
      /^(?:import|export)\s+(type\s+)?(?:[^"';]*?\sfrom\s+)?"([^"]+)"|import\("([^"]+)"\)/gm,
    );
    return [...found].map(([, type, fixed, dynamic]) => {
      const specifier = fixed ?? dynamic ?? "";
      const isOwn = specifier.startsWith(".");
      const target = isOwn ? relative(root, resolve(root, dirname(file), specifier)) : specifier;
      return { file, target, typeOnly: type !== undefined };
    });
  });
}

/**
 * The folder that has one job: functions/<function>, functions/checks/<id>, functions/shared/<room>,
 * infra/local/<room>, infra/build. A file that lies directly between rooms is a room of its own.
 */
export function roomOf(file: string): string {
  const parts = file.split("/");
  const [top, second] = parts;
  if (top === "infra" && second !== "local") return parts.slice(0, 2).join("/");
  const isGroup = top === "infra" || second === "checks" || second === "shared";
  const isGroupOfGroups = top === "infra" && (parts[2] === "emulators" || parts[2] === "sinks");
  return parts.slice(0, isGroupOfGroups ? 4 : isGroup ? 3 : 2).join("/");
}

/** Imports of our own files as pairs of rooms, each once; none within a room. */
export function roomArrows(imports: readonly Import[], files: readonly string[]): [string, string][] {
  const own = new Set(files);
  const arrows = imports
    .filter(({ target }) => own.has(target))
    .map(({ file, target }): [string, string] => [roomOf(file), roomOf(target)])
    .filter(([from, to]) => from !== to);
  return [...new Map(arrows.map((arrow) => [arrow.join(" "), arrow])).values()];
}

/** Groups of nodes that all reach each other; each sorted, in order of their first node. */
export function circlesIn(arrows: readonly (readonly [from: string, to: string])[]): string[][] {
  const next = new Map<string, string[]>();
  for (const [from, to] of arrows) next.set(from, [...(next.get(from) ?? []), to]);
  const reached = new Map<string, ReadonlySet<string>>();
  for (const start of next.keys()) {
    const seen = new Set<string>();
    const open = [...(next.get(start) ?? [])];
    for (let node = open.pop(); node !== undefined; node = open.pop()) {
      if (seen.has(node)) continue;
      seen.add(node);
      open.push(...(next.get(node) ?? []));
    }
    reached.set(start, seen);
  }
  const inCircle = [...next.keys()].filter((node) => reached.get(node)?.has(node)).sort();
  const circles = new Map<string, string[]>();
  for (const node of inCircle) {
    const circle = inCircle.filter((other) => reached.get(node)?.has(other) && reached.get(other)?.has(node));
    circles.set(circle.join(" "), circle);
  }
  return [...circles.values()];
}

/** Circles of files, a file that imports itself included. */
export function fileCircles(imports: readonly Import[], files: readonly string[]): string[][] {
  const own = new Set(files);
  return circlesIn(
    imports.filter(({ target }) => own.has(target)).map(({ file, target }) => [file, target] as const),
  );
}
