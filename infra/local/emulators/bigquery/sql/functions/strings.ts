import { argument, constant, kindOf } from "../arguments.ts";
import type { Call, FunctionTable, FunctionTranslator } from "../context.ts";
import { returned } from "../expressions.ts";
import { functionName } from "../resolved.ts";
import { Unsupported } from "../unsupported.ts";

/** A function of DuckDB's of the same meaning for text; BYTES are refused. */
const textOnly =
  (name: string): FunctionTranslator =>
  (call) => {
    refuseBytes(call);
    return `${name}(${call.args.join(", ")})`;
  };

function refuseBytes(call: Call): void {
  if (call.types.some((type) => type.kind === "BYTES"))
    throw new Unsupported(`${call.name.toUpperCase()} on BYTES`);
}

const substr: FunctionTranslator = (call) => {
  refuseBytes(call);
  const [text, position, length] = call.args;
  return length === undefined
    ? `bq_substr(${text}, ${position})`
    : `bq_substr_length(${text}, ${position}, ${length})`;
};

const pad =
  (name: string): FunctionTranslator =>
  (call) => {
    refuseBytes(call);
    return `${name}(${argument(call, 0)}, bq_length(${argument(call, 1)}, '${call.name.toUpperCase()}'), ${call.args[2] ?? "' '"})`;
  };

/** DuckDB trims ASCII spaces only when no characters are named, and is slow when they are. */
const WHITE_SPACE =
  "[\\x{9}-\\x{d}\\x{20}\\x{85}\\x{a0}\\x{1680}\\x{2000}-\\x{200a}\\x{2028}\\x{2029}\\x{202f}\\x{205f}\\x{3000}]+";

const trim =
  (name: string, white: string): FunctionTranslator =>
  (call) => {
    refuseBytes(call);
    const [text, characters] = call.args;
    return characters === undefined
      ? `regexp_replace(${text}, '${white}', '', 'g')`
      : `${name}(${text}, ${characters})`;
  };

