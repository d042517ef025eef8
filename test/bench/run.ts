import { spawn } from "node:child_process";
import { once } from "node:events";
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { print, type Size } from "./figures.ts";
import { names, sections } from "./sections.ts";

const usage = `Figures beside a peer of the same run.

  npm run bench                          every section
  npm run bench -- cold-start hashing    these sections
  npm run bench -- --quick               the same code over small sizes: shows that it runs, its figures mean little
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: "boolean" }, help: { type: "boolean", short: "h" } },
});
const size: Size = values.quick ? "quick" : "full";
const unknown = positionals.filter((name) => !(name in sections));
if (values.help) {
  console.log(usage);
} else if (unknown.length > 0) {
  console.error(`No benchmark ${unknown.join(", ")}; there are: ${names.join(", ")}`);
  process.exitCode = 2;
} else if (positionals.length === 1) {
  const [name = ""] = positionals;
  const section = await sections[name]?.(size);
  if (section !== undefined) print(section);
} else {
  await runEach(names.filter((name) => positionals.length === 0 || positionals.includes(name)));
}

/** Each in a process of its own: none fails with another, and none is measured in the memory that another left. */
async function runEach(chosen: readonly string[]): Promise<void> {
  console.log(`Node ${process.version}, ${availableParallelism()} processors`);
  const failed: string[] = [];
  for (const name of chosen) {
    console.log(`\n## ${name}`);
    const child = spawn(
      process.execPath,
      [import.meta.filename, name, ...(values.quick ? ["--quick"] : [])],
      {
        stdio: "inherit",
      },
    );
    const [code, signal] = await once(child, "exit");
    if (code === 0) continue;
    failed.push(name);
    console.error(`\n${name} failed (${signal ?? `exit code ${code}`}); the lines above say why`);
  }
  if (failed.length === 0) return;
  console.error(`\n${failed.length} of ${chosen.length} sections failed: ${failed.join(", ")}`);
  process.exitCode = 1;
}
