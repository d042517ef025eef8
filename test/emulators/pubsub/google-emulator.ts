import { spawn } from "node:child_process";
import { once } from "node:events";
import { accessSync, constants, realpathSync } from "node:fs";
import { createServer } from "node:net";
import { delimiter, join } from "node:path";

/** Google's Pub/Sub emulator where the Google Cloud CLI has it installed, with a Java to run it; else null. */
export function findGoogleEmulator(): string | null {
  if (onPath("java") === null) return null;
  const gcloud = onPath("gcloud");
  return gcloud && executable(join(gcloud, "../../platform/pubsub-emulator/bin/cloud-pubsub-emulator"));
}

export async function startGoogleEmulator(
  program: string,
): Promise<{ host: string; close(): Promise<void> }> {
  const host = `127.0.0.1:${await freePort()}`;
  const [, port] = host.split(":");
  // The shell ends the emulator when its input ends, so none outlives a test run that was killed.
  const child = spawn(
    "sh",
    ["-c", '"$0" "$@" & cat > /dev/null; kill $!; wait', program, "--host=127.0.0.1", `--port=${port}`],
    { stdio: ["pipe", "pipe", "pipe"] },
  );
  const exited = once(child, "exit");
  let output = "";
  await new Promise<void>((resolve, reject) => {
    const read = (chunk: Buffer) => {
      output = (output + chunk).slice(-4000);
      if (output.includes("Server started, listening on")) resolve();
    };
    child.stdout.on("data", read);
    child.stderr.on("data", read);
    child.once("exit", () => reject(new Error(`The Pub/Sub emulator did not start: ${output}`)));
  });
  return {
    host,
    async close() {
      child.stdin.end();
      await exited;
    },
  };
}

function onPath(program: string): string | null {
  for (const directory of (process.env.PATH ?? "").split(delimiter)) {
    const found = executable(join(directory, program));
    if (found) return realpathSync(found);
  }
  return null;
}

function executable(path: string): string | null {
  try {
    accessSync(path, constants.X_OK);
    return path;
  } catch {
    return null;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  return typeof address === "object" && address ? address.port : 0;
}
