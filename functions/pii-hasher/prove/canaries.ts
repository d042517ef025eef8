import { z } from "zod";
import { digestsOf } from "../../checks/pii-search/digest.ts";
import type { Canaries } from "../../checks/pii-search/types.ts";
import { ConfigurationError } from "../../shared/errors.ts";
import { readSecretVersion } from "../../shared/secrets.ts";

const persons = z.array(
  z.strictObject({
    email: z.string().min(3),
    phone: z.string().min(5).nullish(),
    spellings: z.array(z.string()).default([]),
  }),
);

const noCanaries: Canaries = { plain: [], unsalted: [] };

/**
 * The test persons as digests. Their names, addresses and numbers stay in the memory of this call.
 *
 * @throws ConfigurationError and TemporaryError, which contain nothing of the secret
 */
export async function readCanaries(secret: string | null): Promise<Canaries> {
  if (secret === null) return noCanaries;
  const { value } = await readSecretVersion(secret);
  const parsed = persons.safeParse(parsedJson(value));
  if (!parsed.success || parsed.data.length === 0)
    throw new ConfigurationError(
      `The secret ${secret} lists no test persons: write JSON like [{"email": "…", "phone": "+1…", "spellings": ["…"]}], one at least`,
    );
  return digestsOf(parsed.data.map((one) => ({ ...one, phone: one.phone ?? null })));
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own message quotes its input.
    return undefined;
  }
}