/** Number of capturing groups of an RE2 pattern. */
function groups(pattern: string): number {
  const bare = pattern.replace(/\\./gs, "").replace(/\[\^?\]?[^\]]*\]/g, "");
  return (bare.match(/\((?!\?)|\(\?P?<(?![=!])/g) ?? []).length;
}

function group(call: Call): number {
  const count = groups(constant(call, 1, "regular expression"));
  if (count > 1) {
    throw new Unsupported(
      `${call.name.toUpperCase()} with more than one capturing group, an error in BigQuery too`,
    );
  }
  return count;
}

const regexpExtract: FunctionTranslator = (call) => {
  refuseBytes(call);
  if (call.args.length > 2) throw new Unsupported("REGEXP_EXTRACT with a position");
  const count = group(call);
  if (count === 1 && /\)(?:[?*]|\{0)|\|/.test(constant(call, 1, "regular expression"))) {
    return `bq_regexp_extract_optional(${argument(call, 0)}, ${argument(call, 1)})`;
  }
  return `bq_regexp_extract(${argument(call, 0)}, ${argument(call, 1)}, ${count})`;
};

const hash =
  (name: string): FunctionTranslator =>
  (call) =>
    `unhex(${name}(${argument(call, 0)}))`;

/** Of a hash it is what DuckDB answers in the first place. */
const toHex: FunctionTranslator = (call) => {
  const bytes = argument(call, 0);
  const [node] = call.nodes;
  const isHash = node?.kind === "function_call" && /^(?:sha256|sha1|md5)$/.test(functionName(node));
  // A SAFE one begins otherwise.
  return isHash && bytes.startsWith("unhex(") ? bytes.slice("unhex(".length, -1) : `lower(hex(${bytes}))`;
};

const normalize: FunctionTranslator = (call) => {
  const mode = call.args[1];
  // The analyzer's numbers of NFC, NFKC, NFD, NFKD; NFC when none is given.
  if (mode !== undefined && mode !== "0") return `bq_normalize(${argument(call, 0)}, ${mode})`;
  return `nfc_normalize(${argument(call, 0)})`;
};

export const STRINGS: FunctionTable = {
  $concat_op: (call) => concatenation(call),
  concat: (call) => concatenation(call),
  lower: textOnly("lower"),
  // DuckDB knows one upper-case letter for each lower-case one; ß has two.
  upper: (call) => {
    refuseBytes(call);
    return `upper(replace(${argument(call, 0)}, 'ß', 'SS'))`;
  },
  length: (call) =>
    kindOf(call, 0) === "BYTES" ? `octet_length(${call.args[0]})` : `length(${call.args[0]})`,
  char_length: textOnly("length"),
  character_length: textOnly("length"),
  byte_length: (call) =>
    kindOf(call, 0) === "BYTES" ? `octet_length(${call.args[0]})` : `strlen(${call.args[0]})`,
  octet_length: (call) =>
    kindOf(call, 0) === "BYTES" ? `octet_length(${call.args[0]})` : `strlen(${call.args[0]})`,
  substr,
  substring: substr,
  left: (call) => {
    refuseBytes(call);
    return `left(${argument(call, 0)}, bq_length(${argument(call, 1)}, 'LEFT'))`;
  },
  right: (call) => {
    refuseBytes(call);
    return `right(${argument(call, 0)}, bq_length(${argument(call, 1)}, 'RIGHT'))`;
  },
  strpos: textOnly("strpos"),
  instr: (call) => {
    if (call.args.length > 2) throw new Unsupported("INSTR with a position");
    return textOnly("strpos")(call);
  },
  replace: (call) => {
    refuseBytes(call);
    return `(CASE WHEN ${call.args[2]} IS NULL THEN NULL WHEN ${call.args[1]} = '' THEN ${call.args[0]} ELSE replace(${call.args.join(", ")}) END)`;
  },
  reverse: textOnly("reverse"),
  repeat: (call) => {
    refuseBytes(call);
    return `repeat(${argument(call, 0)}, bq_length(${argument(call, 1)}, 'REPEAT'))`;
  },
  trim: trim("trim", `^${WHITE_SPACE}|${WHITE_SPACE}$`),
  ltrim: trim("ltrim", `^${WHITE_SPACE}`),
  rtrim: trim("rtrim", `${WHITE_SPACE}$`),
  starts_with: textOnly("starts_with"),
  ends_with: textOnly("ends_with"),
  contains_substr: (call) =>
    `contains(lower(nfc_normalize(${argument(call, 0)})), lower(nfc_normalize(${argument(call, 1)})))`,
  lpad: pad("lpad"),
  rpad: pad("rpad"),
  initcap: (call) => {
    if (call.args.length > 1) throw new Unsupported("INITCAP with delimiters");
    return `bq_initcap(${argument(call, 0)})`;
  },
  split: (call) => {
    refuseBytes(call);
    return `bq_split(${argument(call, 0)}, ${call.args[1] ?? "','"})`;
  },
  translate: textOnly("translate"),
  ascii: (call) => returned(`ascii(${argument(call, 0)})`, call),
  unicode: (call) => returned(`bq_unicode(${argument(call, 0)})`, call),
  chr: (call) => `chr(CAST(${argument(call, 0)} AS INTEGER))`,
  normalize,
  to_hex: toHex,
  from_hex: (call) => `bq_from_hex(${argument(call, 0)})`,
  to_base64: (call) => `to_base64(${argument(call, 0)})`,
  from_base64: (call) => `from_base64(${argument(call, 0)})`,
  sha256: hash("sha256"),
  sha1: hash("sha1"),
  md5: hash("md5"),
  sha512: (call) =>
    `unhex(bq_sha512(${kindOf(call, 0) === "BYTES" ? argument(call, 0) : `encode(${argument(call, 0)})`}))`,
  safe_convert_bytes_to_string: (call) => `bq_lossy_utf8(${argument(call, 0)})`,
  regexp_contains: (call) => {
    refuseBytes(call);
    return `regexp_matches(${call.args.join(", ")})`;
  },
  regexp_extract: regexpExtract,
  regexp_substr: regexpExtract,
  regexp_replace: (call) => {
    refuseBytes(call);
    return `regexp_replace(${call.args.join(", ")}, 'g')`;
  },
  regexp_instr: (call) => {
    refuseBytes(call);
    if (call.args.length > 2 || group(call) > 0) {
      throw new Unsupported("REGEXP_INSTR with a position or a capturing group");
    }
    return `bq_regexp_instr(${call.args.join(", ")})`;
  },
  regexp_extract_all: (call) => {
    refuseBytes(call);
    const returnedGroup = group(call);
    const all = `regexp_extract_all(${argument(call, 0)}, ${argument(call, 1)}, ${returnedGroup})`;
    // The whole match always takes part.
    if (returnedGroup === 0) return all;
    const item = call.context.fresh("z");
    return `list_transform(${all}, lambda ${item}: coalesce(${item}, ''))`;
  },
  generate_uuid: () => "CAST(uuid() AS VARCHAR)",
  session_user: (call) => `'${call.context.environment.user.replaceAll("'", "''")}'`,
};

function concatenation(call: Call): string {
  return `(${call.args.join(" || ")})`;
}
