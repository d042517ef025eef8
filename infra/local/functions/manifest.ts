import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { Cron } from "croner";
import { z } from "zod";

/** What `function.json` says of a function, as far as the local stack needs it. */
export interface FunctionManifest {
  readonly name: string;
  readonly description: string;
  /** Folder that holds handler.ts. */
  readonly folder: string;
  /** Pub/Sub topic that wakes it by push; null when only HTTP does. */
  readonly topic: string | null;
  /** Where it takes what was given up on that topic, below the function; absent when it does not. */
  readonly deadLetterPath?: string;
  /** Cron expression of five fields; null when no clock wakes it. */
  readonly schedule: string | null;
  readonly timeZone: string;
  readonly timeoutSeconds: number;
  /** How often Cloud Scheduler calls again after a failed call. */
  readonly retries: number;
}

const schema = z
  .object({
    name: z.string().regex(/^[a-z][a-z0-9-]{0,62}$/),
    description: z.string().default(""),
    trigger: z.union([
      z.looseObject({ topic: z.string().min(1), deadLetterPath: z.string().startsWith("/").optional() }),
      z.looseObject({ http: z.literal(true) }),
    ]),
    schedule: z.string().nullish(),
    timeZone: z.string().default("Etc/UTC"),
    timeoutSeconds: z.number().positive().max(3600).default(60),
    retries: z.number().int().min(0).max(5).default(0),
  })
  .loose();

/**
 * Every `<folder>/<name>/function.json`, in order of names.
 * @throws Error naming every file that is wrong, and how
 */
export async function discoverFunctions(folder: string): Promise<FunctionManifest[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const manifests: FunctionManifest[] = [];
  const mistakes: string[] = [];
  for (const entry of entries.filter((one) => one.isDirectory()).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const file = join(folder, entry.name, "function.json");
    const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return null;
      throw error;
    });
    if (text === null) continue;
    try {
      manifests.push(parseManifest(text, join(folder, entry.name), entry.name));
    } catch (error) {
      mistakes.push(`${file}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  if (mistakes.length > 0) throw new Error(mistakes.join("\n"));
  return manifests;
}

function parseManifest(text: string, folder: string, folderName: string): FunctionManifest {
  const parsed = schema.safeParse(JSON.parse(text));
  if (!parsed.success) throw new Error(z.prettifyError(parsed.error));
  const { name, description, trigger, schedule, timeZone, timeoutSeconds, retries } = parsed.data;
  if (name !== folderName)
    throw new Error(`its name is "${name}" but its folder "${folderName}"; make them equal`);
  if (schedule) nextRun({ schedule, timeZone }, new Date(0));
  const topic = "topic" in trigger && typeof trigger.topic === "string" ? trigger.topic : null;
  const deadLetterPath = "deadLetterPath" in trigger ? trigger.deadLetterPath : undefined;
  return {
    name,
    description,
    folder,
    topic,
    ...(typeof deadLetterPath === "string" && { deadLetterPath }),
    schedule: schedule ?? null,
    timeZone,
    timeoutSeconds,
    retries,
  };
}

/**
 * The first time after `after` that the schedule names; null when there is none.
 * @throws Error when the expression or the time zone is not one
 */
export function nextRun(
  job: { readonly schedule: string; readonly timeZone: string },
  after: Date,
): Date | null {
  // Five fields only: Cloud Scheduler knows no seconds.
  const cron = new Cron(job.schedule, { timezone: job.timeZone, mode: "5-part", paused: true });
  return cron.nextRun(after);
}
