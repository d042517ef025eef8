import { fromProto, type GoogleType, type ProtoType } from "../types.ts";
import { Unsupported } from "./unsupported.ts";

type Message = Readonly<Record<string, unknown>>;

const isMessage = (value: unknown): value is Message =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !Buffer.isBuffer(value);

/** A column of the resolved tree; `id` is unique in a statement. */
export interface ResolvedColumn {
  readonly id: string;
  readonly name: string;
  readonly proto: ProtoType;
}

/**
 * One node of the analyzer's resolved tree. On the wire a node is a chain of
 * messages (a subclass with its `parent`s) inside wrappers that name the
 * subclass; here it is one kind and one set of fields.
 */
export class Resolved {
  /** e.g. `table_scan`, `function_call`, `query_stmt`; empty where the field admits one kind only. */
  readonly kind: string;
  readonly #levels: readonly Message[];

  constructor(raw: unknown) {
    let kind = "";
    let message = isMessage(raw) ? raw : {};
    for (;;) {
      const wrapped = message.node;
      const inner = typeof wrapped === "string" ? message[wrapped] : undefined;
      if (typeof wrapped !== "string" || !isMessage(inner)) break;
      kind = wrapped;
      message = inner;
    }
    this.kind = kind.replace(/^resolved_|_node$/g, "");
    const levels: Message[] = [];
    for (let level: unknown = message; isMessage(level); level = level.parent) levels.push(level);
    this.#levels = levels;
  }

  raw(name: string): unknown {
    for (const level of this.#levels) {
      const value = level[name];
      if (value !== undefined && value !== null) return value;
    }
    return undefined;
  }

  has(name: string): boolean {
    return this.raw(name) !== undefined;
  }

  text(name: string): string {
    const value = this.raw(name);
    return value === undefined ? "" : String(value);
  }

  flag(name: string): boolean {
    return this.raw(name) === true;
  }

  /** The child of that name, when there is one. */
  optional(name: string): Resolved | undefined {
    const value = this.raw(name);
    return isMessage(value) ? new Resolved(value) : undefined;
  }

  /** @throws Unsupported when there is no such child: a tree of a shape that is not known */
  child(name: string): Resolved {
    const child = this.optional(name);
    if (!child) throw new Unsupported(`${this.kind || "node"} without ${name}`);
    return child;
  }

  children(name: string): Resolved[] {
    const value = this.raw(name);
    return Array.isArray(value) ? value.map((item) => new Resolved(item)) : [];
  }

  /** A repeated field of scalars. */
  texts(name: string): string[] {
    const value = this.raw(name);
    return Array.isArray(value) ? value.map(String) : [];
  }

  column(name = "column"): ResolvedColumn {
    return toColumn(this.raw(name));
  }

  columns(name = "column_list"): ResolvedColumn[] {
    const value = this.raw(name);
    return Array.isArray(value) ? value.map(toColumn) : [];
  }

  proto(name = "type"): ProtoType {
    return this.raw(name) as ProtoType;
  }

  type(name = "type"): GoogleType {
    return fromProto(this.proto(name));
  }

  /** This node and all below it, depth first. */
  *descendants(): Generator<Resolved> {
    yield this;
    for (const level of this.#levels) {
      for (const [name, value] of Object.entries(level)) {
        if (name === "parent") continue;
        for (const item of Array.isArray(value) ? value : [value]) {
          if (isMessage(item)) yield* new Resolved(item).descendants();
        }
      }
    }
  }
}

function toColumn(raw: unknown): ResolvedColumn {
  const message = isMessage(raw) ? raw : {};
  return {
    id: String(message.column_id),
    name: String(message.name ?? ""),
    proto: message.type as ProtoType,
  };
}

/** Name of a called function in lower case, without its group: `$add`, `sum`, `net.host`. */
export const functionName = (call: Resolved) =>
  call
    .child("function")
    .text("name")
    .replace(/^[^:]*:/, "")
    .toLowerCase();
