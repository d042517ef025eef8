import { setTimeout as sleep } from "node:timers/promises";
import { worldStart } from "../../infra/local/clock.ts";
import type { Field } from "../../infra/local/emulators/bigquery/catalog.ts";
import { mayPass, type SmallStack, type SmallStackOptions, startSmallStack } from "./a-small-stack.ts";
import { days, hours } from "./a-source.ts";
import { location, opsDataset, project } from "./small-sources.ts";

/** Raw tables that a loader appends to, and the dedup views over them, kept by the real function. */
export interface DedupWorld {
  readonly stack: SmallStack;
  /** A day after the last one, unless said. */
  nextTick(afterMs?: number): Date;
  /** Makes `raw.<name>`, and puts rows into it. */
  makeTable(name: string, rows?: readonly RawRow[], fields?: readonly Field[]): Promise<void>;
  append(name: string, rows: readonly RawRow[]): Promise<void>;
  /** The warehouse file has these dedup views from now on. */
  want(...views: readonly WantedView[]): Promise<void>;
  /** One attempt of Cloud Scheduler. */
  post(at: Date, query?: string, process?: number): Promise<Answer>;
  /** Again while it says that it may be tried again, then waits for what is told. */
  tick(at?: Date, query?: string): Promise<Answer>;
  get(query?: string, accept?: string): Promise<Answer & { readonly type: string }>;
  /** Rows by BigQuery's own rules. */
  rows(sql: string): Promise<readonly Readonly<Record<string, string | null>>[]>;
  /** What `tables.get` says of `raw.<name>`; null where nothing is. */
  table(name: string): Promise<Resource | null>;
  close(): Promise<void>;
}

export interface Answer {
  readonly status: number;
  readonly body: string;
  /** Of an answer in JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: a test looks at what it names
  readonly json: any;
}

export interface Resource {
  readonly etag: string;
  readonly lastModifiedTime: string;
  readonly type: string;
  readonly description?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly view?: { readonly query: string };
}

export interface WantedView {
  readonly id: string;
  /** In dataset `raw` unless it says another; `<id>_raw` unless said. The view is beside it. */
  readonly table?: string;
  readonly key?: readonly string[];
  readonly tieBreak?: readonly string[];
  /** Further lines of the dedup view, e.g. `adopt: true`. */
  readonly lines?: readonly string[];
  readonly connector?: string;
  /** Spend in USD, unless said. */
  readonly money?: boolean;
}

/** A row of a raw table, by column; text that BigQuery would take for the column's type, or null. */
export type RawRow = Readonly<Record<string, string | number | null>>;

/** Columns of a raw table, unless said. */
export const rawFields: readonly Field[] = [
  { name: "raw_id", type: "STRING" },
  { name: "extracted_at", type: "TIMESTAMP" },
  { name: "ad_id", type: "STRING" },
  { name: "day", type: "DATE" },
  { name: "country", type: "STRING" },
  { name: "spend", type: "NUMERIC" },
];

