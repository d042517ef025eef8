import { setTimeout as sleep } from "node:timers/promises";
import type { Field } from "../../infra/local/emulators/bigquery/catalog.ts";
import { mayPass, type SmallStack, type SmallStackOptions, startSmallStack } from "./a-small-stack.ts";
import { days, hours } from "./a-source.ts";
import { location, opsDataset, project } from "./small-sources.ts";

/**
 * A shop that advertises, as the reconciliation finds it every morning: spend and the same spend by country, orders and a copy
 * of them, fees that are overwritten, and visits. Every day each loader brings the day before, two hours before the look.
 */
export interface MorningWorld {
  readonly stack: SmallStack;
  /** The look of the nth morning, from 0: Monday, 9 February 2026, 06:00 UTC. */
  at(morning: number): Date;
  /** A business day, counted from the nth morning: -1 is the day before it. */
  day(morning: number, days: number): string;
  /** What all loaders but these bring on a morning. */
  deliver(morning: number, without?: readonly Table[]): Promise<void>;
  /** Rows by BigQuery's own rules, or a change of them; `{table}` names in dataset `data`. */
  sql(text: string): Promise<readonly Readonly<Record<string, string | null>>[]>;
  /** One attempt of Cloud Scheduler. */
  post(at: Date, process?: number): Promise<Answer>;
  /** Again while it says that it may be tried again, then waits for what is told. */
  morning(at: Date): Promise<Answer>;
  get(query?: string, accept?: string): Promise<Answer & { readonly type: string }>;
  /** How many rows the bundle remembers, table by table. */
  remembered(): Promise<Readonly<Record<string, number>>>;
  close(): Promise<void>;
}

