import { readFile } from "node:fs/promises";
import { parse } from "yaml";
import { z } from "zod";

/** The cloud resources that the warehouse file names. The functions read the whole file themselves. */
export interface Needs {
  readonly opsDataset: string;
  readonly slack: readonly { readonly channel: string; readonly secret: string }[];
  /** Secrets that hold an SMTP URL. */
  readonly smtpSecrets: readonly string[];
  /** Secret that signs the links of the messages; null if they have none. */
  readonly signingSecret: string | null;
  /** Secret with the key for PII; null if there is none. */
  readonly identitySecret: string | null;
  /** Secret that lists the test persons; null if there is none. */
  readonly canariesSecret: string | null;
}

const channel = z.looseObject({
  slack: z.looseObject({ webhook_secret: z.string() }).optional(),
  email: z.looseObject({ smtp_secret: z.string() }).optional(),
});
const schema = z.looseObject({
  ops_dataset: z.string(),
  notifications: z
    .looseObject({
      acknowledge: z.looseObject({ secret: z.string() }).optional(),
      channels: z.record(z.string(), channel).default({}),
    })
    .optional(),
  pii: z.looseObject({ key: z.string(), canaries: z.string().optional() }).optional(),
});

/**
 * @param file path of the warehouse file
 * @throws Error if the part that is needed here is missing
 */
export async function readNeeds(file: string): Promise<Needs> {
  const parsed = schema.safeParse(parse(await readFile(file, "utf8")));
  if (!parsed.success) throw new Error(`${file}: ${z.prettifyError(parsed.error)}`);
  const channels = Object.entries(parsed.data.notifications?.channels ?? {});
  return {
    opsDataset: parsed.data.ops_dataset,
    slack: channels.flatMap(([name, { slack }]) =>
      slack === undefined ? [] : [{ channel: `#${name}`, secret: slack.webhook_secret }],
    ),
    smtpSecrets: [...new Set(channels.flatMap(([, { email }]) => email?.smtp_secret ?? []))],
    signingSecret: parsed.data.notifications?.acknowledge?.secret ?? null,
    identitySecret: parsed.data.pii?.key ?? null,
    canariesSecret: parsed.data.pii?.canaries ?? null,
  };
}
