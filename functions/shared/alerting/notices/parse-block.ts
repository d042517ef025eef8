import { z } from "zod";
import type { Block } from "../../report/blocks.ts";

const facts = z.array(z.object({ label: z.string(), value: z.string() }));

const flat = [
  z.object({ kind: z.literal("heading"), level: z.literal([1, 2, 3]), text: z.string() }),
  z.object({ kind: z.literal("paragraph"), text: z.string() }),
  z.object({ kind: z.literal("facts"), facts }),
  z.object({ kind: z.literal("list"), ordered: z.boolean(), items: z.array(z.string()) }),
  z.object({
    kind: z.literal("table"),
    columns: z.array(z.object({ label: z.string(), align: z.enum(["left", "right"]).optional() })),
    rows: z.array(z.array(z.union([z.string(), z.number(), z.null()]))),
  }),
  z.object({ kind: z.literal("code"), language: z.string(), text: z.string() }),
  z.object({
    kind: z.literal("strip"),
    title: z.string(),
    days: z.array(z.string()),
    rows: z.array(
      z.object({
        label: z.string(),
        marks: z.array(z.enum(["arrived", "partial", "missing", "not_due", "unknown"])),
      }),
    ),
  }),
  z.object({
    kind: z.literal("bars"),
    title: z.string(),
    days: z.array(z.string()),
    series: z.array(z.object({ label: z.string(), values: z.array(z.number().nullable()) })),
    unit: z.string(),
    marked: z.object({ day: z.string(), label: z.string() }).optional(),
  }),
] as const;

/**
 * Folds can contain folds; thousands of levels would overflow the stack of the code that reads or renders
 * them.
 */
const maxDepth = 4;

function blockWithin(depth: number): z.ZodType<Block> {
  if (depth === 0) return z.discriminatedUnion("kind", flat);
  const blocks = z.array(blockWithin(depth - 1));
  const fold = z.object({ kind: z.literal("fold"), title: z.string(), blocks });
  return z.discriminatedUnion("kind", [...flat, fold]);
}

/** A block as it stands in a published notice. */
export const block = blockWithin(maxDepth);
