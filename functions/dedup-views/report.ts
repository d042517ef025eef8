import { rememberedOf } from "../checks/duplicates/detail.ts";
import type { DayCounts, Figures } from "../checks/duplicates/types.ts";
import type { Verdict as Roas } from "../checks/roas/types.ts";
import { nameOf } from "../shared/config/values/table-name.ts";
import { addDays, dayOf } from "../shared/days.ts";
import { sumOf } from "../shared/decimal.ts";
import type { Block, TableBlock } from "../shared/report/blocks.ts";
import {
  formatDay,
  formatInstant,
  formatMoney,
  formatNumber,
  formatPercent,
} from "../shared/report/format.ts";
import type { CheckResult } from "../shared/runs/runs.ts";
import { WarehouseError } from "../shared/warehouse/error.ts";
import type { StatementRun } from "../shared/warehouse/types.ts";
import { type Decision, type Judged, overcounted } from "./decide.ts";
import { orderOf } from "./definition.ts";
import { definitionHash } from "./override.ts";
import type { RawRead } from "./raw-reads.ts";

/** All that an answer says, beside what is done. */
export interface Looked {
  readonly decision: Decision;
  readonly roas: readonly Roas[];
  readonly rawReads: readonly RawRead[] | WarehouseError;
  /** Names of views that were made here and are not kept any more. */
  readonly abandoned: readonly string[];
  readonly runs: readonly StatementRun[];
}

/** Business days before the one of the tick that are shown by themselves; all of them are in the totals. */
const daysShown = 30;

/** Of the last 30 days, whether or not anything has come of late. */
function recentDays({ duplicates, view }: Judged, asOf: Date): readonly DayCounts[] {
  const today = dayOf(asOf, view.source.timeZone);
  const first = addDays(today, -daysShown);
  return (duplicates?.figures?.days ?? []).filter(({ day }) => day !== null && day >= first && day <= today);
}

/** The answer as data. Field names are the contract of `GET /dedup-views`; amounts are exact decimals in text. */
export function toJson({ decision, roas, rawReads, abandoned, runs }: Looked): Record<string, unknown> {
  return {
    as_of: decision.asOf.toISOString(),
    summary: decision.summary,
    complete: decision.complete,
    views: decision.views.map((it) => ({
      view: it.view.id,
      name: nameOf(it.view.view),
      raw: nameOf(it.view.source.table),
      key: it.view.source.uniqueKey,
      order: orderOf(it.view),
      action: it.plan.action,
      status: worstOf(it),
      finding: findingOf(it),
      to_do: actionsOf(it),
      reasons: it.wanted.action === "replace" ? it.wanted.reasons : [],
      diff: it.wanted.action === "replace" ? it.wanted.diff : null,
      removes: it.removal instanceof WarehouseError ? null : it.removal,
      last_changed: it.wanted.action === "unchanged" ? it.wanted.change : null,
      proposal: it.duplicates?.advice ?? null,
      contradictions: it.duplicates?.contradictions ?? null,
      figures: figuresAsJson(it, decision.asOf),
      notes: it.duplicates?.notes ?? [],
      owner: it.view.source.owner,
    })),
    roas: roas.map((it) => ({
      platform: it.platform.id,
      from: it.firstDay,
      through: it.lastDay,
      status: it.status,
      finding: it.finding,
      text: it.text,
      currency: it.platform.spend.money.currency,
      ...it.money,
    })),
    raw_reads: rawReadsAsJson(rawReads, decision),
    not_kept: abandoned,
    queries: runs.map(({ statement, sql, jobId, bytesProcessed, bytesBilled }) => ({
      statement,
      job: jobId,
      bytes_processed: bytesProcessed,
      bytes_billed: bytesBilled,
      sql,
    })),
  };
}

