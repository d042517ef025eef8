import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readFunctions } from "../../unit/gcp/functions.ts";
import { broken, moduleFolder, readTexts, root } from "../../unit/gcp/hcl.ts";
import { type MockedProvider, serveMockedProvider } from "./provider/serve.ts";
import { hasTerraform, terraform } from "./terraform.ts";

/**
 * The whole module, planned and applied by Terraform against a google provider that knows its arguments only. What that
 * proves: every reference, every type of what our own modules pass on, every condition, every name. What it cannot: that
 * Google Cloud takes the values.
 */
const sha256 = (content: string | Buffer) => createHash("sha256").update(content).digest("hex");

describe.skipIf(!hasTerraform)("with terraform, which is not on every machine", () => {
  let provider: MockedProvider;
  let folder: string;

  beforeAll(async () => {
    provider = await serveMockedProvider();
    folder = mkdtempSync(join(tmpdir(), "plumbline-module-"));
  });

  afterAll(() => {
    provider.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** What the build leaves: zips, and what it says of them. */
  function bundlesWith(warehouseFile: Buffer | null): string {
    const bundles = mkdtempSync(join(folder, "bundles-"));
    const functions = readFunctions().map(({ name }) => {
      writeFileSync(join(bundles, `${name}.zip`), `the zip of ${name}`);
      return [name, { zip: `${name}.zip`, sha256: sha256(`the zip of ${name}`) }] as const;
    });
    const built = {
      warehouse_file_sha256: warehouseFile === null ? null : sha256(warehouseFile),
      functions: Object.fromEntries(functions),
    };
    writeFileSync(join(bundles, "bundles.json"), JSON.stringify(built));
    return bundles;
  }

  const exampleFile = (name: string) => readFileSync(join(moduleFolder, "examples", name, "warehouse.yaml"));
  const testModule = (name: string, bundles: string, module = moduleFolder) =>
    terraform(
      module,
      ["test", "-no-color", `-filter=tests/${name}.tftest.hcl`, `-var=bundles_dir=${bundles}`],
      provider.env,
    );

  /** The module with one text replaced, in a folder of its own. */
  function brokenCopy(file: string, from: string, to: string): string {
    const copy = mkdtempSync(join(folder, "copy-"));
    cpSync(moduleFolder, join(copy, "infra/gcp"), { recursive: true });
    for (const other of ["functions", "sql"]) symlinkSync(join(root, other), join(copy, other));
    writeFileSync(join(copy, "infra/gcp", file), broken(readTexts(), file, from, to).get(file) ?? "");
    return join(copy, "infra/gcp");
  }

  test.each(["minimal", "complete"])("the %s deployment is as tests/ says", async (name) => {
    const { ok, text } = await testModule(name, bundlesWith(exampleFile(name)));
    expect(text).toMatch(/Success! \d+ passed, 0 failed\./);
    expect(ok).toBe(true);
  });

  test("zips are taken as the build makes them", async () => {
    const bundles = mkdtempSync(join(folder, "built-"));
    const file = join(moduleFolder, "examples/minimal/warehouse.yaml");
    const built = spawnSync(process.execPath, [
      join(root, "infra/build/build.ts"),
      `--config=${file}`,
      `--output=${bundles}`,
    ]);
    expect(built.stderr.toString()).toBe("");
    expect((await testModule("minimal", bundles)).text).toMatch(/Success! \d+ passed, 0 failed\./);
  });

  test.each<[string, () => string, string]>([
    ["without zips", () => mkdtempSync(join(folder, "empty-")), "run `npm run build"],
    [
      "with zips of another warehouse file",
      () => bundlesWith(exampleFile("complete")),
      "hold another warehouse file",
    ],
    ["with zips of no warehouse file", () => bundlesWith(null), "hold another warehouse file"],
    [
      "with a zip that is not the one that was built",
      () => {
        const bundles = bundlesWith(exampleFile("minimal"));
        writeFileSync(join(bundles, "notifier.zip"), "changed by hand");
        return bundles;
      },
      "as bundles.json beside it says",
    ],
  ])("%s nothing is deployed", async (_, bundles, sentence) => {
    const { ok, text } = await testModule("minimal", bundles());
    expect(ok).toBe(false);
    expect(text.replace(/\s+/g, " ")).toContain(sentence);
  });

  test.each(["minimal", "complete"])("the %s example is a valid configuration", async (name) => {
    const { text } = await terraform(
      join(moduleFolder, "examples", name),
      ["validate", "-no-color"],
      provider.env,
    );
    expect(text).toContain("The configuration is valid");
  });

  test.each<[string, string, string, string, string]>([
    [
      "a reference to nothing",
      "notifier.tf",
      "google_service_account.push.email",
      "google_service_account.push.mail",
      "Unsupported attribute",
    ],
    [
      "an argument of another module",
      "sync_watchdog.tf",
      "failed_calls ",
      "failed_call ",
      "Unsupported argument",
    ],
    [
      "an argument of another resource",
      "alerts.tf",
      "message_storage_policy {",
      "storage_policy {",
      "Unsupported block type",
    ],
  ])("%s is noticed", async (_, file, from, to, sentence) => {
    const { ok, text } = await terraform(brokenCopy(file, from, to), ["validate", "-no-color"], provider.env);
    expect(text).toContain(sentence);
    expect(ok).toBe(false);
  });

  /** One text of a file replaced, and what tests/ of the complete example say of it. */
  async function complains(
    file: string,
    from: string,
    to: string,
  ): Promise<Awaited<ReturnType<typeof testModule>>> {
    const { ok, text } = await testModule(
      "complete",
      bundlesWith(exampleFile("complete")),
      brokenCopy(file, from, to),
    );
    return { ok, text: text.replace(/\s+/g, " ") };
  }

  test.each<[string, string, string, string]>([
    [
      "a role of another project than the dataset's",
      "view_keeper[each.value.project].name",
      "view_keeper[local.project].name",
      "On each dataset stands the role of its own project.",
    ],
    [
      "a role that is made in one project only",
      "project     = each.value\n",
      "project     = local.project\n",
      "one in each",
    ],
    [
      "raw tables' datasets in place of the views'",
      "in module.plan.view_datasets :",
      "in module.plan.datasets :",
      "Views are kept where they lie, and nowhere else.",
    ],
    [
      "more of the jobs than their log",
      'role    = "roles/bigquery.resourceViewer"',
      'role    = "roles/bigquery.admin"',
      "The log of jobs is read where that is asked for.",
    ],
    [
      "rights of a function that is off",
      "module.plan.view_datasets : key => one if length(local.dedup_views) > 0",
      "module.plan.view_datasets : key => one",
      'google_service_account.function["dedup-views"].member',
    ],
  ])("of dedup-views, %s is noticed by tests/", async (_, from, to, sentence) => {
    const { ok, text } = await complains("dedup_views.tf", from, to);
    expect(text).toContain(sentence);
    expect(ok).toBe(false);
  });

  test.each<[string, string, string, string, string]>([
    [
      "an editor of all that is watched",
      "pii_hasher.tf",
      "in module.plan.pii_edited_datasets :",
      "in module.plan.datasets :",
      "Rows of people are changed where they come from and go to, and nowhere else.",
    ],
    [
      "a reader of what is edited alone",
      "pii_hasher.tf",
      "in module.plan.pii_read_datasets :",
      "in module.plan.pii_edited_datasets :",
      "What is watched or searched is read.",
    ],
    [
      "planted people that it cannot read",
      "pii_hasher.tf",
      "compact([module.plan.pii_key, module.plan.pii_canaries])",
      "compact([module.plan.pii_key])",
      "The key and the planted people are read.",
    ],
    [
      "rights of a function that is off",
      "pii_hasher.tf",
      "module.plan.pii_edited_datasets : key => one if length(local.pii_hasher) > 0",
      "module.plan.pii_edited_datasets : key => one",
      'google_service_account.function["pii-hasher"].member',
    ],
    [
      "a key that Terraform deletes",
      "secrets.tf",
      "each.key == module.plan.pii_key && var.deletion_protection",
      "false",
      "The key of the hashes is not deleted.",
    ],
    [
      "a key that nobody can ever delete",
      "secrets.tf",
      "each.key == module.plan.pii_key && var.deletion_protection",
      "each.key == module.plan.pii_key",
      "deletion_protection is off.",
    ],
    [
      "a version of the key that is gone at once",
      "secrets.tf",
      '? "2592000s" : null',
      "? null : null",
      "A version of it that is destroyed by mistake comes back within a month.",
    ],
    ["a key with a newline", "outputs.tf", " | tr -d '\\\\n'", "", "A newline would make another key of it."],
  ])("of pii-hasher, %s is noticed by tests/", async (_, file, from, to, sentence) => {
    const { ok, text } = await complains(file, from, to);
    expect(text).toContain(sentence);
    expect(ok).toBe(false);
  });

  test.each<[string, string, string, string]>([
    [
      "sources and pairs in place of all that is compared",
      "in module.plan.reconciled_datasets :",
      "in module.plan.datasets :",
      "Raw tables, pairs, clean views and clean tables are read where they are, and nothing else.",
    ],
    [
      "rights of a function that is off",
      "module.plan.reconciled_datasets : key => one if length(local.reconciliation) > 0",
      "module.plan.reconciled_datasets : key => one",
      'google_service_account.function["reconciliation"].member',
    ],
  ])("of reconciliation, %s is noticed by tests/", async (_, from, to, sentence) => {
    const { ok, text } = await complains("reconciliation.tf", from, to);
    expect(text).toContain(sentence);
    expect(ok).toBe(false);
  });

  test("of pii-hasher, data rights without anything said of people are noticed by tests/", async () => {
    const { ok, text } = await testModule(
      "minimal",
      bundlesWith(exampleFile("minimal")),
      brokenCopy("pii_hasher.tf", "in module.plan.pii_read_datasets :", "in module.plan.datasets :"),
    );
    expect(text.replace(/\s+/g, " ")).toContain("the hasher reads and changes nobody's rows");
    expect(ok).toBe(false);
  });
});
