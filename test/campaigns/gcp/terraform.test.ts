import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parseWarehouseFile } from "../../../functions/shared/config/parse.ts";
import type { WarehouseFile } from "../../../functions/shared/config/types.ts";
import { readFunctions } from "../../unit/gcp/functions.ts";
import { moduleFolder, root } from "../../unit/gcp/hcl.ts";
import { hasTerraform, plan, terraform } from "./terraform.ts";

/** What Terraform itself says, as far as it can without a provider. */
const demo = join(root, "infra/local/world/warehouse.yaml");
const example = (name: string) => join(moduleFolder, "examples", name, "warehouse.yaml");

/** Each once, as `project.dataset`, in order. */
const datasetsOf = (tables: readonly { readonly project: string; readonly dataset: string }[]) =>
  [...new Set(tables.map(({ project, dataset }) => `${project}.${dataset}`))].sort();

/** Tables of sources and of pairs. */
const watchedIn = ({ sources, pairs }: WarehouseFile) => [
  ...sources.map((it) => it.table),
  ...pairs.flatMap(({ between }) => between.map((it) => it.table)),
];

describe("the examples", () => {
  test.each(["minimal", "complete"])("%s has a warehouse file that the functions accept", (name) => {
    const file = parseWarehouseFile(readFileSync(example(name), "utf8"), "warehouse.yaml");
    expect(file.sources.length).toBeGreaterThan(0);
    expect(file.notifications.channels.length).toBeGreaterThan(0);
  });

  test("ten lines are enough", () => {
    const lines = readFileSync(join(moduleFolder, "examples/minimal/main.tf"), "utf8").trim().split("\n");
    expect(lines.filter((line) => line.trim() !== "").length).toBeLessThanOrEqual(10);
  });
});

describe.skipIf(!hasTerraform)("with terraform, which is not on every machine", () => {
  test("every file is formatted", async () => {
    expect(await terraform(moduleFolder, ["fmt", "-check", "-recursive", "-list=true"])).toEqual({
      ok: true,
      text: "",
    });
  });

  test("what is planned and what is refused is as modules/plan/tests say", async () => {
    const { ok, text } = await terraform(join(moduleFolder, "modules/plan"), ["test", "-no-color"]);
    expect(text).toMatch(/Success! \d+ passed, 0 failed\./);
    expect(ok).toBe(true);
  });

  test.each([
    ["the demo's", demo, "us-central1"],
    ["the minimal example's", example("minimal"), "us-central1"],
    ["the complete example's", example("complete"), "europe-west1"],
  ])("%s warehouse file can be deployed with the functions as they are", async (_, warehouseFile, region) => {
    const { refused, outputs } = await plan({ warehouseFile, region });
    expect(refused).toBeNull();
    expect(Object.keys(outputs.functions as object).sort()).toEqual(readFunctions().map(({ name }) => name));
  });

  test.each([
    ["the demo's", demo, "us-central1"],
    ["the complete example's", example("complete"), "europe-west1"],
  ])(
    "Terraform reads the same of %s warehouse file as the functions do",
    async (_, warehouseFile, region) => {
      const { outputs } = await plan({ warehouseFile, region });
      const file = parseWarehouseFile(readFileSync(warehouseFile, "utf8"), "warehouse.yaml");
      const { sources, dedupViews, pii, notifications } = file;
      const watched = watchedIn(file);
      expect(Object.keys(outputs.datasets as object).sort()).toEqual(datasetsOf(watched));
      const views = dedupViews.map((it) => it.view);
      const clean = pii?.tables.map((it) => it.clean) ?? [];
      expect(Object.keys(outputs.reconciled_datasets as object).sort()).toEqual(
        datasetsOf([...watched, ...views, ...clean]),
      );
      expect(Object.keys(outputs.view_datasets as object).sort()).toEqual(datasetsOf(views));
      const people = pii?.tables.flatMap((it) => [it.source.table, it.clean]) ?? [];
      expect(Object.keys(outputs.pii_edited_datasets as object).sort()).toEqual(
        datasetsOf([...people, ...(pii?.uploads ? [pii.uploads] : [])]),
      );
      expect(Object.keys(outputs.pii_read_datasets as object).sort()).toEqual(
        pii === null
          ? []
          : [...new Set([...datasetsOf(sources.map((it) => it.table)), ...pii.searched])].sort(),
      );
      expect(outputs.pii_key ?? null).toBe(pii?.keySecret ?? null);
      expect(outputs.pii_canaries ?? null).toBe(pii?.canariesSecret ?? null);
      expect([...(outputs.channel_secrets as string[])].sort()).toEqual(
        notifications.channels
          .map((one) => (one.kind === "slack" ? one.webhookSecret : one.smtpSecret))
          .sort(),
      );
      expect(outputs.link_key).toBe(notifications.acknowledge?.secret);
    },
  );

  test("and of a file that says where to search, and of one that does not", async () => {
    const text = readFileSync(example("complete"), "utf8");
    expect(text).toMatch(/^ {2}search: /m);
    const folder = mkdtempSync(join(tmpdir(), "plumbline-searched-"));
    const warehouseFile = join(folder, "warehouse.yaml");
    const unsaid = text.replace(/^ {2}search: .*\n/m, "");
    writeFileSync(warehouseFile, unsaid);
    const { outputs } = await plan({ warehouseFile, region: "europe-west1" });
    rmSync(folder, { recursive: true });
    const { pii, sources } = parseWarehouseFile(unsaid, "warehouse.yaml");
    expect(pii?.searched).toContain("my-project.clean");
    expect(Object.keys(outputs.pii_read_datasets as object).sort()).toEqual(
      [...new Set([...datasetsOf(sources.map((it) => it.table)), ...(pii?.searched ?? [])])].sort(),
    );
  });

  test.each([
    [
      "a cron that is none",
      { "sync-watchdog": { schedule: "every hour" } },
      'sync-watchdog: "every hour" is no schedule',
    ],
    [
      "a timeout longer than the scheduler waits",
      { "sync-watchdog": { timeout_seconds: 3600 } },
      "Cloud Scheduler waits for 1800 s at most",
    ],
    [
      "a timeout longer than Pub/Sub waits",
      { notifier: { timeout_seconds: 600 } },
      "waits for an acknowledgement for 600 s at most",
    ],
  ])("%s is refused with a sentence", async (_, overrides, sentence) => {
    const { refused } = await plan({ warehouseFile: demo, region: "us-central1", overrides });
    expect(refused?.replace(/\s+/g, " ")).toContain(sentence);
  });
});
