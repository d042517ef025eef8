import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./compile.ts";

/** A package of which something is in a bundle. */
export interface Material {
  readonly name: string;
  readonly version: string;
  /** As its package.json says, an SPDX expression. */
  readonly licence: string;
}

/**
 * @param inputs files of a bundle, relative to the root
 * @throws Error naming a package that does not say its version or its licence
 */
export function materialsOf(inputs: readonly string[]): Material[] {
  const folders = new Set(inputs.flatMap((path) => packageFolderOf(path) ?? []));
  const all = [...folders].map(readMaterial);
  const distinct = new Map(all.map((it) => [`${it.name}@${it.version}`, it]));
  return [...distinct.values()].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

/** CycloneDX 1.6, without what changes from one build to the next: a serial number and a time. */
export function toSbom(name: string, version: string, materials: readonly Material[]): string {
  const bom = {
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    metadata: { component: { type: "application", "bom-ref": name, name, version } },
    components: materials.map((it) => ({
      type: "library",
      "bom-ref": purlOf(it),
      name: it.name,
      version: it.version,
      licenses: [/\s/.test(it.licence) ? { expression: it.licence } : { license: { id: it.licence } }],
      purl: purlOf(it),
    })),
  };
  return `${JSON.stringify(bom, null, 2)}\n`;
}

/** `node_modules/a/node_modules/@b/c/d.js` is of `node_modules/a/node_modules/@b/c`. */
function packageFolderOf(path: string): string | null {
  return /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(path)?.[0] ?? null;
}

function readMaterial(folder: string): Material {
  const { name, version, license } = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8"));
  if (typeof name !== "string" || typeof version !== "string" || typeof license !== "string") {
    throw new Error(
      `${folder}/package.json does not say its name, version and licence; look them up before it is shipped`,
    );
  }
  return { name, version, licence: license };
}

function keyOf({ name, version }: Material): string {
  return `${name}@${version}`;
}

function purlOf({ name, version }: Material): string {
  return `pkg:npm/${name.replace("@", "%40")}@${version}`;
}
