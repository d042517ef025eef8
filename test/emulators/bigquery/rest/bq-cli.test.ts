import { execFile } from "node:child_process";
import { accessSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type LocalBigQuery, startLocalBigQuery } from "../../../support/local-bigquery.ts";

const run = promisify(execFile);
const bq = (process.env.PATH ?? "").split(path.delimiter).find((folder) => {
  try {
    accessSync(path.join(folder, "bq"));
    return true;
  } catch {
    return false;
  }
});

describe.skipIf(!bq)("the bq command-line client (skipped where it is not installed)", () => {
  let local: LocalBigQuery;
  const home = mkdtempSync(path.join(tmpdir(), "bq-home-"));
  const at = new Date("2026-02-08T11:00:00Z");

  beforeAll(async () => {
    local = await startLocalBigQuery();
    const { engine } = local;
    await engine.createDataset("hulken.shop", { location: "US", at });
    const fields = [
      { name: "id", type: "INTEGER" },
      { name: "name", type: "STRING" },
    ] as const;
    await engine.createTable("hulken.shop.orders", { fields, description: "Orders" }, at);
    await engine.appendSelect(
      "hulken.shop.orders",
      "SELECT i AS id, 'n' || i AS name FROM range(3) t(i)",
      at,
    );
  });
  afterAll(async () => {
    rmSync(home, { recursive: true, force: true });
    await local.close();
  });

  const command = async (...args: string[]) => {
    const options = [
      "--api",
      local.url,
      "--project_id=hulken",
      "--oauth_access_token=local",
      "--format=json",
      "--quiet",
    ];
    const env = { PATH: process.env.PATH ?? "", HOME: home };
    const { stdout } = await run("bq", [...options, ...args], { env, timeout: 60_000 });
    return JSON.parse(stdout);
  };

  test("lists datasets and tables", async () => {
    expect(await command("ls")).toMatchObject([{ id: "hulken:shop" }]);
    expect(await command("ls", "shop")).toMatchObject([{ id: "hulken:shop.orders", type: "TABLE" }]);
  }, 60_000);

  test("shows a table and its first rows", async () => {
    expect(await command("show", "shop.orders")).toMatchObject({ numRows: "3", description: "Orders" });
    expect(await command("head", "-n", "2", "shop.orders")).toEqual([
      { id: "0", name: "n0" },
      { id: "1", name: "n1" },
    ]);
  }, 60_000);

  test("queries", async () => {
    const sql = "SELECT name, id * 2 AS twice FROM shop.orders WHERE id > 0 ORDER BY id";
    expect(await command("query", "--nouse_legacy_sql", sql)).toEqual([
      { name: "n1", twice: "2" },
      { name: "n2", twice: "4" },
    ]);
  }, 60_000);

  test("is told what is wrong with a query", async () => {
    const failed = command("query", "--nouse_legacy_sql", "SELECT zzz FROM shop.orders");
    await expect(failed).rejects.toMatchObject({
      stdout: expect.stringContaining("Unrecognized name: zzz at [1:8]"),
    });
  }, 60_000);
});
