/** The text of a number as it was written: GoogleSQL answers `1.50` and `1e3` that way. */
class NumberText {
  readonly source: string;
  constructor(source: string) {
    this.source = source;
  }
}

/** Of a key written twice the first value counts, which `JSON.parse` cannot say. */
type Parsed = null | boolean | string | NumberText | readonly Parsed[] | ReadonlyMap<string, Parsed>;

const TOKEN =
  /\s*(?:([{}[\],:])|("(?:[^"\\]|\\.)*")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)|(true|false|null))/y;
const WORDS: Readonly<Record<string, boolean | null>> = { true: true, false: false, null: null };

class Reader {
  readonly #text: string;
  #position = 0;
  constructor(text: string) {
    this.#text = text;
  }

  #token(): RegExpExecArray {
    TOKEN.lastIndex = this.#position;
    const match = TOKEN.exec(this.#text);
    if (!match) throw new SyntaxError(`syntax error while parsing JSON at character ${this.#position}`);
    this.#position = TOKEN.lastIndex;
    return match;
  }

  #mark(...expected: readonly string[]): string {
    const [, mark = ""] = this.#token();
    if (!expected.includes(mark)) throw new SyntaxError(`expected ${expected.join(" or ")} in JSON`);
    return mark;
  }

  /** Whether the next token is `mark`; only then is it consumed. */
  #next(mark: string): boolean {
    const before = this.#position;
    const found = this.#token()[1] === mark;
    if (!found) this.#position = before;
    return found;
  }

  value(): Parsed {
    const [, mark, text, number, word] = this.#token();
    if (text !== undefined) return JSON.parse(text) as string;
    if (number !== undefined) return new NumberText(number);
    if (word !== undefined) return WORDS[word] ?? null;
    if (mark === "[") return this.#array();
    if (mark === "{") return this.#object();
    throw new SyntaxError(`unexpected ${mark} in JSON`);
  }

  #array(): Parsed {
    const items: Parsed[] = [];
    if (this.#next("]")) return items;
    do items.push(this.value());
    while (this.#mark(",", "]") === ",");
    return items;
  }

  #object(): Parsed {
    const members = new Map<string, Parsed>();
    if (this.#next("}")) return members;
    do {
      const key = this.value();
      if (typeof key !== "string") throw new SyntaxError("a key in JSON must be text");
      this.#mark(":");
      const value = this.value();
      if (!members.has(key)) members.set(key, value);
    } while (this.#mark(",", "}") === ",");
    return members;
  }

  end(): void {
    if (this.#text.slice(this.#position).trim() !== "") throw new SyntaxError("text after the end of JSON");
  }
}

function parse(text: string): Parsed {
  const reader = new Reader(text);
  const value = reader.value();
  reader.end();
  return value;
}

function written(value: Parsed, number: (source: string) => string, sorted: boolean): string {
  if (value instanceof NumberText) return number(value.source);
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  if (!(value instanceof Map)) {
    return `[${(value as readonly Parsed[]).map((item) => written(item, number, sorted)).join(",")}]`;
  }
  const members = [...(value as ReadonlyMap<string, Parsed>)];
  if (sorted) members.sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  return `{${members.map(([key, item]) => `${JSON.stringify(key)}:${written(item, number, sorted)}`).join(",")}}`;
}

/** The number as the JSON type holds it. @throws Error when it cannot be held exactly */
function heldNumber(source: string): string {
  if (/^-?\d+$/.test(source)) {
    const value = BigInt(source);
    if (value >= -(2n ** 63n) && value < 2n ** 64n) return value.toString();
  }
  const value = Number(source);
  if (!Number.isFinite(value)) throw new Error(`Input number: ${source} cannot be stored as JSON`);
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return `${value}.0`;
  return String(value);
}

/** A JSON value in the one form the JSON type prints: keys sorted, no white space. @throws Error when malformed */
export function normalizedJson(text: string): string {
  return written(parse(text), heldNumber, true);
}

/** The text at a DuckDB path such as `$."a"[0]`, white space gone, numbers as written; null when nothing is there. */
export function jsonAt(text: string, path: string): string | null {
  let value: Parsed | undefined = parse(text);
  for (const [, key, index] of path.matchAll(/\.("(?:[^"\\]|\\.)*")|\[(\d+)\]/g)) {
    if (index !== undefined) value = Array.isArray(value) ? (value as Parsed[])[Number(index)] : undefined;
    else
      value = value instanceof Map ? (value.get(JSON.parse(key ?? '""')) as Parsed | undefined) : undefined;
    if (value === undefined) return null;
  }
  return written(value, (source) => source, false);
}
