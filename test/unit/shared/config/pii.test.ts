import { describe, expect, test } from "vitest";
import { parseWarehouseFile, WarehouseFileError } from "../../../../functions/shared/config/parse.ts";

/** Lines of `pii.tables.orders`, of `pii.tables` and of `pii`. */
interface Written {
  readonly orders?: readonly string[];
  readonly tables?: readonly string[];
  readonly lines?: readonly string[];
  readonly source?: string;
}

const orders = ["clean: clean.orders", "emails: { email: email_hash }", "phones: { phone: phone_hash }"];

function file({
  orders: its = orders,
  tables = [],
  lines = [],
  source = "unique_key: [id]",
}: Written): string {
  return [
    "project: shop",
    "location: EU",
    "time_zone: UTC",
    "ops_dataset: plumbline_ops",
    "connectors: { shop: { name: Shop, every: 24h } }",
    "sources:",
    `  orders: { table: raw.orders, connector: shop, owner: data, arrival: loaded_at, business_date: day, ${source} }`,
    "  customers: { table: raw.customers, connector: shop, owner: data, arrival: loaded_at, unique_key: [id] }",
    '  shards: { table: "ga4.events_*", connector: shop, owner: data, business_date: _TABLE_SUFFIX }',
    "  undated: { table: raw.undated, connector: shop, owner: data, business_date: day, unique_key: [id] }",
    "  keyless: { table: raw.keyless, connector: shop, owner: data, arrival: loaded_at }",
    "pii:",
    "  key: identity-key",
    ...lines.map((line) => `  ${line}`),
    "  tables:",
    "    orders:",
    ...its.map((line) => `      ${line}`),
    ...tables.map((line) => `    ${line}`),
    "dedup_views:",
    "  orders_latest: { source: orders }",
    "notifications: { channels: { alerts: { slack: { webhook_secret: slack-alerts } } } }",
    "",
  ].join("\n");
}

/** Each with its line: what stands there, and what is wrong with it. */
function mistakesIn(written: Written): readonly string[] {
  const text = file(written);
  try {
    parseWarehouseFile(text, "warehouse.yaml");
    return [];
  } catch (error) {
    if (!(error instanceof WarehouseFileError)) throw error;
    return error.mistakes.map(({ path, message, line }) => {
      expect(text.split("\n")[line - 1], `${path}: line ${line}`).toContain(
        path
          .split(".")
          .at(-1)
          ?.replace(/\[\d+\]$/, "") ?? "",
      );
      return `${path}: ${message}`;
    });
  }
}

test("a file without contradictions has none", () => {
  expect(mistakesIn({})).toEqual([]);
  const { pii } = parseWarehouseFile(
    file({ lines: ["uploads: { dataset: ad_uploads, platforms: [meta] }"] }),
    "warehouse.yaml",
  );
  expect(pii).toMatchObject({
    keySecret: "identity-key",
    country: null,
    tables: [
      { id: "orders", clean: { project: "shop", dataset: "clean", table: "orders" }, erasesUnusable: false },
    ],
    searched: ["shop.clean", "shop.ga4", "shop.raw"],
    uploads: { project: "shop", dataset: "ad_uploads", platforms: ["meta"], tiktokPlus: true },
  });
});

const withEmails = (emails: string, ...more: string[]) => ({
  orders: ["clean: clean.orders", `emails: { ${emails} }`, ...more],
});

