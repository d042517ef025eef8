import { type GoogleType, quoteLiteral } from "../../types.ts";
import { constant } from "../arguments.ts";
import { textOf } from "../casts.ts";
import type { Context, FunctionTranslator } from "../context.ts";
import { Unsupported } from "../unsupported.ts";

const SPECIFIER = /%(?:%|([-+ 0#']*)(\d*)(?:\.(\d+))?([a-zA-Z]))/g;

interface Specifier {
  readonly flags: string;
  readonly width: string;
  readonly precision: string | undefined;
  readonly conversion: string;
}

/** One value by one specifier; a NULL prints as `NULL` for %t and %T, and makes the whole NULL otherwise. */
function printed(sql: string, type: GoogleType, specifier: Specifier, context: Context): string {
  const { flags, width, precision, conversion } = specifier;
  const spelled = `%${flags.replace("'", "")}${width}`;
  if (flags.includes("'") && (flags.length > 1 || width))
    throw new Unsupported(`FORMAT %${flags}${width}${conversion}`);
  switch (conversion) {
    case "d":
    case "i":
      if (type.kind !== "INT64") throw new Unsupported(`FORMAT %${conversion} of ${type.kind}`);
      return flags.includes("'")
        ? `format('{:,}', ${sql})`
        : `printf(${quoteLiteral(`${spelled}d`)}, ${sql})`;
    case "x":
      if (type.kind !== "INT64" || flags || width) throw new Unsupported(`FORMAT %${flags}${width}x`);
      return `bq_hex(${sql})`;
    case "f":
    case "F":
    case "e":
    case "E":
      if (type.kind !== "FLOAT64") throw new Unsupported(`FORMAT %${conversion} of ${type.kind}`);
      if (flags.includes("'")) return `format(${quoteLiteral(`{:,.${precision ?? 6}f}`)}, bq_finite(${sql}))`;
      if (flags || width)
        return `printf(${quoteLiteral(`${spelled}.${precision ?? 6}${conversion}`)}, bq_finite(${sql}))`;
      return `bq_format_float64(${sql}, ${quoteLiteral(`${spelled}.${precision ?? 6}${conversion}`)})`;
    case "s":
      if (type.kind !== "STRING") throw new Unsupported(`FORMAT %s of ${type.kind}`);
      return padded(precision === undefined ? sql : `left(${sql}, ${precision})`, flags, width);
    case "t":
      return padded(`coalesce(${typeText(sql, type)}, 'NULL')`, flags, width);
    case "T":
      return padded(`coalesce(${sourceText(sql, type, context)}, 'NULL')`, flags, width);
    default:
      throw new Unsupported(`FORMAT %${conversion}`);
  }
}

function padded(sql: string, flags: string, width: string): string {
  if (!width) return sql;
  if (flags.replace("-", "")) throw new Unsupported(`FORMAT with the flags ${flags}`);
  return flags.includes("-") ? `bq_pad_right(${sql}, ${width})` : `bq_pad_left(${sql}, ${width})`;
}

function typeText(sql: string, type: GoogleType): string {
  if (type.kind === "ARRAY" || type.kind === "STRUCT" || type.kind === "BYTES" || type.kind === "JSON") {
    throw new Unsupported(`FORMAT %t of ${type.kind}`);
  }
  return type.kind === "FLOAT64" ? `bq_float64_source(${sql})` : textOf(sql, type);
}

function sourceText(sql: string, type: GoogleType, context: Context): string {
  switch (type.kind) {
    case "STRING":
      return `bq_source_string(${sql})`;
    case "BOOL":
    case "INT64":
      return textOf(sql, type);
    case "DATE":
    case "TIMESTAMP":
    case "DATETIME":
    case "TIME":
    case "NUMERIC":
      return `('${type.kind} "' || ${textOf(sql, type)} || '"')`;
    case "ARRAY": {
      const item = context.fresh("z");
      const items = `list_transform(${sql}, lambda ${item}: coalesce(${sourceText(item, type.element, context)}, 'NULL'))`;
      return `('[' || coalesce(array_to_string(${items}, ', '), '') || ']')`;
    }
    default:
      throw new Unsupported(`FORMAT %T of ${type.kind}`);
  }
}

export const format: FunctionTranslator = (call) => {
  const text = constant(call, 0, "format");
  const parts: string[] = [];
  let last = 0;
  let next = 1;
  const push = (literal: string) => {
    if (literal.includes("%")) throw new Unsupported(`FORMAT ${literal}`);
    if (literal) parts.push(quoteLiteral(literal));
  };
  for (const match of text.matchAll(SPECIFIER)) {
    push(text.slice(last, match.index));
    last = match.index + match[0].length;
    const [whole, flags = "", width = "", precision, conversion = ""] = match;
    if (whole === "%%") {
      parts.push("'%'");
      continue;
    }
    const type = call.types[next];
    const sql = call.args[next++];
    if (!type || sql === undefined) throw new Unsupported("FORMAT with too few arguments");
    parts.push(printed(sql, type, { flags, width, precision, conversion }, call.context));
  }
  push(text.slice(last));
  if (next !== call.args.length) throw new Unsupported("FORMAT with more arguments than its format names");
  return parts.length > 0 ? `(${parts.join(" || ")})` : "''";
};