function figuresAsJson(it: Judged, asOf: Date) {
  const { view } = it;
  const figures = it.duplicates?.figures ?? null;
  if (figures === null) return null;
  const counts = ({ rawRows, cleanRows, amounts }: Pick<Figures, "rawRows" | "cleanRows" | "amounts">) => ({
    raw_rows: rawRows,
    clean_rows: cleanRows,
    duplicates: rawRows - cleanRows,
    rate: rateOf(rawRows, cleanRows),
    money:
      amounts === null || view.money === null
        ? null
        : {
            ...amounts,
            overcounted: overcounted(it, amounts),
            currency: view.money.currency,
            kind: view.money.kind,
          },
  });
  return {
    ...counts(figures),
    newest_arrival: figures.newestArrival?.toISOString() ?? null,
    rows_without_arrival: figures.rowsWithoutArrival,
    key_nulls: figures.keyNulls,
    days: recentDays(it, asOf).map((day) => ({ day: day.day, ...counts(day) })),
  };
}

function rawReadsAsJson(rawReads: Looked["rawReads"], { views, asOf }: Decision) {
  if (rawReads instanceof WarehouseError) return { checked: false, why: rawReads.message, jobs: [] };
  const byId = new Map(views.map((it) => [it.view.id, it]));
  return {
    checked: true,
    why: null,
    jobs: rawReads.map(({ view, at, job, reader }) => {
      const it = byId.get(view);
      return {
        view,
        at: at.toISOString(),
        job,
        reader,
        overcounted_30_days: it === undefined ? null : recentlyOvercounted(it, asOf),
        overcounted_all: it === undefined ? null : overcounted(it),
        currency: it?.view.money?.currency ?? null,
      };
    }),
  };
}

/** The answer to read: the plan, the figures, what they cost, who reads past the views, the queries. */
export function toBlocks(looked: Looked): Block[] {
  const { decision, roas, rawReads, abandoned, runs } = looked;
  const { create, replace, unchanged, refused } = decision.summary;
  const title: Block = { kind: "heading", level: 1, text: "Clean views" };
  if (decision.views.length === 0) {
    const text = "The warehouse file has no dedup views, so there is nothing to keep.";
    return [title, { kind: "paragraph", text }, ...roasBlocks(roas)];
  }
  return [
    title,
    {
      kind: "paragraph",
      text: `As of ${formatInstant(decision.asOf)}: ${create} to make, ${replace} to replace, ${unchanged} as wanted, ${refused} refused.`,
    },
    ...decision.views.flatMap(problemBlocks),
    { kind: "heading", level: 2, text: "Views" },
    figuresTable(decision.views),
    ...notesBlocks(decision.views),
    ...(abandoned.length === 0
      ? []
      : [
          {
            kind: "paragraph",
            text: `Not kept any more, and not in the warehouse file: ${abandoned.join(", ")}.`,
          } as const,
        ]),
    ...roasBlocks(roas),
    ...rawReadBlocks(rawReads, decision),
    ...decision.views.flatMap((it) => daysBlocks(it, decision.asOf)),
    { kind: "heading", level: 2, text: "Queries" },
    {
      kind: "table",
      columns: [{ label: "Statement" }, { label: "Processed", align: "right" }, { label: "Job" }],
      rows: runs.map(({ statement, bytesProcessed, jobId }) => [
        statement,
        `${formatNumber(bytesProcessed / 2 ** 20, 1)} MiB`,
        jobId ?? "estimated only",
      ]),
    },
    ...runs.map(({ sql }): Block => ({ kind: "code", language: "sql", text: sql })),
  ];
}

function problemBlocks(it: Judged): Block[] {
  const finding = findingOf(it);
  const { wanted } = it;
  const hasChanges = wanted.action === "replace";
  if (finding === null && !hasChanges) return [];
  const actions = actionsOf(it);
  return [
    { kind: "heading", level: 2, text: it.view.id },
    ...(finding === null
      ? []
      : [{ kind: "facts", facts: [{ label: finding.severity, value: finding.text }] } as const]),
    ...(actions.length === 0 ? [] : [{ kind: "list", ordered: true, items: actions } as const]),
    ...(hasChanges ? [{ kind: "list", ordered: false, items: wanted.reasons } as const] : []),
    ...(hasChanges && wanted.diff !== ""
      ? [{ kind: "code", language: "diff", text: wanted.diff } as const]
      : []),
  ];
}