describe("a table of people", () => {
  test.each<[string, Written, string]>([
    [
      "is a source",
      { tables: ["order: { clean: clean.order, emails: { email: email_hash } }"] },
      "pii.tables.order: there is no source order; did you mean orders?",
    ],
    [
      "is one table, that says what a fact is and when it arrived",
      { tables: ["shards: { clean: clean.shards, emails: { email: email_hash } }"] },
      "pii.tables.shards: shards is a pattern of date shards; name a source that is one table",
    ],
    [
      "says what a fact is",
      { tables: ["keyless: { clean: clean.keyless, emails: { email: email_hash } }"] },
      "pii.tables.keyless: keyless does not say what makes a row one fact; add unique_key: [<column>, ...] to the source",
    ],
    [
      "says when a row arrived",
      { tables: ["undated: { clean: clean.undated, emails: { email: email_hash } }"] },
      "pii.tables.undated: undated does not say when a row arrived; add arrival: <column> to the source",
    ],
    [
      "has one clean table",
      { orders: ["clean: clean.orders_*", ...orders.slice(1)] },
      "pii.tables.orders.clean: the clean table has one name; write it without *",
    ],
    [
      "has something to hash",
      { orders: ["clean: clean.orders", "erase: [note]"] },
      "pii.tables.orders: nothing would be hashed; add emails: { <column>: <column of its hash> } or phones",
    ],
    [
      "is not told apart by an identifier",
      withEmails("id: id_hash"),
      "pii.tables.orders.emails.id: id identifies or dates the rows of orders, so it cannot be emptied; hash it in the loader",
    ],
    [
      "is not dated by an identifier",
      withEmails("day: day_hash"),
      "pii.tables.orders.emails.day: day identifies or dates the rows of orders, so it cannot be emptied; hash it in the loader",
    ],
    [
      "hashes or erases a column, not both",
      withEmails("email: email_hash", "erase: [email]"),
      "pii.tables.orders.erase: email is hashed, which empties it too; remove it from erase",
    ],
    [
      "does not erase what it needs",
      withEmails("email: email_hash", "erase: [loaded_at]"),
      "pii.tables.orders.erase: loaded_at identifies or dates the rows of orders, so it cannot be emptied",
    ],
    [
      "has a hash that is no column of the raw table",
      withEmails("email: email"),
      "pii.tables.orders.emails.email: email is a column of the raw table; give the hash a name of its own, like email_hash",
    ],
    [
      "has a hash that is not its key",
      withEmails("email: id"),
      "pii.tables.orders.emails.email: id is a column of the raw table; give the hash a name of its own, like email_hash",
    ],
  ])("%s", (_, written, mistake) => expect(mistakesIn(written)).toContain(mistake));

  test("gives each column a hash of its own", () => {
    expect(mistakesIn(withEmails("email: hash, billing_email: hash"))).toEqual([
      "pii.tables.orders.emails.email: hash is the hash of two columns; give each its own",
      "pii.tables.orders.emails.billing_email: hash is the hash of two columns; give each its own",
    ]);
    expect(mistakesIn(withEmails("email: hash", "phones: { phone: hash }"))).toEqual([
      "pii.tables.orders.emails.email: hash is the hash of two columns; give each its own",
      "pii.tables.orders.phones.phone: hash is the hash of two columns; give each its own",
    ]);
  });

  test("says of a column that it is an address or a number", () => {
    expect(
      mistakesIn(withEmails("contact: contact_hash", "phones: { contact: contact_phone_hash }")),
    ).toEqual(["pii.tables.orders.phones.contact: contact is among emails and phones; it holds one of them"]);
  });
});

describe("a clean table stands nowhere else", () => {
  const clean = (name: string): Written => ({ orders: [`clean: ${name}`, ...orders.slice(1)] });

  test.each([
    ["raw.orders", "shop.raw.orders is the raw table of orders already; give the clean table another name"],
    [
      "shop.raw.orders",
      "shop.raw.orders is the raw table of orders already; give the clean table another name",
    ],
    [
      "raw.orders_latest",
      "shop.raw.orders_latest is the dedup view orders_latest already; give the clean table another name",
    ],
  ])("than where something is: %s", (name, message) => {
    expect(mistakesIn(clean(name))).toEqual([`pii.tables.orders.clean: ${message}`]);
  });

  test("than another clean table", () => {
    expect(
      mistakesIn({ tables: ["customers: { clean: clean.orders, emails: { email: email_hash } }"] }),
    ).toEqual([
      "pii.tables.customers.clean: shop.clean.orders is the clean table of orders already; give the clean table another name",
    ]);
  });
});

describe("a match", () => {
  const customers = ["customers: { clean: clean.customers, emails: { email: email_hash } }"];

  test("of two hashes that there are is none", () => {
    expect(
      mistakesIn({
        tables: customers,
        lines: ["matches: [{ of: orders.email_hash, among: customers.email_hash }]"],
      }),
    ).toEqual([]);
  });

  test.each([
    ["order.email_hash", "there is no table order in pii.tables; did you mean orders?"],
    ["orders.email_has", "orders has no hash email_has; did you mean email_hash?"],
    ["orders.email", "orders has no hash email"],
  ])("of %s leads nowhere", (of, message) => {
    const [mistake] = mistakesIn({
      tables: customers,
      lines: [`matches: [{ of: ${of}, among: customers.email_hash }]`],
    });
    expect(mistake).toMatch(/^pii\.matches/);
    expect(mistake).toContain(message);
  });
});

describe("uploads", () => {
  const uploads = (dataset: string): Written => ({
    lines: [`uploads: { dataset: ${dataset}, platforms: [meta] }`],
  });

  test.each([
    ["people", "its name must show what it contains; choose a name with upload, like ad_uploads"],
    [
      "plumbline_ops",
      "the bundle's own tables lies in it too; hashes for ad platforms have a dataset of their own",
    ],
    ["raw", "raw.orders lies in it too; hashes for ad platforms have a dataset of their own"],
    ["shop.clean", "clean.orders lies in it too; hashes for ad platforms have a dataset of their own"],
  ])("do not lie in %s", (dataset, message) => {
    expect(mistakesIn(uploads(dataset))).toContain(`pii.uploads.dataset: ${message}`);
  });

  test.each(["ad_uploads", "shop.Uploads", "other.uploads_of_people"])("may lie in %s", (dataset) => {
    expect(mistakesIn(uploads(dataset))).toEqual([]);
  });
});
