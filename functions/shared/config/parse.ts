import { type Document, isMap, isNode, isScalar, LineCounter, type Node, parseDocument, visit } from "yaml";
import { z } from "zod";
import { ConfigurationError, redact } from "../errors.ts";
import { suggestion } from "../text.ts";
import { resolve, rules, type WarehouseFile, type WrittenFile, warehouseFileSchema } from "./core.ts";
import { renameOldKeys } from "./renamed-keys.ts";
import { draftOf } from "./values/draft.ts";
import type { Path } from "./values/rule.ts";

export interface Mistake {
  /** Counted from 1. */
  readonly line: number;
  readonly column: number;
  /** `sources.facebook.warn_after`; empty for the file as a whole. */
  readonly path: string;
  /** The mistake and how to fix it; never quotes a value that could be a secret. */
  readonly message: string;
}

/** Every mistake of a warehouse file, in the order of its lines. */
export class WarehouseFileError extends ConfigurationError {
  readonly mistakes: readonly Mistake[];
  override readonly details: readonly string[];

  constructor(filename: string, mistakes: readonly Mistake[]) {
    const lines = mistakes.map(
      ({ line, column, path, message }) =>
        `${filename}:${line}:${column}: ${path === "" ? "" : `${path}: `}${message}`,
    );
    super(
      `${mistakes.length} ${mistakes.length === 1 ? "mistake" : "mistakes"} in the warehouse file:\n${lines.join("\n")}`,
    );
    this.mistakes = mistakes;
    this.details = lines;
  }
}

/** Used instead of `notifications` if no notices are sent, as in an audit. */
const noChannels = { channels: { nobody: { slack: { webhook_secret: "nobody" } } } };

/**
 * @param filename for messages
 * @param notifies false if the file is only read for an audit: then `notifications` may be missing
 * @throws WarehouseFileError with every mistake at once
 */
export function parseWarehouseFile(text: string, filename: string, { notifies = true } = {}): WarehouseFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const at = (path: Path, message: string, node: Node | null): Mistake => {
    const { line, col } = lines.linePos(node?.range?.[0] ?? 0);
    // Any value may be a secret, also a key.
    return {
      line: Math.max(1, line),
      column: Math.max(1, col),
      path: redact(path.join(".")),
      message: redact(message),
    };
  };

  const mistakes: Mistake[] = document.errors.map((error) => {
    const position = error.linePos?.[0] ?? { line: 1, col: 1 };
    const message =
      error.code === "MULTIPLE_DOCS"
        ? "a second YAML document begins here; write one"
        : firstLine(error.message);
    return { line: position.line, column: position.col, path: "", message: redact(message) };
  });
  // After a duplicate key the tree can be checked further; after any other syntax error it is a guess.
  let aliasesLead = true;
  visit(document, {
    Alias(_, alias) {
      if (alias.resolve(document) !== undefined) return;
      aliasesLead = false;
      mistakes.push(at([], `nothing is named &${alias.source}`, alias));
    },
  });
  if (mistakes.length === 0 && document.contents === null) {
    mistakes.push(
      at([], "the file is empty; begin with project:, location:, time_zone:, ops_dataset:", null),
    );
  } else if (aliasesLead && document.errors.every(({ code }) => code === "DUPLICATE_KEY")) {
    for (const { path, message, node } of renameOldKeys(document)) mistakes.push(at(path, message, node));
    if (!notifies && isMap(document.contents) && !document.has("notifications"))
      document.set("notifications", noChannels);
    const written: unknown = document.toJS();
    const checked = warehouseFileSchema.safeParse(written);
    const issues = checked.error?.issues ?? [];
    for (const issue of issues) mistakes.push(...mistakesOf(issue, document, at));
    const reported = new Set(mistakes.map(({ path }) => path));
    const draft = draftOf<WrittenFile>(written, issues);
    for (const { path, message } of rules.flatMap((rule) => rule(draft))) {
      if (!reported.has(path.join("."))) mistakes.push(at(path, message, keyNode(document, path)));
    }
    if (checked.success && mistakes.length === 0) return resolve(checked.data);
  }
  throw new WarehouseFileError(
    filename,
    mistakes.sort((a, b) => a.line - b.line || a.column - b.column),
  );
}

type At = (path: Path, message: string, node: Node | null) => Mistake;

function mistakesOf(issue: z.core.$ZodIssue, document: Document, at: At): Mistake[] {
  const path = issue.path as Path;
  if (issue.code === "unrecognized_keys") {
    const known = keysAt(path);
    return issue.keys.map((key) =>
      at(
        [...path, key],
        `there is no key ${key} here${suggestion(key, known)}`,
        keyNode(document, [...path, key]),
      ),
    );
  }
  if (issue.code === "invalid_key") {
    const message = issue.issues[0]?.message ?? issue.message;
    return [at(path, message, keyNode(document, path))];
  }
  const isMissing = !document.hasIn(path);
  const fix = issue.message.startsWith("Invalid input") ? "write its keys under it, indented" : issue.message;
  const message = isMissing ? `${path.at(-1)} is missing; ${fix}` : fix;
  return [at(path, message, isMissing ? keyNode(document, path.slice(0, -1)) : valueNode(document, path))];
}

let jsonSchema: z.core.JSONSchema.BaseSchema | undefined;

/** The keys the schema knows at a path. */
function keysAt(path: Path): string[] {
  jsonSchema ??= z.toJSONSchema(warehouseFileSchema);
  let schema: z.core.JSONSchema.BaseSchema | undefined = jsonSchema;
  for (const key of path) {
    const next: unknown = schema?.properties?.[key] ?? schema?.additionalProperties ?? schema?.items;
    schema = typeof next === "object" && next !== null ? (next as z.core.JSONSchema.BaseSchema) : undefined;
  }
  return Object.keys(schema?.properties ?? {});
}

function valueNode(document: Document, path: Path): Node | null {
  const node = document.getIn(path, true);
  return isNode(node) ? node : keyNode(document, path);
}

/** The key of a path; for a list item, the item. */
function keyNode(document: Document, path: Path): Node | null {
  if (path.length === 0) return document.contents;
  const parent = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  if (isMap(parent)) {
    const pair = parent.items.find(({ key }) => isScalar(key) && String(key.value) === String(path.at(-1)));
    if (isNode(pair?.key)) return pair.key;
  }
  const node = document.getIn(path, true);
  return isNode(node) ? node : keyNode(document, path.slice(0, -1));
}

/** The YAML library quotes the line below its message; the position is enough. */
function firstLine(message: string): string {
  return message.split("\n")[0]?.replace(/ at line \d+, column \d+:?$/, "") ?? message;
}