const figureColumns = [
  { label: "View" },
  { label: "Plan" },
  { label: "Raw rows", align: "right" },
  { label: "Clean rows", align: "right" },
  { label: "Duplicates", align: "right" },
  { label: "Rate", align: "right" },
  { label: "Counted twice", align: "right" },
] as const;

function figuresTable(views: readonly Judged[]): Block {
  return {
    kind: "table",
    columns: figureColumns,
    rows: views.map((it) => {
      const figures = it.duplicates?.figures ?? null;
      if (figures === null) return [it.view.id, it.plan.action, "–", "–", "–", "–", "–"];
      const { rawRows, cleanRows } = figures;
      return [
        it.view.id,
        it.plan.action,
        formatNumber(rawRows),
        formatNumber(cleanRows),
        formatNumber(rawRows - cleanRows),
        formatPercent(rateOf(rawRows, cleanRows) ?? Number.NaN),
        overcountedOf(it),
      ];
    }),
  };
}

function overcountedOf(it: Judged): string {
  const amount = overcounted(it);
  const { money } = it.view;
  return amount === null || money === null ? "–" : formatMoney(Number(amount), money.currency);
}

/** Over the days that are shown. */
function recentlyOvercounted(it: Judged, asOf: Date): string | null {
  return sumOf(recentDays(it, asOf).map(({ amounts }) => overcounted(it, amounts)));
}

function recentlyOvercountedOf(it: Judged, asOf: Date): string {
  const amount = recentlyOvercounted(it, asOf);
  const { money } = it.view;
  return amount === null || money === null ? "–" : formatMoney(Number(amount), money.currency);
}

function notesBlocks(views: readonly Judged[]): Block[] {
  const said = views.flatMap(({ view, duplicates }) =>
    (duplicates?.notes ?? []).map((note) => ({ id: view.id, note })),
  );
  const items = [...Map.groupBy(said, ({ note }) => note)].map(([note, by]) =>
    by.length === views.length && by.length > 1
      ? `Each view: ${note}`
      : `${by.map(({ id }) => id).join(", ")}: ${note}`,
  );
  return items.length === 0 ? [] : [{ kind: "list", ordered: false, items }];
}

function roasBlocks(roas: readonly Roas[]): Block[] {
  if (roas.length === 0) return [];
  return [
    { kind: "heading", level: 2, text: "Return on ad spend" },
    {
      kind: "list",
      ordered: false,
      items: roas.map(({ text, finding }) => (finding === null ? text : `${text} ${finding.text}`)),
    },
  ];
}

function rawReadBlocks(rawReads: Looked["rawReads"], { views, asOf }: Decision): Block[] {
  const heading: Block = { kind: "heading", level: 2, text: "Who reads the raw tables" };
  if (rawReads instanceof WarehouseError) {
    return [heading, { kind: "paragraph", text: `The log of jobs could not be read: ${rawReads.message}` }];
  }
  if (rawReads.length === 0)
    return [
      heading,
      { kind: "paragraph", text: "None was seen among this project's jobs of the last 7 days." },
    ];
  const byId = new Map(views.map((it) => [it.view.id, it]));
  return [
    heading,
    {
      kind: "paragraph",
      text: "What a query really summed is not in the log: so much counts a sum over the last 30 days twice, and one over everything.",
    },
    {
      kind: "table",
      columns: [
        { label: "When" },
        { label: "Who" },
        { label: "Should read" },
        { label: "Twice, 30 days", align: "right" },
        { label: "Twice, all", align: "right" },
        { label: "Job" },
      ],
      rows: rawReads.map(({ at, reader, view, job }) => {
        const it = byId.get(view);
        const twice = it === undefined ? ["–", "–"] : [recentlyOvercountedOf(it, asOf), overcountedOf(it)];
        return [formatInstant(at), reader, view, ...twice, job];
      }),
    },
  ];
}

