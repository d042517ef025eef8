import { z } from "zod";
import { decimalTextOf } from "./decimal-text.ts";
import { durationForm } from "./duration.ts";
import { sizeForm } from "./size.ts";

/** Values of the warehouse file, each with the sentence that says how to write it. */

const tableForm = /^([a-z][a-z0-9-]*[a-z0-9]\.)?[A-Za-z_][A-Za-z0-9_]*\.[A-Za-z0-9_-]+\*?$/;
export const columnForm = /^[A-Za-z_][A-Za-z0-9_]*$/;
const emailForm = /^(?:[^<>\r\n]*<[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+>|[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+)$/;

/** Keys of a section as they are written. */
export type Written<Shape extends z.ZodRawShape> = z.infer<z.ZodObject<Shape>>;

/** A value of the wrong type and one of the wrong form get the same sentence. */
export const text = (form: RegExp, fix: string) => z.string({ error: fix }).regex(form, { error: fix });
export const words = z
  .string({ error: "write this as text" })
  .refine((value) => value.trim() !== "", { error: "this is empty; remove the line or write a value" });

export const table = text(
  tableForm,
  "write dataset.table or project.dataset.table; a pattern of date shards ends in *, like analytics_1.events_*",
);
export const duration = text(
  durationForm,
  "write a length of time with its unit, like 30h, 45m or 4d",
).describe("A length of time with its unit: 45m, 30h, 4d.");
export const column = text(
  columnForm,
  "write a column's name: letters, digits and _, not beginning with a digit",
);
export const secretName = text(
  /^(?:projects\/[^/\s:]+\/secrets\/)?[A-Za-z0-9_-]{1,255}$/,
  "write the NAME of a secret in Secret Manager here, like slack-data-alerts; never the URL or the password itself",
);
export const email = text(emailForm, "write an email address: a name, @ and a domain");

export const jsonPath = text(/^\$(\.[A-Za-z_]\w*)+$/, "write a path like $.spend or $.metrics.spend");

export const currency = z
  .string({ error: "write the currency's three capital letters, like USD" })
  .refine((code) => Intl.supportedValuesOf("currency").includes(code), {
    error: "write the currency's three capital letters, like USD",
  })
  .describe("ISO 4217.");

export const owner = z
  .string({ error: "name the owner" })
  .trim()
  .min(1, { error: "name the owner" })
  .describe("Who is responsible: an address or a name.");

const maxLabelLength = 60;
const maxLinks = 5;
const labelFix = `write what the link leads to, in 1 to ${maxLabelLength} characters, like Airbyte connection`;
const url = z
  .string({ error: "write an address that begins with https:// or http://" })
  .refine(isWebAddress, {
    error: "write an address that begins with https:// or http://, without a password",
  });

/** Helpful pages for the reader of a message. */
export const links = z
  .array(
    z.strictObject({
      label: z
        .string({ error: labelFix })
        .trim()
        .min(1, { error: labelFix })
        .max(maxLabelLength, { error: labelFix }),
      url,
    }),
    { error: "write a list of links, like - { label: Airbyte connection, url: https://... }" },
  )
  .max(maxLinks, { error: `keep the ${maxLinks} links that help most, and remove the others` })
  .describe("Pages that help when it stops, like the connection in Airbyte; messages show them.");

const idForm = /^[a-z][a-z0-9_-]*$/;

/** Entries, each under its own id. */
export const entries = <T extends z.ZodType>(of: T, what: string) =>
  z.record(text(idForm, "write an id: lower-case letters, digits, _ and -, beginning with a letter"), of, {
    error: `write ${what} here, each under its own id`,
  });

export const steps = z
  .array(words, { error: "write a list of steps, most likely first" })
  .describe("What to do, most likely first.");

export const columns = (like: string) =>
  z
    .array(column, { error: `write a list of columns, like ${like}` })
    .min(1, { error: "name at least one column, or leave the line out" });

/** A column, or a path inside a JSON column. */
export const place = {
  column,
  json_path: jsonPath.optional().describe("Path of the value if the column contains JSON."),
};

/** The same; a column alone may be written without braces. */
export const columnOrPlace = (like: string) =>
  z.union([column, z.strictObject(place)], {
    error: `write a column's name, or { column: <column>, json_path: ${like} } for one that holds JSON`,
  });

export const share = (like: string) =>
  text(/^(?:100(?:\.0+)?|\d{1,2}(?:\.\d+)?)%$/, `write a share with its sign, like ${like}`);

const decimalFix =
  "write a decimal number, 0 or more, with 9 digits after the point at most, like 0.5; in quotes where it is long";
export const decimal = z
  .union([z.number(), z.string()], { error: decimalFix })
  .refine((written) => decimalTextOf(written) !== null, { error: decimalFix });

export const size = text(sizeForm, "write a size with its unit, like 500MiB, 10GiB or 1TiB").describe(
  "A size with its unit: 500MiB, 10GiB, 1TiB.",
);

export const currencyColumn = column.describe(
  "Column with the currency of the row: rows in another currency are in no sum.",
);

export const money = z.strictObject({
  column: column,
  json_path: jsonPath.optional().describe("Path of the amount if the column contains JSON."),
  currency,
  currency_column: currencyColumn.optional(),
  kind: z.enum(["spend", "revenue"], { error: "write spend or revenue" }),
});

function isWebAddress(written: string): boolean {
  const parsed = URL.parse(written);
  return (
    parsed !== null &&
    /^https?:\/\/\S+$/.test(written) &&
    parsed.hostname !== "" &&
    parsed.username === "" &&
    parsed.password === ""
  );
}
