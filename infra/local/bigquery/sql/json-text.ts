/**
 * JSON.parse with the text of every number kept: GoogleSQL answers `1.50` and
 * `1e3` as they were written.
 */
class NumberText {
  readonly source: string;
  constructor(source: string) {
    this.source = source;
  }
}

type Parsed = null | boolean | string | NumberText | Parsed[] | { [key: string]: Parsed };

type Reviver = (this: unknown, key: string, value: unknown, context: { readonly source?: string }) => unknown;
const parseWithSource = JSON.parse as (text: string, reviver: Reviver) => Parsed;

const parse = (text: string): Parsed =>
  parseWithSource(text, (_key, value, { source }) =>
    typeof value === "number" ? new NumberText(source ?? String(value)) : value,
  );

function written(value: Parsed, number: (source: string) => string, sorted: boolean): string {
  if (value instanceof NumberText) return number(value.source);
  if (Array.isArray(value)) return `[${value.map((item) => written(item, number, sorted)).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const keys = sorted ? Object.keys(value).sort() : Object.keys(value);
  const members = keys.map((key) => `${JSON.stringify(key)}:${written(value[key] ?? null, number, sorted)}`);
  return `{${members.join(",")}}`;
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
    if (value === null || typeof value !== "object" || value instanceof NumberText) return null;
    if (index !== undefined) value = Array.isArray(value) ? value[Number(index)] : undefined;
    else value = Array.isArray(value) ? undefined : value[JSON.parse(key ?? '""') as string];
    if (value === undefined) return null;
  }
  return written(value, (source) => source, false);
}
