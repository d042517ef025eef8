import type { FindingCode } from "./types.ts";

/** What to do about a finding, most urgent first. Pure. */
export function actionsFor(code: FindingCode, path: string | null, subject: string): readonly string[] {
  switch (code) {
    case "plaintext_email":
    case "plaintext_phone":
    case "canary_plain":
      return [
        `Set ${path} of ${subject} to NULL where it is readable, or delete it; stop the job that fills it first`,
        `See who may read ${subject}, and who has: it could be read until now, and older versions of the table still can, for as long as its dataset's time travel lasts`,
        ...(code === "canary_plain"
          ? []
          : [
              `If ${path} contains no PII, leave ${subject}.${path} out in the warehouse file, with the reason`,
            ]),
      ];
    case "canary_unsalted_hash":
      return [
        `Treat ${path} of ${subject} as plain text: every phone number there is can be hashed within the hour and compared`,
        "Hash with the key instead, or move it into the dataset that is named for uploads to ad platforms",
      ];
    case "not_a_hash":
      return [`Find the job that fills ${path} of ${subject}, and set values that are not hashes to NULL`];
    case "hash_of_nothing":
      return [`Set ${path} of ${subject} to NULL in these rows, and hash no empty text`];
    case "column_missing":
      return [`Check the columns of ${subject} in the warehouse file against the table`];
    case "no_tables":
    case "dataset_missing":
      return [
        `Check ${subject} in the warehouse file: is it spelled so, and has anything been loaded into it?`,
      ];
    case "no_permission":
      return [`Give the function's service account roles/bigquery.dataViewer on the dataset of ${subject}`];
    case "too_expensive":
      return [
        `Partition ${subject} by the day on which rows arrive, or raise the ceiling of bytes a query may bill`,
      ];
    case "put_off":
      return ["Nothing: the next runs search the rest"];
    case "not_searched":
      return [
        "Nothing if BigQuery was busy: the run is retried. Otherwise fix the cause that its message names",
      ];
  }
}
