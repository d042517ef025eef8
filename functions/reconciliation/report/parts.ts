import { type Area, type CheckId, checksIn } from "../../checks/registry.ts";
import type { Block } from "../../shared/report/blocks.ts";
import { formatMoney } from "../../shared/report/format.ts";
import type { Marked } from "../causes.ts";
import type { Decision } from "../decide.ts";
import { shownQuery } from "./query.ts";

/** Results of one check, in the order of evaluation. */
export function resultsOf({ results }: Pick<Decision, "results">, check: CheckId): readonly Marked[] {
  return results.filter((it) => it.check === check);
}

/** Results of all checks of one area, in the order that the registry names them in. */
export function resultsIn(decision: Pick<Decision, "results">, area: Area): readonly Marked[] {
  return checksIn(area).flatMap((check) => resultsOf(decision, check));
}

export function heading(text: string, level: 1 | 2 | 3 = 2): Block {
  return { kind: "heading", level, text };
}

export function paragraph(text: string): Block {
  return { kind: "paragraph", text };
}

export function list(items: readonly string[], ordered = false): Block[] {
  return items.length === 0 ? [] : [{ kind: "list", ordered, items }];
}

/** "about $270K"; "–" if nothing is at stake or it is unknown. */
export function impactText({ impact }: Pick<Marked, "impact">): string {
  if (impact === null) return "–";
  const { amount, low, high, currency, what } = impact;
  return `${low === high ? "" : "about "}${formatMoney(amount, currency)} ${what}`;
}

/**
 * The problem, its actions, and the query that shows the rows. Results that are ok and consequences are only
 * in the tables.
 *
 * @param brief one line for each, because the list of actions has the rest
 */
export function findings(results: readonly Marked[], brief = false): Block[] {
  const wrong = results.filter(({ status, consequenceOf }) => status !== "ok" && consequenceOf === null);
  if (brief) return list(wrong.map(({ subject, status, text }) => `${subject}: ${status}. ${text}`));
  return wrong.flatMap((it) => [
    heading(`${it.subject}: ${it.status}`, 3),
    paragraph(it.text),
    {
      kind: "facts",
      facts: [
        ...(it.cause === null ? [] : [{ label: "Cause", value: it.cause }]),
        ...(it.impact === null ? [] : [{ label: "Impact", value: `${impactText(it)}: ${it.impact.basis}` }]),
        ...(it.actions.length > 0 ? [{ label: "What to do", value: it.actions.join("; ") }] : []),
        { label: "Owner", value: it.owner },
      ],
    } satisfies Block,
    ...queryBlocks(it),
  ]);
}

function queryBlocks({ query }: Marked): Block[] {
  if (query === null) return [];
  return [
    {
      kind: "fold",
      title: "The query that shows the rows",
      blocks: [{ kind: "code", language: "sql", text: shownQuery(query) }],
    },
  ];
}

/** A number of the evidence. */
export function count(it: Marked | undefined, name: string): number | null {
  const value = it?.evidence[name];
  return typeof value === "number" ? value : null;
}

/** "55 of 81 checks are ok, 18 are critical, 7 have warnings, 1 is unknown." */
export function countsText({ ok, warning, critical, unknown }: Decision["summary"]): string {
  const said = [
    ...(critical === 0 ? [] : [`${critical} ${critical === 1 ? "is" : "are"} critical`]),
    ...(warning === 0 ? [] : [`${warning} ${warning === 1 ? "has a warning" : "have warnings"}`]),
    ...(unknown === 0 ? [] : [`${unknown} ${unknown === 1 ? "is" : "are"} unknown`]),
  ];
  const all = ok + warning + critical + unknown;
  return `${said.length === 0 ? `All ${all}` : `${ok} of ${all}`} checks are ok${said.map((it) => `, ${it}`).join("")}.`;
}

/** The worst status of some results, for a heading. */
export function verdictOf(results: readonly Marked[]): string {
  const worst = (["critical", "unknown", "warning"] as const).find((status) =>
    results.some((it) => it.status === status),
  );
  return worst ?? (results.length === 0 ? "not checked" : "ok");
}

/**
 * "freshness" if it follows from its own subject, "orders: freshness" if from another; "–" if it follows from
 * nothing.
 */
export function followsText({ subject, consequenceOf }: Pick<Marked, "subject" | "consequenceOf">): string {
  if (consequenceOf === null) return "–";
  const check = consequenceOf.check.replaceAll("_", " ");
  return consequenceOf.subject === subject ? check : `${consequenceOf.subject}: ${check}`;
}
