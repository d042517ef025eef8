import { createHmac } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { worldStart } from "../../infra/local/clock.ts";
import type { Field } from "../../infra/local/emulators/bigquery/catalog.ts";
import {
  type Cells,
  mayPass,
  type SmallStack,
  type SmallStackOptions,
  startSmallStack,
} from "./a-small-stack.ts";
import { hours } from "./a-source.ts";
import { location, opsDataset, project } from "./small-sources.ts";

/** Raw tables of orders and customers, and the clean ones that the real function keeps of them. */
export interface PiiWorld {
  readonly stack: SmallStack;
  /** Five minutes after the last one, unless said. */
  nextTick(afterMs?: number): Date;
  append(table: RawTable, ...rows: readonly RawRow[]): Promise<void>;
  /** By tabledata.insertAll: into the streaming buffer. */
  stream(table: RawTable, ...rows: readonly RawRow[]): Promise<void>;
  /** The warehouse file says this of `pii` from now on. */
  want(wanted: WantedPii): Promise<void>;
  /** One attempt of Cloud Scheduler. */
  post(at: Date, process?: number): Promise<Answer>;
  /** Again while it says that it may be tried again, then waits for what is told. */
  tick(at?: Date): Promise<Answer>;
  get(path?: string, accept?: string): Promise<{ readonly status: number; readonly body: string }>;
  /** Rows of `raw.<table>`, by id and arrival. */
  raw(table: RawTable): Promise<readonly Cells[]>;
  /** Rows of `clean.<table>`, by id; none where it is not made yet. */
  clean(table: RawTable): Promise<readonly Cells[]>;
  rows(sql: string): Promise<readonly Cells[]>;
  /** The time passes for which a run that died still holds the lease. */
  letLeaseRunOut(): Promise<void>;
  close(): Promise<void>;
}

export type RawTable = "orders" | "customers";

export interface Answer {
  readonly status: number;
  readonly body: string;
  /** Of an answer in JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: a test looks at what it names
  readonly json: any;
}

export type Cell = string | number | null | readonly string[];
/** By column; text that BigQuery would take for the column's type. What is left out is NULL. */
export type RawRow = Readonly<Record<string, Cell>>;

export interface WantedPii {
  /** Name of the secret. */
  readonly key?: string;
  /** Further lines of a table, e.g. `unusable: erase`. */
  readonly orders?: readonly string[];
  readonly customers?: readonly string[];
  /** Further lines of `pii`, e.g. `uploads: …`. */
  readonly lines?: readonly string[];
}

/** Who brings rows: what is said of people in these jobs is not the function's. */
export const loader = "loader@shop.example";

export const keySecret = "identity-key";
/** 64 hexadecimal digits, as `openssl rand -hex 32` makes them. */
export const key = "6b1f0c0d2a5e4f7390ab4cd1e2f30415a6b7c8d9eafb0c1d2e3f405162738495";

const fields: Readonly<Record<RawTable, readonly Field[]>> = {
  orders: [
    { name: "id", type: "INTEGER" },
    { name: "extracted_at", type: "TIMESTAMP" },
    { name: "email", type: "STRING" },
    { name: "phone", type: "STRING" },
    { name: "country", type: "STRING" },
    { name: "total", type: "NUMERIC" },
    { name: "note", type: "STRING" },
  ],
  customers: [
    { name: "id", type: "STRING" },
    { name: "extracted_at", type: "TIMESTAMP" },
    { name: "email", type: "STRING" },
    { name: "phone", type: "INTEGER" },
    { name: "city", type: "STRING" },
    { name: "address", type: "JSON" },
    { name: "aliases", type: "STRING", mode: "REPEATED" },
  ],
};

export async function startPiiWorld(
  options: Partial<SmallStackOptions> & { readonly wanted?: WantedPii } = {},
): Promise<PiiWorld> {
  const stack = await startSmallStack({
    sources: [],
    only: ["pii-hasher", "notifier"],
    file: fileWith(options.wanted ?? {}),
    ...options,
    secrets: { [keySecret]: key, ...options.secrets },
  });
  const { engine } = stack;
  for (const dataset of ["raw", "clean"])
    await engine.createDataset(`${project}.${dataset}`, { location, at: worldStart });
  for (const table of ["orders", "customers"] as const)
    await engine.createTable(
      `${project}.raw.${table}`,
      { fields: fields[table], partitionBy: { field: "extracted_at", type: "DAY" } },
      worldStart,
    );
  const asLoader = stack.client(loader);
  let now = worldStart.getTime();
  /** No two writes of a table share an instant. */
  const passes = () => stack.turnTo(new Date(engine.clock().getTime() + 1_000));

  const self: PiiWorld = {
    stack,
    nextTick(afterMs = fiveMinutes) {
      now += afterMs;
      return new Date(now);
    },
    async append(table, ...rows) {
      passes();
      const values = rows.map(
        (row) => `(${fields[table].map((field) => literal(row[field.name], field)).join(", ")})`,
      );
      const columns = fields[table].map(({ name }) => name).join(", ");
      await asLoader.query(
        `INSERT INTO \`${project}.raw.${table}\` (${columns}) VALUES ${values.join(", ")}`,
      );
    },
    async stream(table, ...rows) {
      passes();
      await stack
        .client()
        .dataset("raw")
        .table(table)
        .insert([...rows]);
    },
    want: (wanted) => stack.rewrite(fileWith(wanted)),
    async post(at, process) {
      const { status, body } = await stack.wake(at, process, "/pii-hasher");
      return { status, body, json: parsed(body) };
    },
    async tick(at = self.nextTick()) {
      let answer = await self.post(at);
      for (let tries = 1; tries <= 3 && mayPass(answer.status); tries += 1) {
        await sleep(30);
        answer = await self.post(at);
      }
      await stack.settle();
      return answer;
    },
    async get(path = "", accept = "application/json") {
      const headers = { accept, "x-cloudscheduler-scheduletime": engine.clock().toISOString() };
      const response = await fetch(`${stack.url}/pii-hasher${path}`, { headers });
      return { status: response.status, body: await response.text() };
    },
    raw: (table) => stack.query(`SELECT * FROM \`${project}.raw.${table}\` ORDER BY id, extracted_at, email`),
    async clean(table) {
      const made = await self.rows(
        `SELECT table_id FROM \`${project}.clean.__TABLES__\` WHERE table_id = '${table}'`,
      );
      return made.length === 0 ? [] : stack.query(`SELECT * FROM \`${project}.clean.${table}\` ORDER BY id`);
    },
    rows: (sql) => stack.query(sql),
    async letLeaseRunOut() {
      await stack.query("UPDATE `{{ops}}.leases` SET held_until = TIMESTAMP '2000-01-01' WHERE TRUE");
    },
    close: stack.close,
  };
  return self;
}

const fiveMinutes = 5 * 60_000;

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}

