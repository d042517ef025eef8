import { worstOf } from "../../checks/pii-hashing/judge.ts";
import type { Proof } from "../../checks/pii-hashing/prove.ts";
import type { Claim, TableProof } from "../../checks/pii-hashing/types.ts";
import type { Verdict as SearchVerdict } from "../../checks/pii-search/types.ts";
import type { Status } from "../../checks/result.ts";
import type { Pii } from "../../shared/config/types.ts";
import { nameOf } from "../../shared/config/values/table-name.ts";
import type { Block, TableBlock } from "../../shared/report/blocks.ts";
import { formatInstant, formatNumber } from "../../shared/report/format.ts";

/** All claims, as of now. */
export interface Proven {
  readonly proof: Proof;
  readonly searched: readonly SearchVerdict[];
  readonly pii: Pii;
  readonly asOf: Date;
}

/** All claims except those about single tables of the search. */
function claimsOf({ proof, searched, pii }: Proven): readonly Claim[] {
  return [
    ...proof.tables.flatMap(({ claims }) => claims),
    ...proof.matches.map(({ result: { subject, status, text, actions } }) => ({
      claim: "matches",
      subject,
      status,
      text,
      actions,
    })),
    proof.key,
    proof.health.claim,
    searchClaim(searched),
    canaryClaim(searched, pii.canariesSecret !== null),
  ];
}

/** The search as one claim; its findings are listed separately. */
function searchClaim(searched: readonly SearchVerdict[]): Claim {
  const status = worstOf(searched);
  const bad = searched.filter(({ status: it }) => it === "critical");
  const open = searched.filter(({ status: it }) => it === "unknown");
  const clean = searched.length - bad.length - open.length;
  const parts = [
    `${formatNumber(clean)} of ${formatNumber(searched.length)} tables searched in all their texts, without findings`,
    ...(bad.length > 0
      ? [
          `${bad.length === 1 ? "1 holds" : `${formatNumber(bad.length)} hold`} what can be read: ${bad.map(({ subject }) => subject).join(", ")}`,
        ]
      : []),
    ...(open.length > 0 ? [`${formatNumber(open.length)} ${open.length === 1 ? "is" : "are"} unknown`] : []),
  ];
  const actions = [...new Set([...bad, ...open].flatMap((it) => it.actions))];
  return {
    claim: "search",
    subject: "every text of every table",
    status,
    text: `${parts.join("; ")}.`,
    actions,
  };
}

function canaryClaim(searched: readonly SearchVerdict[], arePlanted: boolean): Claim {
  const claim = "canaries";
  const subject = "test persons";
  if (!arePlanted)
    return {
      claim,
      subject,
      status: "unknown",
      text: "No test persons are planted, so it is unknown whether the search would find PII.",
      actions: [
        "Plant two or three test persons in the shop, and name the secret that lists them: pii.canaries in the warehouse file",
      ],
    };
  const found = searched.filter(({ findings }) =>
    findings.some(({ code }) => code === "canary_plain" || code === "canary_unsalted_hash"),
  );
  const isWhole = searched.every(({ checked }) => checked);
  if (found.length > 0)
    return {
      claim,
      subject,
      status: "critical",
      text: `Test persons were found, plain or as a hash without a key, in ${found.map((it) => it.subject).join(", ")}.`,
      actions: [...new Set(found.flatMap(({ actions }) => actions))],
    };
  return {
    claim,
    subject,
    status: isWhole ? "ok" : "unknown",
    text: isWhole
      ? "The test persons were not found, neither plain nor as a hash without a key."
      : "The test persons were not found, but not all tables were searched.",
    actions: [],
  };
}

function statusOf(proven: Proven): Status {
  return worstOf(claimsOf(proven));
}

/** The answer of `GET /pii-hasher/proof` as data; its field names are a contract. */
export function proofAsJson(proven: Proven, queries: readonly object[]) {
  const { proof, searched, asOf, pii } = proven;
  return {
    as_of: asOf.toISOString(),
    status: statusOf(proven),
    claims: claimsOf(proven),
    tables: proof.tables.map(({ table, coverage, recoverable }) => ({
      table: table.id,
      raw: nameOf(table.source.table),
      clean: nameOf(table.clean),
      raw_rows: coverage?.rawRows ?? null,
      clean_rows: coverage?.cleanRows ?? null,
      readable_rows: coverage?.readableRows ?? null,
      missing: coverage?.missingKeys ?? null,
      columns: (coverage?.columns ?? []).map((it) => ({
        column: it.column,
        hash: it.hash,
        hashed: it.hashed,
        never_given: it.neverGiven,
        unusable: it.unusable,
        readable: it.readable,
        other_format: it.otherFormat,
      })),
      recoverable: {
        emptied_at: recoverable.emptiedAt?.toISOString() ?? null,
        queryable_until: recoverable.queryableUntil?.toISOString() ?? null,
        fail_safe_until: recoverable.failSafeUntil?.toISOString() ?? null,
        time_travel_hours: recoverable.timeTravelHours,
      },
      owner: table.source.owner,
    })),
    matches: proof.matches.map(({ match, result, figures }) => ({
      of: result.subject,
      hashes: figures?.hashes ?? null,
      matching: figures?.matching ?? null,
      share: figures === null || figures.hashes === 0 ? null : figures.matching / figures.hashes,
      unmatched_are: figures === null ? null : match.unmatchedAre,
    })),
    jobs: proof.health.figures && {
      runs_last_hour: proof.health.figures.runs,
      quiet_last_hour: proof.health.figures.quietRuns,
      failed_last_hour: proof.health.figures.failedRuns,
      bytes_billed_last_hour: proof.health.figures.bytesBilled,
      last_run: proof.health.figures.lastRun?.toISOString() ?? null,
      last_finished: proof.health.figures.lastFinished?.toISOString() ?? null,
    },
    search: {
      datasets: pii.searched,
      tables: searched.map(({ subject, status, findings, notes, search, read }) => ({
        table: subject,
        status,
        rows: search?.rows ?? null,
        searched_at: search?.searchedAt.toISOString() ?? null,
        read_now: read,
        findings: findings.map(({ code, path, count, text }) => ({ code, column: path, count, text })),
        notes,
      })),
    },
    queries,
  };
}

