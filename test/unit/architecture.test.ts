import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import {
  circlesIn,
  fileCircles,
  type Import,
  readImports,
  roomArrows,
  sourceFiles,
} from "../support/imports.ts";

/** The doors of the house: imports run one way. Read from the code itself. */
const root = fileURLToPath(new URL("../..", import.meta.url));

const files = sourceFiles(root, ["functions"]);
const imports = readImports(root, files);

const functionNames = readdirSync(join(root, "functions"), { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !["checks", "shared"].includes(entry.name))
  .map((entry) => entry.name);

const partOf = (path: string) => path.split("/")[1] ?? "";
const broken = (rule: (it: Import) => boolean) =>
  imports.filter(rule).map(({ file, target }) => `${file} -> ${target}`);

describe("imports run one way", () => {
  test("the reader of imports finds them", () => {
    expect(imports.length).toBeGreaterThan(100);
    expect(imports).toContainEqual({
      file: "functions/shared/stores/bigquery/bigquery.ts",
      target: "@google-cloud/bigquery",
      typeOnly: true,
    });
    expect(functionNames).toContain("sync-watchdog");
  });

  test("nothing in functions/ imports infra/ or test/", () => {
    expect(broken(({ target }) => /^(infra|test)\//.test(target))).toEqual([]);
  });

  test("a function never imports another function", () => {
    const another = ({ file, target }: Import) =>
      functionNames.includes(partOf(file)) &&
      target.startsWith("functions/") &&
      functionNames.includes(partOf(target)) &&
      partOf(target) !== partOf(file);
    expect(broken(another)).toEqual([]);
  });

  test("checks and shared never import a function, and shared never a check", () => {
    expect(
      broken(
        ({ file, target }) =>
          /^functions\/(checks|shared)\//.test(file) &&
          functionNames.includes(partOf(target)) &&
          target.startsWith("functions/"),
      ),
    ).toEqual([]);
    expect(
      broken(
        ({ file, target }) => file.startsWith("functions/shared/") && target.startsWith("functions/checks/"),
      ),
    ).toEqual([]);
  });

  test.each([
    ["@google-cloud/bigquery", /^functions\/shared\/stores\/bigquery\//],
    ["@google-cloud/pubsub", /^functions\/shared\/alerting\//],
    ["@google-cloud/secret-manager", /^functions\/shared\/secrets\.ts$/],
    ["@slack/webhook", /^functions\/notifier\//],
    ["nodemailer", /^functions\/notifier\//],
  ])("%s is imported in one room only", (name, room) => {
    const using = imports.filter(({ target }) => target === name);
    expect(using.length).toBeGreaterThan(0);
    expect(using.filter(({ file }) => !room.test(file))).toEqual([]);
  });

  test("clients are loaded lazily: nothing but types at start", () => {
    const heavy = /^(@google-cloud\/(bigquery|pubsub|secret-manager)|nodemailer|@slack\/webhook)$/;
    const eager = files.flatMap((file) =>
      [...readFileSync(join(root, file), "utf8").matchAll(/^import\s+(?!type)[^"';]*?from\s+"([^"]+)"/gm)]
        .map(([, target]) => target ?? "")
        .filter((target) => heavy.test(target))
        .map((target) => `${file} -> ${target}`),
    );
    expect(eager).toEqual([]);
  });

  test("what decides is pure: no SDK, no environment, no clock, no file, no log", () => {
    const pure = files.filter(
      (file) =>
        /\/(decide|present|render|judge|plan|impact|causes|report|needs-notice|match-incidents)\.ts$/.test(
          file,
        ) || file.startsWith("functions/shared/identity/"),
    );
    expect(pure.length).toBeGreaterThan(6);
    for (const file of pure) {
      const text = readFileSync(join(root, file), "utf8").replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "");
      expect(text, file).not.toMatch(
        /process\.|Date\.now|new Date\(\)|node:(fs|http|net|child_process)|@google-cloud|\blog\./,
      );
    }
  });
});

describe("no circles, type-only imports included", () => {
  const all = sourceFiles(root);
  const allImports = readImports(root, all);

  test("of files", () => {
    expect(all.some((file) => file.startsWith("infra/local/"))).toBe(true);
    expect(fileCircles(allImports, all)).toEqual([]);
  });

  test("of rooms", () => {
    expect(circlesIn(roomArrows(allImports, all))).toEqual([]);
  });

  test("a circle is found, and what only leads to it is not in it", () => {
    const arrows = [
      ["a", "b"],
      ["b", "c"],
      ["c", "b"],
      ["c", "d"],
      ["e", "e"],
    ] as const;
    expect(circlesIn(arrows)).toEqual([["b", "c"], ["e"]]);
  });

  test("the emulators and sinks import nothing of functions/ nor of the local stack", () => {
    const emulators =
      /^infra\/local\/(?:(?:emulators|sinks)\/)?(?:bigquery|pubsub|secret-manager|metadata|slack|mail)\//;
    const own = allImports.filter(({ file }) => emulators.test(file));
    expect(own.length).toBeGreaterThan(100);
    const wrong = own.filter(({ target }) => /^functions\/|^infra\/local\/stack[/.-]/.test(target));
    expect(wrong.map(({ file, target }) => `${file} -> ${target}`)).toEqual([]);
  });
});

describe("files are short", () => {
  test("one of functions/ over 300 lines says why in its first line", () => {
    const long = files.filter((file) => {
      const lines = readFileSync(join(root, file), "utf8").trimEnd().split("\n");
      return lines.length > 300 && !/^\/\/ Longer than 300 lines because \S/.test(lines[0] ?? "");
    });
    expect(long).toEqual([]);
  });
});

describe("handlers", () => {
  test.each(functionNames)("the one of %s is a table of contents: at most 45 lines", (name) => {
    const lines = readFileSync(join(root, "functions", name, "handler.ts"), "utf8")
      .trimEnd()
      .split("\n");
    expect(lines.length).toBeLessThanOrEqual(45);
  });
});

describe("every function is whole", () => {
  const readme = readFileSync(join(root, "README.md"), "utf8");

  test.each(functionNames)(
    "%s has its handler, its function.json, its playbook and its row in the README",
    (name) => {
      for (const file of ["handler.ts", "function.json", "README.md"]) {
        expect(existsSync(join(root, "functions", name, file)), `functions/${name}/${file}`).toBe(true);
      }
      const own = JSON.parse(readFileSync(join(root, "functions", name, "function.json"), "utf8")) as {
        name: string;
      };
      expect(own.name).toBe(name);
      expect(readFileSync(join(root, "functions", name, "README.md"), "utf8")).toContain(
        "## When this alerts",
      );
      expect(readme).toMatch(new RegExp(`^\\| \\[?\`?${name}\`?`, "m"));
    },
  );
});

describe("SQL", () => {
  const statements = readdirSync(join(root, "sql", "bigquery"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));

  test.each(statements)(
    "%s says why it is there, asks no clock of its own and selects named columns",
    (file) => {
      const text = readFileSync(join(root, file), "utf8");
      expect(text).toMatch(/^-- /);
      const code = text.replace(/--.*$/gm, "");
      expect(code).not.toMatch(/CURRENT_(TIMESTAMP|DATE|DATETIME|TIME)/i);
      expect(code).not.toMatch(/SELECT\s+\*/i);
      expect(code.trim().replace(/;$/, "")).not.toContain(";");
    },
  );

  test("every statement is reached by its name", () => {
    const sources = files
      .map((file) => readFileSync(join(root, file), "utf8"))
      // One statement may rest on another.
      .concat(
        statements.map((file) =>
          readFileSync(join(root, file), "utf8").replaceAll(/\{\{> ([\w/-]+)\}\}/g, '"$1"'),
        ),
      );
    const unused = statements
      .filter((file) => !file.startsWith("sql/bigquery/ops/"))
      .map((file) => file.replace(/^sql\/bigquery\/|\.sql$/g, ""))
      .filter((name) => !sources.some((text) => text.includes(`"${name}"`)));
    expect(unused).toEqual([]);
  });
});
