import { messageOf, type PlumblineError } from "../../shared/errors.ts";
import { formatInstant } from "../../shared/report/format.ts";
import type { WarehouseError, WarehouseErrorReason } from "../../shared/stores/bigquery/error.ts";
import { actionsFor } from "./actions.ts";
import type { Finding, FindingCode, Found, Kind, LeftOut, Search, Verdict } from "./types.ts";

/** The search of one table. */
export interface Observation {
  /** `project.dataset.table`, or `project.dataset`. */
  readonly subject: string;
  /**
   * The new search, or the last one if the table has not changed or could not be read; null if there is none.
   */
  readonly search: Search | null;
  readonly read: boolean;
  /** Why the table could not be searched. */
  readonly failure: WarehouseError | null;
  /** Paths that must hold hashes and do not exist. */
  readonly missing: readonly string[];
  readonly leftOut: readonly LeftOut[];
  /**
   * Set if the table has changed since its last search, or was never searched, and a later run will search
   * it.
   */
  readonly putOff: "to_next_run" | "to_tomorrow" | null;
}

/**
 * Ok if the table was searched and nothing was found. A finding of an earlier search stays if the table could
 * not be read this time. Pure.
 */
export function judge(observation: Observation): Verdict {
  const { subject, search, read, failure, missing, leftOut, putOff } = observation;
  const findings = [
    ...(search?.found ?? []).map(findingOf).toSorted((a, b) => rank(a) - rank(b)),
    ...missing.map(missingFinding),
    ...(failure === null ? [] : [failureFinding(subject, failure)]),
    ...(putOff === null ? [] : [putOffFinding(search, putOff)]),
  ];
  if (search === null && failure === null && putOff === null)
    throw new Error(`${subject} was neither searched nor failed`);
  const [finding = null] = findings;
  return {
    subject,
    status: finding === null ? "ok" : finding.severity,
    finding,
    findings,
    notes: notesOf(search, leftOut),
    search,
    read,
    actions: [...new Set(findings.flatMap(({ code, path }) => actionsFor(code, path, subject)))],
    checked: failure === null && putOff === null,
    retry: failure?.retry ?? putOff === "to_next_run",
  };
}

function putOffFinding(search: Search | null, until: NonNullable<Observation["putOff"]>): Finding {
  const why =
    until === "to_tomorrow" ? "; as large as it is, and not partitioned, it is read once a day" : "";
  const text =
    search === null
      ? "It was not searched yet."
      : `It was written since it was searched, ${formatInstant(search.searchedAt)}${why}.`;
  return { code: "put_off", severity: "unknown", path: null, count: null, text };
}

/** A dataset without tables is `unknown`: it may be the wrong dataset. */
export function judgeEmptyDataset(dataset: string): Verdict {
  const text = "It has no tables to search.";
  const actions = actionsFor("no_tables", null, dataset);
  return unknownDataset(dataset, { code: "no_tables", text, actions, checked: true, retry: false });
}

/** A dataset that could not be searched at all, for any reason. */
export function judgeUnsearched(dataset: string, error: PlumblineError): Verdict {
  return unknownDataset(dataset, {
    code: "not_searched",
    text: `It could not be searched: ${messageOf(error)}`,
    actions: ["Fix the cause that the message names; this dataset cannot be checked until then"],
    checked: false,
    retry: error.retry,
  });
}

function unknownDataset(
  dataset: string,
  { code, text, ...more }: Pick<Finding, "code" | "text"> & Pick<Verdict, "actions" | "checked" | "retry">,
): Verdict {
  const finding: Finding = { code, severity: "unknown", path: null, count: null, text };
  return {
    subject: dataset,
    status: "unknown",
    finding,
    findings: [finding],
    notes: [],
    search: null,
    read: false,
    ...more,
  };
}

const codes = {
  email: "plaintext_email",
  phone: "plaintext_phone",
  canary_plain: "canary_plain",
  canary_unsalted: "canary_unsalted_hash",
  not_a_hash: "not_a_hash",
  hash_of_nothing: "hash_of_nothing",
} as const satisfies Record<Kind, FindingCode>;

/** Proof comes before suspicion: a canary is certain, a pattern is not. */
const order: readonly FindingCode[] = [
  "canary_plain",
  "plaintext_email",
  "plaintext_phone",
  "canary_unsalted_hash",
  "not_a_hash",
  "hash_of_nothing",
];

const rank = ({ code }: Finding) => order.indexOf(code);

function findingOf({ kind, path, count }: Found): Finding {
  return { code: codes[kind], severity: "critical", path, count, text: textOf(kind, path, count) };
}

function textOf(kind: Kind, path: string, count: number): string {
  const rows = count === 1 ? "1 row" : `${count} rows`;
  switch (kind) {
    case "email":
      return `${path} contains text like an email address, in ${rows}.`;
    case "phone":
      return `${path} contains text like a phone number, in ${rows}.`;
    case "canary_plain":
      return `${path} contains a test person in plain text, in ${places(count)}.`;
    case "canary_unsalted":
      return `${path} contains a test person as a hash without a key, in ${places(count)}: such a hash can be reversed.`;
    case "not_a_hash":
      return `${path} must hold hashes of 64 lower-case hex digits or NULL, and has another format in ${rows}.`;
    case "hash_of_nothing":
      return `${path} contains the hash of an empty text in ${rows}: persons without a value look like one person.`;
  }
}

const places = (count: number) => (count === 1 ? "1 place" : `${count} places`);

function missingFinding(path: string): Finding {
  const text = `${path} must contain hashes, but this text column does not exist or is excluded.`;
  return { code: "column_missing", severity: "unknown", path, count: null, text };
}

const failureCodes = {
  not_found: "dataset_missing",
  access_denied: "no_permission",
  too_expensive: "too_expensive",
  invalid: "not_searched",
  temporary: "not_searched",
} as const satisfies Record<WarehouseErrorReason, FindingCode>;

function failureFinding(subject: string, { reason, message }: WarehouseError): Finding {
  const isTable = subject.split(".").length > 2;
  const code = reason === "not_found" && isTable ? "not_searched" : failureCodes[reason];
  return { code, severity: "unknown", path: null, count: null, text: `It could not be searched: ${message}` };
}

function notesOf(search: Search | null, leftOut: readonly LeftOut[]): string[] {
  return [
    ...leftOut.map(({ column, reason }) => `${column} is left out: ${reason}`),
    ...(search === null || search.whole
      ? []
      : ["Only partitions that had changed were read the last time: the others were clean before."]),
  ];
}