/** One line for each claim. */
export function proofTable(proven: Proven): TableBlock {
  return {
    kind: "table",
    columns: [{ label: "Status" }, { label: "Claim" }, { label: "About" }, { label: "Evidence" }],
    rows: claimsOf(proven).map(({ claim, subject, status, text }) => [
      status,
      claimWords[claim] ?? claim,
      subject,
      text,
    ]),
  };
}

const claimWords: Readonly<Record<string, string>> = {
  hashed: "everything is hashed",
  readable: "the raw table has no readable PII",
  nulls: "missing hashes are explained",
  format: "hashes are hashes",
  one_key: "one key",
  matches: "joins are intact",
  key: "the key is the registered one",
  jobs: "it runs",
  search: "no readable PII in any table",
  canaries: "test persons are not found",
};

const verdicts: Readonly<Record<Status, string>> = {
  ok: "All PII is hashed, and no readable PII is left",
  warning: "All PII is hashed; some rows stay readable until they leave the streaming buffer",
  critical: "The proof FAILS",
  unknown: "It is unknown whether readable PII is left",
};

export function proofBlocks(proven: Proven): Block[] {
  const { proof, searched, asOf } = proven;
  const claims = claimsOf(proven);
  const broken = claims.filter(({ status }) => status === "critical" || status === "unknown");
  const actions = [...new Set(broken.flatMap((it) => it.actions))];
  const notable = searched.filter(({ findings }) => findings.some(({ code }) => code !== "put_off"));
  return [
    { kind: "heading", level: 1, text: verdicts[statusOf(proven)] },
    { kind: "paragraph", text: `As of ${formatInstant(asOf)}.` },
    ...(actions.length > 0
      ? [
          { kind: "heading" as const, level: 2 as const, text: "What to do" },
          { kind: "list" as const, ordered: true, items: actions },
        ]
      : []),
    { kind: "heading", level: 2, text: "Claims and evidence" },
    proofTable(proven),
    { kind: "heading", level: 2, text: "By column" },
    columnTable(proof.tables),
    ...(notable.length > 0
      ? [
          { kind: "heading" as const, level: 2 as const, text: "Found by the search" },
          {
            kind: "list" as const,
            ordered: false,
            items: notable.flatMap(({ subject, findings }) =>
              findings.map(({ text }) => `${subject}: ${text}`),
            ),
          },
        ]
      : []),
    { kind: "heading", level: 2, text: "Until when emptied text can be restored" },
    {
      kind: "paragraph",
      text: "BigQuery keeps older versions of a table: readers of the table can query them, and later only Google's support can restore them. Query results are kept for a day, for the function's own account only.",
    },
    recoverableTable(proof.tables),
  ];
}

function columnTable(tables: readonly TableProof[]): TableBlock {
  const right = (label: string) => ({ label, align: "right" as const });
  return {
    kind: "table",
    columns: [
      { label: "Table" },
      { label: "Column" },
      right("Rows"),
      right("Hashed"),
      right("Never given"),
      right("Unusable"),
      right("Readable"),
    ],
    rows: tables.flatMap(({ table, coverage }) =>
      (coverage?.columns ?? []).map((it) => [
        table.id,
        it.column,
        coverage?.cleanRows ?? null,
        it.hashed,
        it.neverGiven,
        it.unusable,
        it.readable,
      ]),
    ),
  };
}

function recoverableTable(tables: readonly TableProof[]): TableBlock {
  const instant = (at: Date | null) => (at === null ? null : formatInstant(at));
  return {
    kind: "table",
    columns: [
      { label: "Raw table" },
      { label: "Last emptied" },
      { label: "Can be queried until" },
      { label: "Google can restore it until" },
      { label: "Time travel" },
    ],
    rows: tables.map(({ table, recoverable }) => [
      nameOf(table.source.table),
      instant(recoverable.emptiedAt),
      instant(recoverable.queryableUntil),
      instant(recoverable.failSafeUntil),
      recoverable.timeTravelHours === null ? "unknown" : `${recoverable.timeTravelHours} h`,
    ]),
  };
}