export async function startDedupWorld(
  options: Partial<SmallStackOptions> & { readonly views?: readonly WantedView[] } = {},
): Promise<DedupWorld> {
  const stack = await startSmallStack({
    sources: [],
    only: ["dedup-views", "notifier"],
    file: fileWithViews(options.views ?? []),
    ...options,
  });
  const { engine } = stack;
  await engine.createDataset(`${project}.raw`, { location, at: worldStart });
  let now = worldStart.getTime();

  const self: DedupWorld = {
    stack,
    nextTick(afterMs = days(1)) {
      now += afterMs;
      return new Date(now);
    },
    async makeTable(name, rows = [], fields = rawFields) {
      await engine.createTable(`${project}.raw.${name}`, { fields }, engine.clock());
      await self.append(name, rows);
    },
    async append(name, rows) {
      for (let start = 0; start < rows.length; start += 2_000) {
        const some = rows.slice(start, start + 2_000);
        const columns = Object.keys(some[0] ?? {});
        const values = some.map((row) => `(${columns.map((column) => literal(row[column])).join(", ")})`);
        await engine.appendSelect(
          `${project}.raw.${name}`,
          `SELECT * FROM (VALUES ${values.join(", ")}) AS t(${columns.map((it) => `"${it}"`).join(", ")})`,
          engine.clock(),
        );
      }
    },
    want: (...views) => stack.rewrite(fileWithViews(views)),
    async post(at, query = "", process) {
      const { status, body } = await stack.wake(at, process, `/dedup-views${query}`);
      return { status, body, json: parsed(body) };
    },
    async tick(at = self.nextTick(), query = "") {
      let answer = await self.post(at, query);
      for (let tries = 1; tries <= 3 && mayPass(answer.status); tries += 1) {
        await sleep(30);
        answer = await self.post(at, query);
      }
      await stack.settle();
      return answer;
    },
    async get(query = "", accept = "application/json") {
      const headers = { accept, "x-cloudscheduler-scheduletime": engine.clock().toISOString() };
      const response = await fetch(`${stack.url}/dedup-views${query}`, { headers });
      const body = await response.text();
      const type = response.headers.get("content-type") ?? "";
      return { status: response.status, body, json: parsed(body), type };
    },
    rows: (sql) => stack.query(sql),
    async table(name) {
      try {
        const [metadata] = await stack.client().dataset("raw").table(name).getMetadata();
        return metadata as Resource;
      } catch (error) {
        if ((error as { readonly code?: unknown }).code === 404) return null;
        throw error;
      }
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

function literal(value: string | number | null | undefined): string {
  if (value === null || value === undefined) return "NULL";
  return typeof value === "number" ? String(value) : `'${value.replaceAll("'", "''")}'`;
}

/** A version of a fact, as a sync brings it: `hour` counts from noon of 1 February 2026. */
export function version(fact: {
  readonly id: string;
  readonly hour: number;
  readonly ad?: string | null;
  readonly day?: string | null;
  readonly country?: string | null;
  readonly spend?: string | number | null;
}): RawRow {
  const { id, hour, ad = "ad-1", day = "2026-02-01", country = "DE", spend = 10 } = fact;
  const arrived = new Date(Date.parse("2026-02-01T12:00:00Z") + hours(hour));
  return { raw_id: id, extracted_at: arrived.toISOString(), ad_id: ad, day, country, spend };
}

/** So many facts, each delivered once, by one sync. */
export function facts(count: number, hour = 0): RawRow[] {
  return Array.from({ length: count }, (_, n) => version({ id: `r${hour}-${n}`, hour, ad: `ad-${n}` }));
}

/** Everything is told to one Slack channel and one mailbox. */
function fileWithViews(views: readonly WantedView[]): string {
  const connectors = [...new Set(["loader", ...views.map(({ connector = "loader" }) => connector)])];
  const sources = views.flatMap(
    ({ id, table = `${id}_raw`, key = ["ad_id", "day"], connector = "loader", money = true }) => [
      `  ${id}_source:`,
      `    table: ${table.includes(".") ? table : `raw.${table}`}`,
      `    connector: ${connector}`,
      "    owner: growth",
      "    arrival: extracted_at",
      "    business_date: day",
      `    unique_key: [${key.join(", ")}]`,
      ...(money ? ["    money: { column: spend, currency: USD, kind: spend }"] : []),
    ],
  );
  const wanted = views.flatMap(({ id, tieBreak = ["raw_id"], lines = [] }) => [
    `  ${id}:`,
    `    source: ${id}_source`,
    ...(tieBreak.length === 0 ? [] : [`    tie_break: [${tieBreak.join(", ")}]`]),
    ...lines.map((line) => `    ${line}`),
  ]);
  return [
    `project: ${project}`,
    `location: ${location}`,
    "time_zone: UTC",
    `ops_dataset: ${opsDataset}`,
    "connectors:",
    ...connectors.map((id) => `  ${id}: { name: The ${id}, every: 24h }`),
    "sources:",
    "  watched: { table: raw.watched, connector: loader, owner: data, arrival: extracted_at }",
    ...sources,
    ...(wanted.length === 0 ? [] : ["dedup_views:", ...wanted]),
    "notifications:",
    "  channels:",
    "    alerts: { slack: { webhook_secret: slack-alerts } }",
    "    inbox: { email: { smtp_secret: smtp, from: plumbline@shop.example, to: [data@shop.example] } }",
    "",
  ].join("\n");
}

/** Messages that have come since it was called, each time it is asked: what Slack says first, and all that the mail says too. */
export function messages({ stack }: Pick<DedupWorld, "stack">) {
  const [from, fromMail] = [stack.slack.length, stack.mails.length];
  const mailOf = (headline: string) =>
    stack.mails
      .slice(fromMail)
      .find(({ subject }) => headline.includes(subject.replace(/^\[\w+\] /, "").replace(/…$/, "")))
      ?.text.replaceAll(/\s+/g, " ") ?? "";
  return () =>
    stack.slack
      .slice(from)
      .map(({ payload }) => ({
        headline: String(payload.text),
        text: [...textsIn(payload.blocks), mailOf(String(payload.text))]
          .join("\n")
          // No line is broken between a number and its unit.
          .replaceAll(/[\u00a0\u202f]/g, " "),
      }))
      // Tests follow each other in one warehouse: what one has wanted, the next does not.
      .filter(({ headline }) => !headline.includes("is not kept any more"));
}

function textsIn(part: unknown): string[] {
  if (Array.isArray(part)) return part.flatMap(textsIn);
  if (typeof part !== "object" || part === null) return [];
  return Object.entries(part).flatMap(([name, value]) =>
    name === "text" && typeof value === "string" ? [value] : textsIn(value),
  );
}

/** Three facts, one of them restated: 4 rows. */
export const threeFacts = [...facts(3), version({ id: "r1-0", hour: 24, ad: "ad-0", spend: 12 })];

/** A table of three facts for each view, and the warehouse file that wants these views. */
export async function wantViews(world: DedupWorld, ...ids: string[]): Promise<WantedView[]> {
  for (const id of ids) await world.makeTable(`${id}_raw`, threeFacts);
  const views = ids.map((id) => ({ id }));
  await world.want(...views);
  return views;
}
