import { z } from "zod";
import { describeError } from "../http/problem.ts";
import type { Answered, Latest } from "../stack-view.ts";

/** A field that an answer may leave out. */
export const optionalText = z
  .string()
  .nullish()
  .transform((value) => value ?? null);
export const optionalNumber = z
  .number()
  .nullish()
  .transform((value) => value ?? null);

/**
 * The answer of `GET url`, requested once for each `moment`, because it only changes when the world does. A failed
 * request is repeated.
 */
export function createReader<Report>(
  url: string,
  schema: z.ZodType<Report>,
  moment: () => string,
): () => Promise<Answered<Report>> {
  let asked: { readonly moment: string; readonly report: Promise<Answered<Report>> } | null = null;
  return async () => {
    const now = moment();
    if (asked?.moment !== now) asked = { moment: now, report: ask(url, schema) };
    const { report } = asked;
    const answer = await report;
    if (!answer.ok && asked.report === report) asked = null;
    return answer;
  };
}

/** For slow answers: a caller that cannot wait gets the answer before. */
export function createTimedReader<Report>(
  url: string,
  schema: z.ZodType<Report>,
  moment: () => string,
): (timeoutMs?: number) => Promise<Latest<Report>> {
  const read = createReader(url, schema, moment);
  let last: Answered<Report> | null = null;

  async function current(): Promise<Latest<Report>> {
    last = await read();
    return { answer: last, current: true };
  }

  return async (timeoutMs) => {
    const answer = current();
    if (timeoutMs === undefined) return answer;
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<Latest<Report>>((resolve) => {
      timer = setTimeout(() => resolve({ answer: last, current: false }), timeoutMs);
    });
    return Promise.race([answer, timeout]).finally(() => clearTimeout(timer));
  };
}

async function ask<Report>(url: string, schema: z.ZodType<Report>): Promise<Answered<Report>> {
  try {
    const response = await fetch(url, { headers: { accept: "application/json" } });
    const body: unknown = await response.json();
    const parsed = schema.safeParse(body);
    if (parsed.success) return { ok: true, report: parsed.data };
    const problem = z.looseObject({ title: z.string(), detail: z.string().default("") }).safeParse(body);
    return problem.success
      ? { ok: false, problem: [problem.data.title, problem.data.detail].filter((it) => it !== "").join(": ") }
      : { ok: false, problem: `its answer has an unexpected form: ${z.prettifyError(parsed.error)}` };
  } catch (error) {
    return { ok: false, problem: describeError(error) };
  }
}
