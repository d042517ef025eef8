import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { unzipSync } from "fflate";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sha256, toZip, unzipInto } from "../../../infra/build/archive.ts";
import { buildAll } from "../../../infra/build/build-all.ts";
import { type Bundle, functionNames } from "../../../infra/build/bundle.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const script = join(root, "infra/build/build.ts");
const names = functionNames();

let folder: string;
let bundles: readonly Bundle[];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "bundles-"));
  bundles = await buildAll(join(folder, "first"), null);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function contentsOf(name: string): Record<string, string> {
  const zip = bundles.find((it) => it.name === name)?.zip ?? new Uint8Array();
  const decoder = new TextDecoder();
  return Object.fromEntries(Object.entries(unzipSync(zip)).map(([path, it]) => [path, decoder.decode(it)]));
}

async function run(command: string, args: string[], cwd = root) {
  const child = spawn(command, args, { cwd, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  child.stdout.on("data", (chunk) => {
    output += String(chunk);
  });
  child.stderr.on("data", (chunk) => {
    output += String(chunk);
  });
  const [code] = await once(child, "close");
  return { code, output };
}

describe("a build", () => {
  test("makes a zip for every function, and says the hash of each", async () => {
    expect((await readdir(join(folder, "first"))).sort()).toEqual([
      "bundles.json",
      ...names.map((name) => `${name}.zip`),
    ]);
    const said = JSON.parse(await readFile(join(folder, "first/bundles.json"), "utf8"));
    for (const name of names) {
      const zip = await readFile(join(folder, "first", `${name}.zip`));
      expect(said.functions[name]).toEqual({ zip: `${name}.zip`, sha256: sha256(zip) });
    }
    expect(said.warehouse_file_sha256).toBeNull();
  });

  test("makes the same bytes again, in another process and another time zone", async () => {
    const other = join(folder, "second");
    const child = spawn(process.execPath, [script, "--output", other], {
      env: { ...process.env, TZ: "Asia/Kathmandu" },
      stdio: "ignore",
    });
    expect((await once(child, "close"))[0]).toBe(0);
    const again = await Promise.all(names.map((name) => readFile(join(other, `${name}.zip`))));
    expect(again.map(sha256)).toEqual(bundles.map((it) => it.sha256));
  });

  test("makes other bytes of another file: what counts is the content", () => {
    const zipOf = (text: string) => sha256(toZip(new Map([["a", new TextEncoder().encode(text)]])));
    expect(zipOf("x")).toBe(zipOf("x"));
    expect(zipOf("x")).not.toBe(zipOf("y"));
  });

  test("takes the zip of a function away that is no more", async () => {
    const output = join(folder, "with-an-old-one");
    await buildAll(output, null);
    await writeFile(join(output, "gone.zip"), "");
    await buildAll(output, null);
    expect(await readdir(output)).not.toContain("gone.zip");
  });

  test("prints sizes, hashes, and the bill of materials", async () => {
    const { code, output } = await run(process.execPath, [script, "--output", join(folder, "printed")]);
    expect(code).toBe(0);
    for (const { name, sha256 } of bundles) expect(output).toMatch(new RegExp(`^${name} .*${sha256}$`, "m"));
    expect(output).toMatch(/nodemailer@\S+ +MIT-0 +notifier$/m);
  });
});

describe("the warehouse file", () => {
  test("is put into every zip, and its hash said, when it is given", async () => {
    const file = join(root, "infra/local/world/warehouse.yaml");
    const output = join(folder, "configured");
    expect((await run(process.execPath, [script, "--config", file, "--output", output])).code).toBe(0);
    const text = await readFile(file);
    const said = JSON.parse(await readFile(join(output, "bundles.json"), "utf8"));
    expect(said.warehouse_file_sha256).toBe(sha256(text));
    for (const name of names) {
      const inside = unzipSync(await readFile(join(output, `${name}.zip`)))["warehouse.yaml"];
      expect(Buffer.from(inside ?? [])).toEqual(text);
    }
  });

  test("with mistakes ends the build, with all of them and no zip", async () => {
    const file = join(root, "test/unit/shared/config/many-mistakes.yaml");
    const output = join(folder, "refused");
    const refused = await run(process.execPath, [script, "--config", file, "--output", output]);
    expect(refused.code).toBe(1);
    expect(refused.output.match(/many-mistakes\.yaml:\d+:\d+: /g)?.length).toBeGreaterThan(5);
    expect(refused.output).not.toContain("    at ");
    await expect(readdir(output)).rejects.toThrow("ENOENT");
  });
});

describe.each(names)("the zip of %s", (name) => {
  test("names no file of the machine it was built on, and no secret place of it", () => {
    for (const [path, text] of Object.entries(contentsOf(name))) {
      expect(text.includes(root), `${path} names ${root}`).toBe(false);
      expect(path).not.toMatch(/\.map$|\.env|\.ts$/);
    }
  });

  test("holds the statements that its code names, and no others", async () => {
    const contents = contentsOf(name);
    const code = Object.entries(contents)
      .filter(([path]) => path.endsWith(".mjs"))
      .map(([, text]) => text)
      .join("\n");
    const all = (await readdir(join(root, "sql/bigquery"), { recursive: true }))
      .filter((path) => path.endsWith(".sql"))
      .map((path) => path.replaceAll("\\", "/").slice(0, -4));
    const named = all.filter((it) => code.includes(`"${it}"`));
    expect(named.length).toBeGreaterThan(5);
    expect(Object.keys(contents)).toEqual(
      expect.arrayContaining(named.map((it) => `sql/bigquery/${it}.sql`)),
    );
    expect(Object.keys(contents).filter((path) => path.startsWith("sql/bigquery/ops/"))).toEqual([]);
  });

  test("says what it is made of: version, licence and address of every package", () => {
    const { components } = JSON.parse(contentsOf(name)["sbom.json"] ?? "") as {
      components: { name: string; version: string; purl: string; licenses: unknown[] }[];
    };
    expect(components.map((it) => it.name)).toEqual(
      expect.arrayContaining([
        "@google-cloud/bigquery",
        "@google-cloud/functions-framework",
        "express",
        "zod",
      ]),
    );
    for (const it of components) {
      expect(it.purl).toBe(`pkg:npm/${it.name.replace("@", "%40")}@${it.version}`);
      expect(it.licenses).toHaveLength(1);
    }
    expect(components.some((it) => it.name === "@slack/webhook")).toBe(name === "notifier");
  });

  test("alone in an empty folder, rebuilt without a network as the platform does, is served and answers", async () => {
    const alone = await mkdtemp(join(tmpdir(), "alone-"));
    const zip = bundles.find((it) => it.name === name)?.zip ?? new Uint8Array();
    await unzipInto(alone, zip);
    const npm = await run("npm", ["rebuild", "--offline"], alone);
    expect(npm.code, npm.output).toBe(0);

    const child = spawn("/bin/bash", ["-c", "node_modules/.bin/functions-framework"], {
      cwd: alone,
      env: {
        PATH: `${join(process.execPath, "..")}:/usr/bin:/bin`,
        PORT: "0",
        FUNCTION_TARGET: name,
        NODE_ENV: "production",
        NODE_OPTIONS: `--import=${sayPort()}`,
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    try {
      let output = "";
      const port = await new Promise<number>((resolve, reject) => {
        for (const stream of [child.stdout, child.stderr])
          stream.on("data", (chunk) => {
            output += String(chunk);
            const found = /^port (\d+)$/m.exec(output);
            if (found) resolve(Number(found[1]));
          });
        child.once("exit", () => reject(new Error(`it ended: ${output}`)));
      });
      const health = await fetch(`http://127.0.0.1:${port}/healthz`);
      const answer = await fetch(`http://127.0.0.1:${port}/`, { method: "POST" });
      const broken = await fetch(`http://127.0.0.1:${port}/`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: "{",
      });
      expect(await health.json()).toEqual({ ok: true });
      expect(answer.headers.get("content-type")).toContain("application/problem+json");
      expect(await broken.text()).not.toContain(alone);
    } finally {
      const gone = once(child, "exit");
      if (child.exitCode === null && child.kill()) await gone;
      await rm(alone, { recursive: true, force: true });
    }
  });
});

/** A module that prints the port of the process's first server: it was asked for any that is free. */
function sayPort(): string {
  const code = `import { Server } from "node:http";
    const listen = Server.prototype.listen;
    Server.prototype.listen = function (...given) {
      this.once("listening", () => console.log("port " + this.address().port));
      return listen.apply(this, given);
    };`;
  return `data:text/javascript,${encodeURIComponent(code)}`;
}