function literal(value: Cell | undefined, { type, mode }: Field): string {
  if (Array.isArray(value)) return `[${value.map((it) => JSON.stringify(it)).join(", ")}]`;
  if (value === null || value === undefined) return mode === "REPEATED" ? "[]" : "NULL";
  if (typeof value === "number") return String(value);
  const quoted = JSON.stringify(value);
  return type === "STRING" ? quoted : `${type === "INTEGER" ? "INT64" : type} ${quoted}`;
}

/** An order as a sync brings it: `hour` counts from 06:00 of the world's first day. */
export function order(row: {
  readonly id: number | null;
  readonly hour?: number | null;
  readonly email?: string | null;
  readonly phone?: string | null;
  readonly country?: string | null;
  readonly total?: number;
  readonly note?: string | null;
}): RawRow {
  const { id, hour = 0, email = null, phone = null, country = null, total = 10, note = null } = row;
  return { id, extracted_at: hour === null ? null : atHour(hour), email, phone, country, total, note };
}

export function customer(row: {
  readonly id: string;
  readonly hour?: number;
  readonly email?: string | null;
  readonly phone?: number | null;
  readonly city?: string;
  readonly address?: string | null;
  readonly aliases?: readonly string[];
}): RawRow {
  const { id, hour = 0, email = null, phone = null, city = "Berlin", address = null, aliases = [] } = row;
  return { id, extracted_at: atHour(hour), email, phone, city, address, aliases };
}

export function atHour(hour: number): string {
  return new Date(worldStart.getTime() + hours(hour - 6)).toISOString();
}

/** The hash that a clean table must hold, made without the code under test. @param value as it is after normalisation */
export function hashOf(kind: "email" | "phone", value: string, under = key): string {
  return createHmac("sha256", under).update(`${kind}\0${value}`).digest("hex");
}

/** Everything is told to one Slack channel and one mailbox. */
function fileWith({ key: secret = keySecret, orders = [], customers = [], lines = [] }: WantedPii): string {
  const indented = (some: readonly string[], by: number) => some.map((line) => " ".repeat(by) + line);
  return [
    `project: ${project}`,
    `location: ${location}`,
    "time_zone: UTC",
    `ops_dataset: ${opsDataset}`,
    "connectors:",
    "  shop: { name: The shop, every: 24h }",
    "  crm: { name: The CRM, every: 24h }",
    "sources:",
    "  orders: { table: raw.orders, connector: shop, owner: shop-team, arrival: extracted_at, unique_key: [id] }",
    "  customers: { table: raw.customers, connector: crm, owner: crm-team, arrival: extracted_at, unique_key: [id] }",
    "pii:",
    `  key: ${secret}`,
    "  country: US",
    "  tables:",
    "    orders:",
    "      clean: clean.orders",
    "      emails: { email: email_hash }",
    "      phones: { phone: phone_hash }",
    "      country: [country]",
    "      erase: [note]",
    ...indented(orders, 6),
    "    customers:",
    "      clean: clean.customers",
    "      emails: { email: email_hash }",
    "      phones: { phone: phone_hash }",
    "      erase: [address, aliases]",
    ...indented(customers, 6),
    ...indented(lines, 2),
    "notifications:",
    // Rounds of break and mend would be told as flapping.
    "  flapping: { more_than: 1000, within: 24h }",
    "  channels:",
    "    alerts: { slack: { webhook_secret: slack-alerts } }",
    "    inbox: { email: { smtp_secret: smtp, from: plumbline@shop.example, to: [data@shop.example] } }",
    "",
  ].join("\n");
}
