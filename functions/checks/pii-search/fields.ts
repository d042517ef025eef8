import { type ColumnType, parseColumnType } from "./column-type.ts";
import type { Column, Field, FieldType, Step } from "./types.ts";

/**
 * The places of texts in a table: text columns, and texts inside records and arrays, each with its path.
 * Numbers are included if their name says phone: a loader that guesses types makes an INTEGER of
 * `16505551212`. Pure.
 *
 * @throws Error for an unknown type
 */
export function fieldsOf(columns: readonly Column[]): Field[] {
  return columns.flatMap(({ name, type }) =>
    fieldsIn(parseColumnType(type), [{ name, repeated: false, key: null }]),
  );
}

/** `line_items[].note` */
export function pathOf({ steps }: Pick<Field, "steps">): string {
  return steps.map(({ name, repeated }) => (repeated ? `${name}[]` : name)).join(".");
}

function fieldsIn(type: ColumnType, steps: readonly Step[]): Field[] {
  switch (type.kind) {
    case "array":
      return fieldsIn(type.element, withLast(steps, { repeated: true, key: keyIn(type.element) }));
    case "struct":
      return type.members.flatMap((member) =>
        fieldsIn(member.type, [...steps, { name: member.name, repeated: false, key: null }]),
      );
    case "scalar": {
      const found = fieldTypes[type.name];
      const digits = digitsOf(steps.map(({ name }) => name));
      const isSearched =
        found !== undefined &&
        (found !== "NUMBER" || digits === "phone" || steps.some(({ key }) => key !== null));
      return isSearched ? [{ steps, type: found, digits }] : [];
    }
  }
}

function withLast(steps: readonly Step[], parts: Partial<Step>): Step[] {
  return steps.map((step, at) => (at === steps.length - 1 ? { ...step, ...parts } : step));
}

/** Lists of name-value pairs: GA4's `event_params`, Shopify's `note_attributes`. */
function keyIn(element: ColumnType): string | null {
  if (element.kind !== "struct") return null;
  const isText = ({ type }: { type: ColumnType }) => type.kind === "scalar" && type.name === "STRING";
  return element.members.find((member) => /^(key|name)$/i.test(member.name) && isText(member))?.name ?? null;
}

const fieldTypes: Readonly<Record<string, FieldType>> = {
  STRING: "STRING",
  JSON: "JSON",
  BYTES: "BYTES",
  INT64: "NUMBER",
  FLOAT64: "NUMBER",
  NUMERIC: "NUMBER",
  BIGNUMERIC: "NUMBER",
};

const phoneWords =
  /^(tele)?phones?$|^(mobile|mobil|cell|home|work)?phone(number)?s?$|^telefon[eo]?$|^telephone$|^mobile?$|^tel$|^fax$|^whatsapp$|^msisdn$|^handynummer$/;
/** Endings of names that mention a phone and do not hold a number. */
const notANumber =
  /^(ids?|hash(ed)?|sha|sha256|at|on|date|time|day|type|kind|model|brand|count|counts|verified|country|clicks|calls|impressions|views|visits|users|sessions|spend|cost|rate|share|os|device|category|app|version|language)$/;
const identifierWords = /^(ids?|uuid|guid|gid|cid|sku|ean|gtin|upc|isbn|asin|hash|key|token|barcode|imei)$/;

function digitsOf(names: readonly string[]): Field["digits"] {
  const last = wordsOf(names.at(-1) ?? "");
  const end = last.at(-1) ?? "";
  const speaksOfPhone = names.some((name) => wordsOf(name).some((word) => phoneWords.test(word)));
  if (speaksOfPhone && !notANumber.test(end)) return "phone";
  return last.some((word) => identifierWords.test(word)) ? "identifier" : "unknown";
}

/** `phoneNumber_2` → phone, number, 2 */
function wordsOf(name: string): string[] {
  return name
    .replaceAll(/([\p{Ll}\p{N}])(\p{Lu})/gu, "$1 $2")
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== "");
}
