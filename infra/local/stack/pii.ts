import { z } from "zod";
import type { People } from "../stack-view.ts";
import { createPatientReader, optionalNumber, optionalText } from "./ask.ts";

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

/** The only thing in it that may be refused: the file says nothing of people. */
const refused = z.looseObject({ status: z.literal(400) }).transform(() => null);

const schema = z.discriminatedUnion("status", [proof, refused]);

/**
 * What `GET /pii-hasher/proof` answers by what the search remembers, asked once for each `moment`: a page that is drawn
 * searches nothing.
 */
export function createPeopleReader(
  url: string,
  moment: () => string,
): (patienceMs?: number) => Promise<People> {
  return createPatientReader(`${url}/proof?search=quick`, schema, moment);
}
