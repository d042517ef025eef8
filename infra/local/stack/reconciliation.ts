import { z } from "zod";
import type { Reconciliation } from "../stack-view.ts";
import { createTimedReader, optionalText } from "./ask.ts";

const status = z.enum(["ok", "warning", "critical", "unknown"]);
const checkedSubject = z.looseObject({ check: z.string(), subject: z.string(), status, text: z.string() });

const schema = z.looseObject({
  as_of: z.string(),
  summary: z.looseObject({ ok: z.number(), warning: z.number(), critical: z.number(), unknown: z.number() }),
  trusted_through: z.looseObject({
    jointly: optionalText,
    platforms: z.array(z.looseObject({ platform: z.string(), through: optionalText })),
  }),
  to_do: z.array(
    z.looseObject({
      title: z.string(),
      status: z.enum(["warning", "critical", "unknown"]),
      impact: z.array(z.looseObject({ amount: z.number(), currency: z.string(), what: z.string() })),
      since: optionalText,
      actions: z.array(z.string()),
    }),
  ),
  since_last_run: z.looseObject({
    at: optionalText,
    new: z.array(checkedSubject),
    resolved: z.array(checkedSubject),
  }),
});

/** The results of the last run, requested once for each `moment`: a new run would read every table again. */
export function createReconciliationReader(
  url: string,
  moment: () => string,
): (timeoutMs?: number) => Promise<Reconciliation> {
  return createTimedReader(url, schema, moment);
}
