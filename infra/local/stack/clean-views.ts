import { z } from "zod";
import type { CleanViews } from "../stack-view.ts";
import { createTimedReader, optionalNumber, optionalText } from "./ask.ts";

const schema = z.looseObject({
  as_of: z.string(),
  summary: z.looseObject({
    create: z.number(),
    replace: z.number(),
    unchanged: z.number(),
    refused: z.number(),
  }),
  views: z.array(
    z.looseObject({
      view: z.string(),
      key: z.array(z.string()),
      action: z.enum(["create", "replace", "unchanged", "refused"]),
      status: z.enum(["ok", "warning", "critical", "unknown"]),
      finding: z.looseObject({ severity: z.string(), text: z.string() }).nullable(),
      to_do: z.array(z.string()),
      reasons: z.array(z.string()),
      diff: optionalText,
      last_changed: z.looseObject({ at: z.string(), what: z.string() }).nullable(),
      figures: z
        .looseObject({
          raw_rows: z.number(),
          clean_rows: z.number(),
          duplicates: z.number(),
          rate: optionalNumber,
          money: z
            .looseObject({
              raw: optionalText,
              clean: optionalText,
              overcounted: optionalText,
              currency: z.string(),
              kind: z.string(),
            })
            .nullable(),
        })
        .nullable(),
      owner: optionalText,
    }),
  ),
  roas: z.array(
    z.looseObject({
      platform: z.string(),
      from: z.string(),
      through: z.string(),
      status: z.enum(["ok", "warning", "unknown"]),
      text: z.string(),
      finding: z
        .looseObject({ text: z.string() })
        .nullable()
        .transform((finding) => finding?.text ?? null),
      roas: optionalText,
      roasRaw: optionalText,
    }),
  ),
  raw_reads: z.looseObject({
    checked: z.boolean(),
    why: optionalText,
    jobs: z.array(z.looseObject({ view: z.string(), at: z.string(), job: z.string(), reader: z.string() })),
  }),
});

/** The answer of `GET /dedup-views`, requested once for each `moment`. */
export function createCleanViewsReader(
  url: string,
  moment: () => string,
): (timeoutMs?: number) => Promise<CleanViews> {
  return createTimedReader(url, schema, moment);
}
