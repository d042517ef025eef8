import type { Block, TableBlock } from "../report/blocks.ts";
import { toCsv } from "../report/csv.ts";
import { type Form, toHtmlPage } from "../report/html.ts";
import { toMarkdown } from "../report/markdown.ts";
import { Problem } from "./problem.ts";

/** What a function answers, without a word of the format: the caller chooses that. */
export interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json: unknown;
  /** For human readers; without it the answer is JSON only. */
  readonly report?: { readonly title: string; readonly blocks: readonly Block[] };
  /** What a reader of the page can do about it. */
  readonly form?: Form;
  /** Only where the answer is one table. */
  readonly table?: TableBlock;
}

export type Format = "json" | "markdown" | "html" | "csv";

const types: Readonly<Record<Format, string>> = {
  json: "application/json",
  markdown: "text/markdown",
  html: "text/html",
  csv: "text/csv",
};

/** The part of Express's request that content negotiation needs. */
export interface Negotiable {
  accepts(types: string[]): string | false;
}

/**
 * `?format=` names the format; else the Accept header chooses, JSON where it does not mind.
 * @throws Problem 406 with the list of what there is
 */
export function formatOf(request: Negotiable, wanted: string | undefined, there: readonly Format[]): Format {
  const chosen =
    wanted === undefined
      ? there.find((format) => types[format] === request.accepts(there.map((each) => types[each])))
      : there.find((format) => format === wanted);
  if (chosen === undefined) throw notAcceptable(there);
  return chosen;
}

function notAcceptable(there: readonly Format[]): Problem {
  const list = there.map((format) => `${types[format]} (?format=${format})`).join(", ");
  return new Problem(406, "Not acceptable", `This answer comes as ${list}.`);
}

/** A problem as RFC 9457 wants it; as a page for whoever would rather have one, a person who has followed a link. */
export function bodyOfProblem(
  request: Negotiable,
  problem: Problem,
): { readonly type: string; readonly body: string } {
  const json = "application/problem+json";
  if (request.accepts([json, "application/json", types.html]) !== types.html) {
    return { type: `${json}; charset=utf-8`, body: JSON.stringify(problem) };
  }
  const { title, message, errors } = problem;
  const blocks: Block[] = [{ kind: "paragraph", text: message }];
  if (errors.length > 0) blocks.push({ kind: "list", ordered: false, items: errors });
  return { type: `${types.html}; charset=utf-8`, body: toHtmlPage(blocks, { title }) };
}

/** @throws Problem 406 where this answer, of all its method gives, has no such form */
export function bodyOf(format: Format, answer: Answer): { readonly type: string; readonly body: string } {
  const type = `${types[format]}; charset=utf-8`;
  if (format === "markdown" && answer.report) return { type, body: toMarkdown(answer.report.blocks) };
  if (format === "html" && answer.report)
    return {
      type,
      body: toHtmlPage(answer.report.blocks, { ...answer.report, ...(answer.form && { form: answer.form }) }),
    };
  if (format === "csv" && answer.table) return { type, body: toCsv(answer.table) };
  if (format !== "json") throw notAcceptable(["json"]);
  return { type, body: `${JSON.stringify(answer.json, null, 2)}\n` };
}
