import { z } from "zod";
import { column, secretName, table, text, type Written, words } from "../../values/forms.ts";

/** PII: its columns, how they are treated, and where none may be left. */

const hashed = (like: string) =>
  z
    .record(column, column, { error: `write each column with the column of its hash, like { ${like} }` })
    .optional();

const columns = (like: string) =>
  z
    .array(column, { error: `write a list of columns, like ${like}` })
    .min(1, { error: "name at least one column, or leave the line out" })
    .optional();

const dataset = text(
  /^([a-z][a-z0-9-]*[a-z0-9]\.)?[A-Za-z_][A-Za-z0-9_]*$/,
  "write dataset or project.dataset",
);

const hashColumn = text(
  /^[a-z][a-z0-9_-]*\.[A-Za-z_][A-Za-z0-9_]*$/,
  "write <table of pii.tables>.<column of a hash>, like orders.email_hash",
);

const piiTable = z
  .strictObject({
    clean: table.describe("Table for the rows without PII and with hashes. Created if it does not exist."),
    emails: hashed("email: email_hash").describe("Columns of email addresses, each with that of its hash."),
    phones: hashed("phone: phone_hash").describe("Columns of phone numbers, each with that of its hash."),
    country: columns("[shipping_country]").describe(
      "Columns with the two-letter country code of a row's phone numbers, the best first; then `pii.country`.",
    ),
    erase: columns("[note, billing_address]").describe(
      "More columns with PII: emptied too, and never in a clean table.",
    ),
    unusable: z
      .enum(["keep", "erase"], { error: "write keep or erase" })
      .optional()
      .describe(
        "Values that are not an address or number and so have no hash: by default kept in the raw table and reported.",
      ),
  })
  .describe("A raw table whose loader delivers PII.");

const pii = z
  .strictObject({
    key: secretName.describe(
      "Name of the secret that hashes are made with: 32 random characters or more, no newline.",
    ),
    country: text(/^[A-Z]{2}$/, "write a country's two capital letters, like US")
      .optional()
      .describe(
        "ISO 3166 country of phone numbers without a country code, in rows without a country column.",
      ),
    canaries: secretName
      .optional()
      .describe("Name of the secret that lists test persons; the proof searches all tables for them."),
    tables: z
      .record(words, piiTable, { error: "write tables here, each under the name of its source" })
      .refine((tables) => Object.keys(tables).length > 0, {
        error: "name at least one source, or leave pii out",
      })
      .describe("Each under one of `sources`, whose unique_key and arrival count here too."),
    matches: z
      .array(
        z.strictObject({
          of: hashColumn,
          among: hashColumn,
          unmatched_are: words
            .optional()
            .describe("Explanation of the rows without a match, like guest checkouts."),
        }),
        { error: "write a list, like - { of: orders.email_hash, among: customers.email_hash }" },
      )
      .optional()
      .describe("Hashes of one table that should be found in another: the proof counts them."),
    search: z
      .array(dataset, { error: "write a list of datasets, like [ads_data]" })
      .min(1, { error: "name at least one dataset, or leave the line out" })
      .optional()
      .describe(
        "Datasets in which no text may contain an address or a number; by default those of `sources` and of the clean tables.",
      ),
    exclude: z
      .array(
        z.strictObject({
          column: text(
            /^([a-z][a-z0-9-]*[a-z0-9]\.)?[A-Za-z_][A-Za-z0-9_]*\.[A-Za-z0-9_-]+\.[^`\s]+$/,
            "write dataset.table.column",
          ),
          reason: words.describe("Why it may be readable; reports quote it."),
        }),
        { error: "write a list, like - { column: crm.staff.email, reason: our own staff }" },
      )
      .optional()
      .describe("Columns that are not searched."),
    uploads: z
      .strictObject({
        dataset: dataset.describe(
          "A separate dataset with upload in its name: plain hashes are personal data.",
        ),
        platforms: z
          .array(z.enum(["meta", "google", "tiktok"], { error: "write meta, google or tiktok" }), {
            error: "write a list of platforms, like [meta, google]",
          })
          .min(1, { error: "name at least one platform, or leave uploads out" }),
        tiktok_plus: z
          .boolean({ error: "write true or false" })
          .optional()
          .describe(
            "Whether TikTok's hash of a phone number is of +16505551212 (true, the default) or 16505551212.",
          ),
      })
      .optional()
      .describe(
        "Hashes that ad platforms can match, each under its own rules. A list of addresses is enough to reverse them.",
      ),
  })
  .describe("PII: hashed into clean tables, emptied in raw ones, and searched for in all tables.");

export const piiKeys = { pii: pii.optional() };

export type WrittenPii = Written<typeof piiKeys>;
