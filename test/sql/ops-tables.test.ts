import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hasTerraform, plan } from "../campaigns/gcp/terraform.ts";
import { type LocalBigQuery, startLocalBigQuery } from "../support/local-bigquery.ts";
import { moduleFolder, root } from "../unit/gcp/hcl.ts";

/**
 * The module reads the ops tables out of their DDL. Here BigQuery's own parser reads it too, and makes the tables: what
 * Terraform would make is what the functions are tested against.
 */
interface Field {
  readonly name: string;
  readonly type: string;
  readonly mode: string;
  readonly description: string;
}
interface Table {
  readonly description: string;
  readonly partition: string | null;
  readonly clustering: string[] | null;
  readonly schema: readonly Field[];
}

const folder = join(root, "sql/bigquery/ops");
const tables = readdirSync(folder).map((file) => file.replace(/\.sql$/, ""));

test("an ops dataset that exists already is imported with every table, see infra/gcp/README.md", () => {
  const [, named = ""] =
    /^ *for t in (.*); do$/m.exec(readFileSync(join(moduleFolder, "README.md"), "utf8")) ?? [];
  expect(named.split(" ")).toEqual([...tables].sort());
});

describe.skipIf(!hasTerraform)("with terraform, which is not on every machine", () => {
  let bigquery: LocalBigQuery;
  let planned: Record<string, Table>;

  beforeAll(async () => {
    bigquery = await startLocalBigQuery();
    const client = bigquery.client();
    await client.query("CREATE SCHEMA `hulken.ops` OPTIONS (location = 'US')");
    for (const table of tables)
      await client.query(
        readFileSync(join(folder, `${table}.sql`), "utf8").replaceAll("{{ops}}", "hulken.ops"),
      );
    const { outputs } = await plan({
      warehouseFile: join(root, "infra/local/world/warehouse.yaml"),
      region: "us-central1",
    });
    planned = outputs.tables as Record<string, Table>;
  });

  afterAll(() => bigquery.close());

  test("every table is there", () => {
    expect(Object.keys(planned).sort()).toEqual([...tables].sort());
  });

  test.each(tables)("%s is what its DDL makes, column by column", async (table) => {
    const [made] = await bigquery.client().dataset("ops").table(table).getMetadata();
    const it = planned[table];
    const fields = made.schema.fields.map(({ name, type, mode, description }: Field) => ({
      name,
      type,
      mode: mode ?? "NULLABLE",
      description,
    }));
    expect(it?.schema).toEqual(fields);
    expect(it?.description).toBe(made.description);
    expect(it?.partition ?? undefined).toBe(made.timePartitioning?.field);
    expect(it?.clustering ?? undefined).toEqual(made.clustering?.fields);
  });
});
