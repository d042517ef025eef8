import { z } from "zod";
import { type Notice, notifyReasons } from "../types.ts";
import { block } from "./parse-block.ts";

/** Ids go into Message-IDs and SQL parameters; ours are hexadecimal. */
const id = z.string().regex(/^[A-Za-z0-9_-]{1,128}$/, "an id holds letters, digits, - and _, 128 at most");

const notice: z.ZodType<Notice> = z.object({
  id,
  incident: id,
  kind: z.enum(["problem", "recovery", "report"]),
  reason: z.enum(notifyReasons),
  severity: z.enum(["info", "warning", "critical"]),
  subjects: z.array(z.string()),
  owners: z.array(z.string()),
  from: z.string().min(1),
  at: z.iso.datetime(),
  why: z.string(),
  title: z.string().min(1),
  lead: z.string(),
  facts: z.array(z.object({ label: z.string(), value: z.string(), detail: z.boolean().optional() })),
  actions: z.array(z.string()),
  details: z.array(block),
  appendix: z.array(block).optional(),
  links: z.array(z.object({ label: z.string(), url: z.url({ protocol: /^https?$/ }) })),
});

export type ParsedNotice =
  | { readonly notice: Notice }
  /** The mistakes, without a value of the notice. */
  | { readonly mistakes: readonly string[] };

/**
 * Parses a message of the alerts topic. Unknown fields are ignored, because a newer function may send more.
 */
export function parseNotice(json: string): ParsedNotice {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return { mistakes: ["the data is not JSON"] };
  }
  const parsed = notice.safeParse(value);
  if (parsed.success) return { notice: parsed.data };
  return {
    mistakes: parsed.error.issues.map(({ path, message }) => `${path.join(".") || "notice"}: ${message}`),
  };
}