function daysBlocks(it: Judged, asOf: Date): Block[] {
  const days = recentDays(it, asOf);
  if (days.length === 0) return [];
  const { view } = it;
  const { money } = view;
  return [
    { kind: "heading", level: 3, text: `${view.id} by day` },
    {
      kind: "table",
      columns: [
        { label: "Day" },
        { label: "Raw rows", align: "right" },
        { label: "Clean rows", align: "right" },
        { label: "Rate", align: "right" },
        { label: money === null ? "Raw" : `Raw, ${money.currency}`, align: "right" },
        { label: money === null ? "Clean" : `Clean, ${money.currency}`, align: "right" },
      ],
      rows: days.map(({ day, rawRows, cleanRows, amounts }) => [
        formatDay(day ?? ""),
        formatNumber(rawRows),
        formatNumber(cleanRows),
        formatPercent(rateOf(rawRows, cleanRows) ?? Number.NaN),
        amountText(amounts?.raw),
        amountText(amounts?.clean),
      ]),
    },
  ];
}

function amountText(amount: string | null | undefined): string {
  return amount === null || amount === undefined ? "–" : formatNumber(Number(amount), 2, 2);
}

/** The one table of the answer, for CSV. */
export function toTable({ views }: Decision): TableBlock {
  const names = [
    "view",
    "name",
    "raw",
    "action",
    "status",
    "finding",
    "raw_rows",
    "clean_rows",
    "duplicates",
    "rate",
  ];
  return {
    kind: "table",
    columns: [...names, "money_raw", "money_clean", "overcounted", "currency"].map((label) => ({ label })),
    rows: views.map((it) => {
      const figures = it.duplicates?.figures ?? null;
      const amounts = figures?.amounts ?? null;
      return [
        it.view.id,
        nameOf(it.view.view),
        nameOf(it.view.source.table),
        it.plan.action,
        worstOf(it),
        findingOf(it)?.code ?? null,
        figures?.rawRows ?? null,
        figures?.cleanRows ?? null,
        figures === null ? null : figures.rawRows - figures.cleanRows,
        figures === null ? null : rateOf(figures.rawRows, figures.cleanRows),
        amounts?.raw ?? null,
        amounts?.clean ?? null,
        overcounted(it),
        amounts === null ? null : (it.view.money?.currency ?? null),
      ];
    }),
  };
}

/** What is remembered of each view: how it stands, and what each check of its rows says. */
export function toCheckResults({ views }: Decision): CheckResult[] {
  return views.flatMap(({ view, wanted, plan, refusal, status, duplicates, removal }) => [
    {
      check: "dedup_view",
      subject: view.id,
      status,
      code: refusal?.code ?? null,
      text: refusal?.text ?? null,
      detail: {
        version: 1,
        action: plan.action,
        reasons: wanted.action === "replace" ? wanted.reasons : [],
        definition: wanted.action === "refused" ? null : definitionHash(wanted.query),
        etag: wanted.action === "replace" ? wanted.etag : null,
        removes: removal instanceof WarehouseError ? null : removal,
      },
    },
    ...(duplicates === null ? [] : rememberedOf(duplicates)),
  ]);
}

/** What is wrong about a view: that it is not as it is wanted, else what its rows say. */
export function findingOf({ status, refusal, duplicates }: Judged): {
  readonly code: string;
  readonly severity: string;
  readonly text: string;
} | null {
  if (refusal !== null) return { code: refusal.code, severity: status, text: refusal.text };
  return duplicates?.finding ?? null;
}

function actionsOf({ refusal, duplicates }: Judged): readonly string[] {
  return refusal?.actions ?? duplicates?.actions ?? [];
}

const worstFirst = ["critical", "unknown", "warning", "ok"] as const;

function worstOf({ status, duplicates }: Judged): Judged["status"] {
  return worstFirst.find((it) => it === status || it === duplicates?.status) ?? "ok";
}

/** 0 to 1; null of no rows. */
function rateOf(rawRows: number, cleanRows: number): number | null {
  return rawRows === 0 ? null : (rawRows - cleanRows) / rawRows;
}
