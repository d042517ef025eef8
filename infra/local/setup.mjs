// Runs a script under the project's own Node after installing what is missing.
// Plain JavaScript with no imports but Node's own: it must run on any Node >= 20 before anything is installed.
//
//   node infra/local/setup.mjs <script> [arguments]
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));
const stampFile = `${root}node_modules/.plumbline-installed`;
const projectNode = `${root}node_modules/node/bin/node`;

const wanted = createHash("sha256")
  .update(readFileSync(`${root}package-lock.json`))
  .update(`${process.platform} ${process.arch}`)
  .digest("hex");
const installed = existsSync(stampFile) ? readFileSync(stampFile, "utf8") : "";

if (installed !== wanted || !existsSync(projectNode)) {
  console.error(
    "Installing what is missing (first time: about 320 MB to download, 20 s to a few minutes) ...",
  );
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  const result = spawnSync(npm, ["ci", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: root,
    stdio: ["ignore", 2, 2],
  });
  if (result.status !== 0) {
    console.error("npm ci failed; the lines above say why. Nothing was started.");
    process.exit(result.status ?? 1);
  }
  writeFileSync(stampFile, wanted);
}

const [script, ...args] = process.argv.slice(2);
const child = spawn(projectNode, [script, ...args], { stdio: "inherit" });
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
child.on("exit", (code, signal) => process.exit(signal ? 1 : (code ?? 1)));
