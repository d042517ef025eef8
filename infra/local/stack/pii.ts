import { z } from "zod";
import type { Pii } from "../stack-view.ts";
import { createTimedReader, optionalNumber, optionalText } from "./ask.ts";

const status = z.enum(["ok", "warning", "critical", "unknown"]);

const proof = z.looseObject({
  as_of: z.string(),
  status,
  claims: z.array(
    z.looseObject({
      claim: z.string(),
      subject: z.string(),
      status,
      text: z.string(),
      actions: z.array(z.string()),
    }),
  ),
  tables: z.array(
    z.looseObject({
      table: z.string(),
      clean_rows: optionalNumber,
      columns: z.array(
        z.looseObject({
          column: z.string(),
          hashed: z.number(),
          never_given: z.number(),
          unusable: z.number(),
          readable: z.number(),
        }),
      ),
      recoverable: z.looseObject({
        emptied_at: optionalText,
        queryable_until: optionalText,
        fail_safe_until: optionalText,
      }),
    }),
  ),
  search: z.looseObject({
    tables: z.array(
      z.looseObject({
        table: z.string(),
        findings: z.array(z.looseObject({ code: z.string(), text: z.string() })),
      }),
    ),
  }),
});

/** The function answers 400 if the warehouse file has no section pii. */
const refused = z.looseObject({ status: z.literal(400) }).transform(() => null);

const schema = z.discriminatedUnion("status", [proof, refused]);

/**
 * The answer of `GET /pii-hasher/proof` from the stored searches, requested once for each `moment`: drawing a page
 * must not start a search.
 */
export function createPiiReader(url: string, moment: () => string): (timeoutMs?: number) => Promise<Pii> {
  return createTimedReader(`${url}/proof?search=quick`, schema, moment);
}
