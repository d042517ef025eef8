import { z } from "zod";
import type { Reconciliation } from "../stack-view.ts";
import { createPatientReader, optionalText } from "./ask.ts";

const status = z.enum(["ok", "warning", "critical", "unknown"]);
const matter = z.looseObject({ check: z.string(), subject: z.string(), status, text: z.string() });

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
  since_last_run: z.looseObject({ at: optionalText, new: z.array(matter), mended: z.array(matter) }),
});

/** What the last run found, asked once for each `moment`: a look of its own would read every table again. */
export function createReconciliationReader(
  url: string,
  moment: () => string,
): (patienceMs?: number) => Promise<Reconciliation> {
  return createPatientReader(url, schema, moment);
}
