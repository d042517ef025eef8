import { z } from "zod";
import { decimal, share, size, type Written } from "../../values/forms.ts";

const tolerance = (what: string) =>
  z
    .strictObject({
      absolute: decimal.optional().describe(what),
      relative: share("0.1%").optional().describe("Share of the larger figure."),
    })
    .describe("A difference counts only when it is larger than both.");

export const weekdays = [
  "sunday",
  "monday",
  "tuesday",
  "wednesday",
  "thursday",
  "friday",
  "saturday",
] as const;

const reconciliation = z
  .strictObject({
    tolerances: z
      .strictObject({
        money: tolerance("An amount in the figures' currency.").optional(),
        rows: tolerance("A number of rows.").optional(),
      })
      .optional(),
    break_even_roas: z
      .number({ error: "write a number above 0, like 1 or 1.5" })
      .positive({ error: "write a number above 0, like 1 or 1.5" })
      .optional()
      .describe("Return on ad spend at which a platform earns what it costs."),
    report_on: z
      .enum([...weekdays, "never"], { error: "write a day of the week, like monday, or never" })
      .optional()
      .describe("When the whole report goes out."),
    full_scan_up_to: size
      .optional()
      .describe("A table larger than this is read only as far as the window reaches."),
    max_scan: size.optional().describe("One run reads no more: what it would read is asked first."),
  })
  .describe("How figures are compared, and when the report goes out.");

export const reconciliationKeys = { reconciliation: reconciliation.optional() };

export type WrittenReconciliation = Written<typeof reconciliationKeys>;

export const reconciliationDefaults = {
  tolerances: { money: { absolute: 1, relative: "0.1%" }, rows: { absolute: 0, relative: "0%" } },
  breakEvenRoas: 1,
  reportOn: "monday",
  fullScanUpTo: "10GiB",
  maxScan: "50GiB",
} as const;
