interface Locked {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly [field: string]: unknown;
}

/** What of package-lock.json counts here: packages by the path where they are installed. */
export interface Lock {
  readonly packages: Readonly<Record<string, Locked>>;
}

/**
 * The part of a lock file that one package needs, as the lock of a project that depends on it alone.
 * @throws Error when a package is not in the lock
 */
export function lockOf(project: { readonly name: string }, dependency: string, lock: Lock): object {
  const paths = new Set<string>();
  const take = (name: string, from: string): void => {
    const path = installed(name, from, lock);
    if (paths.has(path)) return;
    paths.add(path);
    for (const needed of Object.keys(lock.packages[path]?.dependencies ?? {})) take(needed, path);
  };
  take(dependency, "");
  const version = String(lock.packages[installed(dependency, "", lock)]?.version);
  return {
    name: project.name,
    lockfileVersion: 3,
    requires: true,
    packages: {
      "": { name: project.name, dependencies: { [dependency]: version } },
      ...Object.fromEntries([...paths].sort().map((path) => [path, lock.packages[path]])),
    },
  };
}

/** The nearest `node_modules` that has it, as Node looks for it. */
function installed(name: string, from: string, { packages }: Lock): string {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf("/node_modules/")))) {
    const path = `${folder === "" ? "" : `${folder}/`}node_modules/${name}`;
    if (path in packages) return path;
    if (folder === "") throw new Error(`package-lock.json does not know ${name}; run npm install`);
  }
}
