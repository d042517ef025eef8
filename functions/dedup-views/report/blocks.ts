import type { Verdict as Roas } from "../../checks/roas/types.ts";
import type { Block } from "../../shared/report/blocks.ts";
import {
  formatDay,
  formatInstant,
  formatMoney,
  formatNumber,
  formatPercent,
} from "../../shared/report/format.ts";
import { WarehouseError } from "../../shared/stores/bigquery/error.ts";
import { type Decision, overcounted, type ViewResult } from "../decide.ts";
import { actionsOf, findingOf, type Gathered, rateOf, recentDays, recentlyOvercounted } from "./figures.ts";
import { amountText } from "./table.ts";

/** The answer to read: the plan, the figures, their cost, who reads the raw tables, the queries. */
export function toBlocks(looked: Gathered): Block[] {
  const { decision, roas, rawReads, abandoned, runs } = looked;
  const { create, replace, unchanged, refused } = decision.summary;
  const title: Block = { kind: "heading", level: 1, text: "Clean views" };
  if (decision.views.length === 0) {
    const text = "The warehouse file has no dedup views.";
    return [title, { kind: "paragraph", text }, ...roasBlocks(roas)];
  }
  return [
    title,
    {
      kind: "paragraph",
      text: `As of ${formatInstant(decision.asOf)}: ${create} to create, ${replace} to replace, ${unchanged} up to date, ${refused} refused.`,
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

function problemBlocks(it: ViewResult): Block[] {
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

function figuresTable(views: readonly ViewResult[]): Block {
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

function overcountedOf(it: ViewResult): string {
  const amount = overcounted(it);
  const { money } = it.view;
  return amount === null || money === null ? "–" : formatMoney(Number(amount), money.currency);
}

function recentlyOvercountedOf(it: ViewResult, asOf: Date): string {
  const amount = recentlyOvercounted(it, asOf);
  const { money } = it.view;
  return amount === null || money === null ? "–" : formatMoney(Number(amount), money.currency);
}

function notesBlocks(views: readonly ViewResult[]): Block[] {
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
      items: roas.map(({ platform, status, text, finding }) => {
        // What is unknown says its finding and no figures.
        if (status === "unknown") return `${platform.name}: ${text}`;
        return finding === null ? text : `${text} ${finding.text}`;
      }),
    },
  ];
}

function rawReadBlocks(rawReads: Gathered["rawReads"], { views, asOf }: Decision): Block[] {
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

function daysBlocks(it: ViewResult, asOf: Date): Block[] {
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
