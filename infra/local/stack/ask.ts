import { z } from "zod";
import { describeError } from "../http/problem.ts";
import type { Answered, Latest } from "../stack-view.ts";

/** Of an answer's fields: what it leaves out is nothing, not a mistake. */
export const optionalText = z
  .string()
  .nullish()
  .transform((value) => value ?? null);
export const optionalNumber = z
  .number()
  .nullish()
  .transform((value) => value ?? null);

/**
 * What `GET url` answers, asked once for each `moment`: the world stands still in between, so the answer does too. A
 * failure is asked again.
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

/** Of what takes its time: whoever cannot wait for it gets the one before. */
export function createPatientReader<Report>(
  url: string,
  schema: z.ZodType<Report>,
  moment: () => string,
): (patienceMs?: number) => Promise<Latest<Report>> {
  const read = createReader(url, schema, moment);
  let last: Answered<Report> | null = null;

  async function current(): Promise<Latest<Report>> {
    last = await read();
    return { answer: last, current: true };
  }

  return async (patienceMs) => {
    const answer = current();
    if (patienceMs === undefined) return answer;
    let timer: NodeJS.Timeout | undefined;
    const enough = new Promise<Latest<Report>>((resolve) => {
      timer = setTimeout(() => resolve({ answer: last, current: false }), patienceMs);
    });
    return Promise.race([answer, enough]).finally(() => clearTimeout(timer));
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
      : { ok: false, problem: `its answer is not understood: ${z.prettifyError(parsed.error)}` };
  } catch (error) {
    return { ok: false, problem: describeError(error) };
  }
}
