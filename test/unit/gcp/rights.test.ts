import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { broken, moduleFolder, parseHcl, readTexts, type Texts } from "./hcl.ts";
import { rightsOf, withRights } from "./rights.ts";

let texts: Texts;

beforeAll(() => {
  texts = readTexts();
});

describe("the table of identities and rights in infra/gcp/README.md", () => {
  test("is what the HCL gives (write it anew with `npm run rights`)", async () => {
    const readme = readFileSync(join(moduleFolder, "README.md"), "utf8");
    expect(readme).toBe(withRights(readme, rightsOf(await parseHcl(texts))));
  });

  test("has every right that is given: each resource that gives one, and each invoker", async () => {
    const hcl = await parseHcl(texts);
    const given = hcl.resources.filter(
      ({ type, file }) => type.endsWith("_iam_member") && !file.includes("/"),
    );
    const invoked = rightsOf(hcl).filter(({ right }) => right.startsWith("run.invoker"));
    expect(given.length).toBeGreaterThan(10);
    expect(rightsOf(hcl).length).toBe(given.length + invoked.length);
  });

  test("changes when a right does", async () => {
    const readme = readFileSync(join(moduleFolder, "README.md"), "utf8");
    const more = await parseHcl(
      broken(texts, "notifier.tf", "roles/bigquery.dataEditor", "roles/bigquery.admin"),
    );
    expect(withRights(readme, rightsOf(more))).not.toBe(readme);
  });

  test("refuses a right that it has no words for", async () => {
    const odd = await parseHcl(
      broken(
        texts,
        "notifier.tf",
        /$/,
        'resource "google_bigquery_table_iam_member" "x" {\n  role = "r"\n  member = google_service_account.push.member\n}\n',
      ),
    );
    expect(() => rightsOf(odd)).toThrow("no words");
  });
});
