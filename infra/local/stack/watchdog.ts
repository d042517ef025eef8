import { z } from "zod";
import { describeError } from "../http/problem.ts";
import type { WatchdogReport } from "../stack-view.ts";

const text = z
  .string()
  .nullish()
  .transform((value) => value ?? null);
const number = z
  .number()
  .nullish()
  .transform((value) => value ?? null);
const impact = z.looseObject({
  amount: z.number(),
  currency: z.string(),
  kind: z.string(),
  low: number,
  high: number,
  basis: text,
});

const schema = z.looseObject({
  as_of: z.string(),
  summary: z.looseObject({ ok: z.number(), warning: z.number(), critical: z.number(), unknown: z.number() }),
  sources: z.array(
    z.looseObject({
      source: z.string(),
      status: z.enum(["ok", "warning", "critical", "unknown"]),
      arrival: text,
      business_date: text,
      modified: text,
      age_hours: number,
      decided_by: text,
      finding: z
        .union([z.string(), z.looseObject({ text: z.string() }).transform((finding) => finding.text)])
        .nullish()
        .transform((value) => value ?? null),
      impact: impact.nullish().transform((value) => value ?? null),
      cause: text,
      owner: text,
    }),
  ),
  groups: z.array(
    z.looseObject({
      key: z.string(),
      title: z.string(),
      severity: z.string(),
      since: text,
      cause: text,
      probable: z.boolean().default(false),
      evidence: z.array(z.string()).default([]),
      sources: z.array(z.string()),
      impact: z.array(impact).default([]),
      actions: z.array(z.string()).default([]),
      owner: text,
    }),
  ),
});

/**
 * What `GET /sync-watchdog` answers, asked once for each `moment`: the world
 * stands still in between, so the answer does too. A failure is asked again.
 */
export function createWatchdogReader(url: string, moment: () => string): () => Promise<WatchdogReport> {
  let asked: { readonly moment: string; readonly report: Promise<WatchdogReport> } | null = null;
  return async () => {
    const now = moment();
    if (asked?.moment !== now) asked = { moment: now, report: ask(url) };
    const { report } = asked;
    const answer = await report;
    if (!answer.ok && asked.report === report) asked = null;
    return answer;
  };
}

async function ask(url: string): Promise<WatchdogReport> {
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