export interface Answer {
  readonly status: number;
  readonly body: string;
  /** Of an answer in JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: a test looks at what it names
  readonly json: any;
}

export type Table = "spend" | "spend_by_country" | "orders" | "orders_copy" | "fees" | "visits";

/** 06:00 of a Monday. */
const firstMorning = new Date("2026-02-09T06:00:00Z");
const daysBefore = 10;

const arrived: Field = { name: "arrived", type: "TIMESTAMP" };
const day: Field = { name: "day", type: "DATE" };
const text = (name: string): Field => ({ name, type: "STRING" });
const amount = (name: string): Field => ({ name, type: "NUMERIC" });

const fields: Readonly<Record<Table, readonly Field[]>> = {
  spend: [arrived, text("ad"), day, text("campaign"), amount("spend")],
  spend_by_country: [arrived, text("ad"), day, text("country"), amount("spend")],
  orders: [arrived, text("id"), day, text("source"), text("campaign"), amount("total")],
  orders_copy: [arrived, text("id"), day, amount("total")],
  fees: [arrived, day, amount("amount")],
  visits: [arrived, day, text("page")],
};

/** Two ads of $100 in two countries, three orders of $150, fees and visits: what a day is made of. */
function rowsOf(table: Table, on: string): readonly string[] {
  const [ads, orders] = [
    ["brand", "sale"],
    ["a", "b", "c"],
  ];
  switch (table) {
    case "spend":
      return ads.map((ad) => `'${ad}', DATE '${on}', '${ad} campaign', 100`);
    case "spend_by_country":
      return ads.flatMap((ad) => [`'${ad}', DATE '${on}', 'DE', 60`, `'${ad}', DATE '${on}', 'FR', 40`]);
    case "orders":
      return orders.map((id) => `'${on}-${id}', DATE '${on}', 'meta', 'brand campaign', 150`);
    case "orders_copy":
      return orders.map((id) => `'${on}-${id}', DATE '${on}', 150`);
    case "fees":
      return [`DATE '${on}', 30`];
    case "visits":
      return [`DATE '${on}', '/'`, `DATE '${on}', '/shop'`];
  }
}

const tables = Object.keys(fields) as Table[];

export const warehouseFile = ({
  sources = [],
  reconciliation = [],
  rest = [],
}: {
  readonly sources?: readonly string[];
  readonly reconciliation?: readonly string[];
  readonly rest?: readonly string[];
} = {}): string =>
  [
    `project: ${project}`,
    `location: ${location}`,
    "time_zone: UTC",
    `ops_dataset: ${opsDataset}`,
    "connectors:",
    "  ads: { name: The ads loader, every: 24h, runbook: [Read the log of the ads loader] }",
    "  shop: { name: The shop loader, every: 24h }",
    "sources:",
    "  spend:",
    "    { table: data.spend, connector: ads, owner: growth, arrival: arrived, business_date: day,",
    "      unique_key: [ad, day], required: [campaign], money: { column: spend, currency: USD, kind: spend } }",
    "  spend_by_country:",
    "    { table: data.spend_by_country, connector: ads, owner: growth, arrival: arrived, business_date: day,",
    "      unique_key: [ad, day, country], breakdown: { of: spend, column: spend } }",
    "  orders:",
    "    { table: data.orders, connector: shop, owner: shop, arrival: arrived, business_date: day,",
    "      unique_key: [id], money: { column: total, currency: USD, kind: revenue } }",
    "  fees:",
    "    { table: data.fees, connector: shop, owner: finance, arrival: arrived, business_date: day,",
    "      final_after: 2d, money: { column: amount, currency: USD, kind: spend } }",
    "  visits: { table: data.visits, connector: shop, owner: growth, arrival: arrived, business_date: day }",
    ...sources,
    "dedup_views:",
    "  spend_clean: { source: spend, view: data.spend_clean }",
    "platforms:",
    "  meta:",
    "    name: Meta",
    "    spend: spend",
    "    revenue: { source: orders, column: total, currency: USD, attributed_by: source, is: [meta] }",
    "    campaigns: { spend: campaign, revenue: campaign }",
    "pairs:",
    "  orders_and_copy:",
    "    owner: shop",
    "    currency: USD",
    "    between:",
    "      - { table: data.orders, key: [id], business_date: day, amount: total }",
    "      - { table: data.orders_copy, key: [id], business_date: day, amount: total }",
    ...(reconciliation.length === 0 ? [] : ["reconciliation:", ...reconciliation.map((it) => `  ${it}`)]),
    ...rest,
    "notifications:",
    "  flapping: { more_than: 1000, within: 24h }",
    "  channels:",
    "    alerts: { slack: { webhook_secret: slack-alerts } }",
    "    inbox: { email: { smtp_secret: smtp, from: plumbline@shop.example, to: [data@shop.example] } }",
    "",
  ].join("\n");

/** The view that holds each fact once. */
export const cleanView =
  "CREATE VIEW `shop.data.spend_clean` AS SELECT * FROM `shop.data.spend` " +
  "QUALIFY ROW_NUMBER() OVER (PARTITION BY ad, day ORDER BY arrived DESC) = 1";

export async function startMorningWorld(options: Partial<SmallStackOptions> = {}): Promise<MorningWorld> {
  const before = new Date(firstMorning.getTime() - hours(1));
  const stack = await startSmallStack({
    sources: [],
    only: ["reconciliation", "notifier"],
    file: warehouseFile(),
    startedAt: before,
    ...options,
  });
  const { engine } = stack;
  const at = (morning: number) => new Date(firstMorning.getTime() + days(morning));
  const dayOf = (morning: number, offset: number) =>
    at(morning + offset)
      .toISOString()
      .slice(0, 10);

  async function bring(table: Table, on: string, arrival: Date): Promise<void> {
    const columns = fields[table].map(({ name }) => `"${name}"`).join(", ");
    const rows = rowsOf(table, on).map((row) => `(TIMESTAMPTZ '${arrival.toISOString()}', ${row})`);
    await engine.appendSelect(
      `${project}.data.${table}`,
      `SELECT * FROM (VALUES ${rows.join(", ")}) AS t(${columns})`,
      engine.clock(),
    );
  }

  for (const table of tables) {
    await engine.createTable(`${project}.data.${table}`, { fields: fields[table] }, before);
    for (let back = daysBefore; back >= 1; back -= 1)
      await bring(table, dayOf(0, -back), new Date(at(1 - back).getTime() - hours(2)));
  }
  await stack.query(cleanView);

  const self: MorningWorld = {
    stack,
    at,
    day: dayOf,
    async deliver(morning, without = []) {
      const arrival = new Date(at(morning).getTime() - hours(2));
      if (arrival > engine.clock()) stack.turnTo(arrival);
      for (const table of tables)
        if (!without.includes(table)) await bring(table, dayOf(morning, -1), arrival);
    },
    sql: (query) => stack.query(query.replaceAll(/\{(\w+)\}/g, `\`${project}.data.$1\``)),
    async post(when, process) {
      const { status, body } = await stack.wake(when, process, "/reconciliation");
      return { status, body, json: parsed(body) };
    },
    async morning(when) {
      let answer = await self.post(when);
      for (let tries = 1; tries <= 3 && mayPass(answer.status); tries += 1) {
        await sleep(30);
        answer = await self.post(when);
      }
      await stack.settle();
      return answer;
    },
    async get(query = "", accept = "application/json") {
      const headers = { accept, "x-cloudscheduler-scheduletime": engine.clock().toISOString() };
      const response = await fetch(`${stack.url}/reconciliation${query}`, { headers });
      const body = await response.text();
      const type = response.headers.get("content-type") ?? "";
      return { status: response.status, body, json: parsed(body), type };
    },
    async remembered() {
      const counted = ["runs", "check_results", "alert_state", "alert_log", "deliveries"].map(
        async (table) => {
          const [row] = await stack.query(`SELECT COUNT(*) AS n FROM \`{{ops}}.${table}\``);
          return [table, Number(row?.n)] as const;
        },
      );
      return Object.fromEntries(await Promise.all(counted));
    },
    close: stack.close,
  };
  return self;
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}
