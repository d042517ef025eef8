import { z } from "zod";
import { duration, entries, links, owner, steps, type Written, words } from "../../values/forms.ts";

const host = z.strictObject({
  name: words,
  owner: owner.optional(),
  runbook: steps.optional(),
  links: links.optional(),
});

const connector = z.strictObject({
  name: words,
  host: words.optional().describe("The host it runs on: one of `hosts`."),
  every: duration.describe("How often it is expected to deliver."),
  owner: owner.optional(),
  usual_causes: z
    .array(words, { error: "write a list of causes, most likely first" })
    .optional()
    .describe("Known failures, most likely first; notices quote them as probable."),
  runbook: steps.optional(),
  links: links.optional(),
});

/** What moves data into the warehouse, and where that runs. */
export const connectorKeys = {
  hosts: entries(host, "hosts").optional(),
  connectors: entries(connector, "connectors"),
};

export type WrittenConnectors = Written<typeof connectorKeys>;
