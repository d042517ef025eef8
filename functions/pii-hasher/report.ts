import type { Verdict as SearchVerdict } from "../checks/pii-search/types.ts";
import type { Status } from "../checks/result.ts";
import { nameOf } from "../shared/config/values/table-name.ts";
import type { Block, TableBlock } from "../shared/report/blocks.ts";
import { formatInstant, formatNumber } from "../shared/report/format.ts";
import type { CheckResult } from "../shared/runs/runs.ts";
import type { TableInfo } from "../shared/stores/bigquery/types.ts";
import { countOf, type Decision, rowsText, type TableResult } from "./decide.ts";

function statusOf({ findings, checked, progress }: TableResult): Status {
  const [first] = findings.toSorted(
    (a, b) => Number(b.severity === "critical") - Number(a.severity === "critical"),
  );
  if (first !== undefined) return first.severity;
  return checked && progress.readAt !== null ? "ok" : "unknown";
}

/** The work of a run, for the answer and for `runs`. */
export function summaryOf({ summary, tables, key }: Decision, searched: readonly SearchVerdict[]) {
  return {
    summary,
    key: key === null ? null : { code: key.code, text: key.text },
    tables: Object.fromEntries(tables.map((one) => [one.survey.table.id, tableSummary(one)])),
    searched: {
      tables: searched.filter(({ read }) => read).length,
      unchanged: searched.filter(({ read, checked }) => !read && checked).length,
      put_off: searched.filter(({ finding }) => finding?.code === "put_off").length,
      readable: searched.filter(({ status }) => status === "critical").map(({ subject }) => subject),
    },
  };
}

function tableSummary(one: TableResult) {
  const { outcome, progress, plan } = one;
  return {
    status: statusOf(one),
    action:
      plan.action === "read" ? (outcome === null ? "waited" : outcome.idle ? "read" : "hashed") : plan.action,
    inserted: outcome?.inserted ?? 0,
    updated: outcome?.updated ?? 0,
    emptied: outcome?.emptied ?? 0,
    left: progress.rowsLeft,
    pending: progress.pendingRows,
    pending_since: progress.pendingSince?.toISOString() ?? null,
    unusable: progress.unusable,
  };
}

export function toCheckResults(
  { tables, key, asOf }: Decision,
  searched: readonly SearchVerdict[],
): CheckResult[] {
  return [
    ...tables.map((one) => ({
      check: "pii_hashing",
      subject: one.survey.table.id,
      status: key === null ? statusOf(one) : "unknown",
      code: one.findings[0]?.code ?? key?.code ?? null,
      text: one.findings[0]?.text ?? key?.text ?? null,
      detail: {
        ...tableSummary(one),
        as_of: asOf,
        seen_until: one.progress.seenUntil,
        modified: infoOf(one.survey.raw)?.modified ?? null,
      },
    })),
    ...searched
      .filter(({ read }) => read)
      .map(({ subject, status, finding, search }) => ({
        check: "pii_search",
        subject,
        status,
        code: finding?.code ?? null,
        text: finding?.text ?? null,
        detail: {
          rows: search?.rows ?? null,
          found: search?.found ?? [],
          hash_columns: search?.hashColumns ?? [],
        },
      })),
  ];
}

const infoOf = (it: TableResult["survey"]["raw"]): TableInfo | null =>
  it === null || it instanceof Error ? null : it;

/** The answer of `GET /pii-hasher` as data; its field names are a contract. */
export function toJson(decision: Decision, queries: readonly { readonly statement: string }[]) {
  return {
    as_of: decision.asOf.toISOString(),
    tables: decision.tables.map((one) => ({
      table: one.survey.table.id,
      raw: nameOf(one.survey.table.source.table),
      clean: nameOf(one.survey.table.clean),
      status: statusOf(one),
      planned_action: one.plan.action,
      readable_rows: decision.readableRows.get(one.survey.table.id) ?? null,
      raw_rows: infoOf(one.survey.raw)?.rows ?? null,
      clean_rows: infoOf(one.survey.clean)?.rows ?? null,
      rows_hashed: one.progress.rowsHashed,
      left: one.progress.rowsLeft,
      pending: one.progress.pendingRows,
      pending_since: one.progress.pendingSince?.toISOString() ?? null,
      unusable: one.progress.unusable,
      last_read: one.progress.readAt?.toISOString() ?? null,
      last_emptied: one.progress.emptiedAt?.toISOString() ?? null,
      findings: one.findings,
      not_copied: one.plan.action === "refuse" ? [] : one.plan.layout.notCopied,
      owner: one.survey.table.source.owner,
    })),
    queries,
  };
}

export function toTable(decision: Decision): TableBlock {
  const right = (label: string) => ({ label, align: "right" as const });
  return {
    kind: "table",
    columns: [
      { label: "Table" },
      { label: "Status" },
      right("Raw rows"),
      right("Clean rows"),
      right("Readable"),
      right("Left"),
      right("Pending"),
      right("Unusable"),
      { label: "Last read" },
    ],
    rows: decision.tables.map((one) => [
      one.survey.table.id,
      statusOf(one),
      infoOf(one.survey.raw)?.rows ?? null,
      infoOf(one.survey.clean)?.rows ?? null,
      decision.readableRows.get(one.survey.table.id) ?? null,
      one.progress.rowsLeft,
      one.progress.pendingRows,
      countOf(one.progress.unusable),
      one.progress.readAt === null ? null : formatInstant(one.progress.readAt),
    ]),
  };
}

export function toBlocks(decision: Decision): Block[] {
  const waiting = [...decision.readableRows.values()].reduce((sum, rows) => sum + rows, 0);
  return [
    { kind: "heading", level: 1, text: "Is PII hashed?" },
    {
      kind: "paragraph",
      text:
        waiting === 0
          ? `As of ${formatInstant(decision.asOf)} no PII column of the raw tables has readable values.`
          : `As of ${formatInstant(decision.asOf)} ${rowsText(waiting)} of the raw tables can be read; /pii-hasher/proof covers hashes and all other tables.`,
    },
    toTable(decision),
    ...decision.tables.flatMap((one): Block[] => {
      const lines = [
        ...one.findings.map(({ text }) => text),
        ...(one.plan.action === "refuse" || one.plan.layout.notCopied.length === 0
          ? []
          : [
              `Columns of the raw table that the clean table lacks: ${one.plan.layout.notCopied.join(", ")}. After you add one there, new rows fill it.`,
            ]),
      ];
      return lines.length === 0
        ? []
        : [
            { kind: "heading", level: 2, text: one.survey.table.id },
            { kind: "list", ordered: false, items: lines },
            ...(one.findings.length > 0
              ? [
                  {
                    kind: "list" as const,
                    ordered: true,
                    items: [...new Set(one.findings.flatMap((it) => it.actions))],
                  },
                ]
              : []),
          ];
    }),
    {
      kind: "paragraph",
      text: `${formatNumber(decision.tables.reduce((sum, { progress }) => sum + progress.rowsHashed, 0))} rows were hashed so far.`,
    },
  ];
}
