import { z } from "zod";
import type { WatchdogReport } from "../stack-view.ts";
import { createReader, optionalNumber, optionalText } from "./ask.ts";

const impact = z.looseObject({
  amount: z.number(),
  currency: z.string(),
  kind: z.string(),
  low: optionalNumber,
  high: optionalNumber,
  basis: optionalText,
});

const schema = z.looseObject({
  as_of: z.string(),
  summary: z.looseObject({ ok: z.number(), warning: z.number(), critical: z.number(), unknown: z.number() }),
  sources: z.array(
    z.looseObject({
      source: z.string(),
      status: z.enum(["ok", "warning", "critical", "unknown"]),
      arrival: optionalText,
      business_date: optionalText,
      modified: optionalText,
      age_hours: optionalNumber,
      decided_by: optionalText,
      finding: z
        .union([z.string(), z.looseObject({ text: z.string() }).transform((finding) => finding.text)])
        .nullish()
        .transform((value) => value ?? null),
      impact: impact.nullish().transform((value) => value ?? null),
      cause: optionalText,
      owner: optionalText,
    }),
  ),
  groups: z.array(
    z.looseObject({
      key: z.string(),
      title: z.string(),
      severity: z.string(),
      since: optionalText,
      cause: optionalText,
      probable: z.boolean().default(false),
      evidence: z.array(z.string()).default([]),
      sources: z.array(z.string()),
      impact: z.array(impact).default([]),
      actions: z.array(z.string()).default([]),
      owner: optionalText,
    }),
  ),
});

/** The answer of `GET /sync-watchdog`, requested once for each `moment`. */
export function createWatchdogReader(url: string, moment: () => string): () => Promise<WatchdogReport> {
  return createReader(url, schema, moment);
}
