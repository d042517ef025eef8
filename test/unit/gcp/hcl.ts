import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "@cdktf/hcl2json";

export const root = fileURLToPath(new URL("../../..", import.meta.url));
export const moduleFolder = join(root, "infra/gcp");

/** HCL by path below infra/gcp. */
export type Texts = ReadonlyMap<string, string>;
/** As hcl2json gives it: expressions are strings like `${local.project}`, nested blocks lists of objects. */
export type Body = Readonly<Record<string, unknown>>;

export interface Block {
  /** Below infra/gcp, e.g. `alerts.tf` or `modules/function/main.tf`. */
  readonly file: string;
  /** Of a resource or data source, e.g. `google_pubsub_topic`; empty for other blocks. */
  readonly type: string;
  readonly name: string;
  readonly body: Body;
}

export interface Hcl {
  readonly texts: Texts;
  readonly resources: readonly Block[];
  readonly data: readonly Block[];
  readonly calls: readonly Block[];
  readonly variables: readonly Block[];
  readonly locals: readonly Block[];
}

export function readTexts(): Texts {
  const files = readdirSync(moduleFolder, { recursive: true, withFileTypes: true })
    .filter(
      (entry) => entry.isFile() && entry.name.endsWith(".tf") && !entry.parentPath.includes(".terraform"),
    )
    .map((entry) => relative(moduleFolder, join(entry.parentPath, entry.name)))
    .sort();
  return new Map(files.map((file) => [file, readFileSync(join(moduleFolder, file), "utf8")]));
}

/**
 * The module with one text replaced, to see what notices.
 * @throws Error when the text is not there: a mutation that changes nothing proves nothing
 */
export function broken(texts: Texts, file: string, from: string | RegExp, to: string): Texts {
  const text = texts.get(file) ?? "";
  const changed = text.replace(from, () => to);
  if (changed === text) throw new Error(`${file} does not hold ${String(from)}`);
  return new Map(texts).set(file, changed);
}

export async function parseHcl(texts: Texts): Promise<Hcl> {
  const found = { resource: [], data: [], module: [], variable: [], locals: [] } as Record<string, Block[]>;
  for (const [file, text] of texts) {
    const parsed: Body = await parse(file, text);
    for (const [kind, list] of Object.entries(found)) list.push(...blocksOf(file, kind, parsed[kind]));
  }
  const { resource = [], data = [], module = [], variable = [], locals = [] } = found;
  return { texts, resources: resource, data, calls: module, variables: variable, locals };
}

function blocksOf(file: string, kind: string, value: unknown): Block[] {
  if (kind === "locals") return bodiesOf(value).map((body) => ({ file, type: "", name: "", body }));
  const named = (type: string, byName: unknown) =>
    Object.entries(bodyOf(byName)).flatMap(([name, bodies]) =>
      bodiesOf(bodies).map((body) => ({ file, type, name, body })),
    );
  return kind === "resource" || kind === "data"
    ? Object.entries(bodyOf(value)).flatMap(([type, byName]) => named(type, byName))
    : named("", value);
}

export function bodyOf(value: unknown): Body {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Body) : {};
}

/** A nested block's occurrences; also those of `dynamic` when its own name is asked for. */
export function bodiesOf(value: unknown): Body[] {
  return Array.isArray(value) ? value.map(bodyOf) : [];
}

/** How hcl2json writes an expression that stands alone. */
export function expression(text: string): string {
  return `\${${text}}`;
}

/** An argument as it is written; empty where it is not. */
export function textOf(value: unknown): string {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}

function folderOf({ file }: Block): string {
  const folder = dirname(file);
  return folder === "." ? "" : folder;
}

export const inRoot = (block: Block) => folderOf(block) === "";
export const inFunctionModule = (block: Block) => folderOf(block) === "modules/function";

/** Every string in a value, however deep. */
export function stringsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(stringsIn);
}
