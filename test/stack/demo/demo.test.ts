import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { createWarehouseClient } from "../../../infra/local/stack/warehouse-client.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const environment = { PATH: process.env.PATH, HOME: process.env.HOME };
/** The first run on a machine builds the demo world, and rows are counted on however slow a machine. */
const patienceMs = 300_000;

function start(...args: string[]) {
  const child = spawn(process.execPath, [`${root}infra/local/start.ts`, ...args], {
    cwd: root,
    env: { ...environment, PORT: "0" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const output = { text: "" };
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (chunk: string) => {
      output.text += chunk;
    });
  }
  return { child, output };
}

describe("npm start -- --once", () => {
  let text: string;
  let code: number;

  beforeAll(async () => {
    const { child, output } = start("--once");
    [code] = await once(child, "close");
    text = output.text;
  }, patienceMs);

  test("ends well", () => {
    expect({ code, text }).toMatchObject({ code: 0 });
  });

  test.each([
    ["facebook_ads_insights", "critical"],
    ["shopify_live_orders", "critical"],
    ["shopify_live_customers", "critical"],
    ["tiktokads_reports_daily", "critical"],
    ["shopify_utm", "ok"],
    ["ga4_eu", "ok"],
    ["ga4_us", "ok"],
    ["ga4_ca", "ok"],
  ])("finds %s %s", (source, status) => {
    expect(text).toMatch(new RegExp(`^${source} +${status} `, "m"));
  });

  test("tells how much money is not visible, near to what the audit found", () => {
    const amountOf = (source: string) =>
      Number(new RegExp(`^${source} .*?\\$([\\d.]+)K`, "m").exec(text)?.[1]);

    expect(Math.abs(amountOf("facebook_ads_insights") - 120)).toBeLessThan(6);
    expect(Math.abs(amountOf("shopify_live_orders") - 270)).toBeLessThan(14);
    expect(Math.abs(amountOf("tiktokads_reports_daily") - 6)).toBeLessThan(0.4);
  });

  test.each([
    ["facebook_insights", "159,342", "126,089"],
    ["facebook_insights_age_gender", "1,494,810", "1,182,891"],
    ["facebook_insights_country", "332,442", "263,092"],
    ["facebook_insights_region", "911,412", "721,250"],
  ])("makes the clean view %s: of %s raw rows, %s are one row per fact", (view, raw, clean) => {
    const amount = "\\$1M of spend";
    expect(text).toMatch(new RegExp(`^${view} +unchanged +${raw} +${clean} +20\\.9 % +${amount}$`, "m"));
  });

  test("says what the return on ad spend is, and what it would be by the raw table", () => {
    expect(text).toContain(
      "Return on ad spend, facebook: 1.35; read from the raw table it would be 0.57. Spend ends on 2 Feb 2026,",
    );
  });

  test.each([
    ["shopify_live_orders", "email", "9,865", "9,865", "0"],
    ["shopify_live_orders", "phone", "9,865", "9,865", "0"],
    ["shopify_live_customers", "email", "13,350", "13,350", "0"],
    ["shopify_live_customers", "phone", "13,350", "13,299", "51"],
  ])(
    "hashes everybody: %s, %s of %s rows, and leaves nothing to be read",
    (table, column, rows, hashed, none) => {
      expect(text).toMatch(new RegExp(`^${table} +${column} +${rows} +${hashed} +${none} +0 +0$`, "m"));
    },
  );

  test("says how many people join, and that the large tables are not searched yet", () => {
    expect(text).toContain("6,888 of 9,175 different people of shopify_live_orders are among those of");
    expect(text).toMatch(/^UNKNOWN: the search, every text of every table: \d\d of 49 tables searched/m);
  });

  test("sees two causes, each told once in Slack and once by email, and tells once of the views, the figures and the report", () => {
    expect(text.match(/^CRITICAL: .*$/gm)?.sort()).toEqual([
      expect.stringContaining("Facebook"),
      expect.stringMatching(/Shopify and TikTok/),
    ]);
    const [facebook, airbyte] = [
      "Facebook Marketing stopped on 2 Feb 2026",
      "Shopify and TikTok stopped together on 5 Feb 2026",
    ];
    expect(text.match(/^ {2}\| .*(?<=^ {2}\| \S+ )(?:CRITICAL|WARNING|NEWS): .*$/gm)?.sort()).toEqual([
      `  | 🔴 CRITICAL: ${facebook.toUpperCase()}`,
      `  | 🔴 CRITICAL: ${airbyte.toUpperCase()}`,
      "  | 🔵 NEWS: 4 CLEAN VIEWS WERE MADE",
      "  | 🔵 NEWS: DO THE NUMBERS HOLD? 5 THINGS TO DO",
      "  | 🟠 WARNING: 5 FIGURES DO NOT HOLD",
    ]);
    expect(text.match(/^ {2}\| Subject: .*$/gm)?.sort()).toEqual([
      `  | Subject: [critical] ${facebook}`,
      `  | Subject: [critical] ${airbyte}`,
      "  | Subject: [news] 4 clean views were made",
      "  | Subject: [news] Do the numbers hold? 5 things to do",
      "  | Subject: [warning] 5 figures do not hold",
    ]);
    expect(text.match(/^Slack, #/gm)).toHaveLength(5);
    expect(text.match(/^Email, /gm)).toHaveLength(5);
  });

  test("says how long it took and how much memory", () => {
    expect(text).toMatch(/\d+\.\d s; at most \d+\.\d\d GiB of memory in \d+ processes/);
  });
});

describe("npm start", () => {
  let stack: ReturnType<typeof start>;
  let url: string;

  beforeAll(async () => {
    stack = start();
    const started = () => expect(stack.output.text).toContain("Ctrl-C stops everything.");
    await vi.waitFor(started, { timeout: patienceMs - 10_000, interval: 100 });
    url = /^Console +(\S+)\/$/m.exec(stack.output.text)?.[1] ?? "";
  }, patienceMs);
  afterAll(() => void stack.child.kill("SIGKILL"));

  async function post(path: string, body: object): Promise<Turn> {
    const response = await fetch(`${url}${path}`, { method: "POST", body: JSON.stringify(body) });
    expect(response.status).toBe(200);
    return (await response.json()) as Turn;
  }

  interface Turn {
    readonly settled: boolean;
    readonly slack_messages: number;
    readonly mails: number;
    readonly ticks: readonly { readonly function: string; readonly problem: string | null }[];
  }

  async function get<T>(path: string): Promise<T> {
    return (await (await fetch(`${url}${path}`)).json()) as T;
  }

  const bigQuery = () => /^BigQuery +(\S+)/m.exec(stack.output.text)?.[1] ?? "";
  const views = ["", "_age_gender", "_country", "_region"].map((what) => `facebook_insights${what}`);

  async function deployed(): Promise<readonly Deployed[]> {
    const address = `${bigQuery()}/projects/hulken/datasets/ads_data/tables`;
    return Promise.all(
      views.map(async (view) => (await (await fetch(`${address}/${view}`)).json()) as Deployed),
    );
  }

  interface Deployed {
    readonly type: string;
    readonly etag: string;
    readonly lastModifiedTime: string;
    readonly labels: Readonly<Record<string, string>>;
  }

  test("the first tick has made the four clean views, one row per fact", async () => {
    const made = { type: "VIEW", labels: { plumbline_function: "dedup-views" } };
    expect(await deployed()).toMatchObject([made, made, made, made]);

    const client = createWarehouseClient({ url: bigQuery(), project: "hulken", location: "US" });
    expect(
      await client.query(`
        SELECT COUNT(*) AS \`rows\`, COUNT(DISTINCT TO_JSON_STRING(STRUCT(ad_id, date_start, account_id))) AS facts
        FROM hulken.ads_data.facebook_insights`),
    ).toEqual([{ rows: "126089", facts: "126089" }]);
  });

  test("the first tick has hashed everybody and emptied the raw tables; it proves so, and that they join", async () => {
    const proof = await get<Proof>("/pii-hasher/proof?search=remembered");

    expect(proof.claims.filter(({ status }) => status !== "ok").map(({ claim }) => claim)).toEqual([
      "search",
      "canaries",
    ]);
    const nothing = { unusable: 0, readable: 0, other_format: 0 };
    const all = (rows: number) => ({ hashed: rows, never_given: 0, ...nothing });
    expect(proof.tables).toMatchObject([
      {
        table: "shopify_live_orders",
        raw_rows: 9_865,
        clean_rows: 9_865,
        readable_rows: 0,
        columns: [all(9_865), all(9_865)],
      },
      {
        table: "shopify_live_customers",
        raw_rows: 13_350,
        clean_rows: 13_350,
        readable_rows: 0,
        columns: [all(13_350), { hashed: 13_299, never_given: 51, ...nothing }],
      },
    ]);
    expect(proof.matches).toMatchObject([{ hashes: 9_175, matching: 6_888, rest: "guest checkouts" }]);
  });

  interface Proof {
    readonly claims: readonly { readonly claim: string; readonly subject: string; readonly status: string }[];
    readonly tables: readonly {
      readonly table: string;
      readonly raw_rows: number;
      readonly clean_rows: number;
      readonly readable_rows: number;
    }[];
    readonly matches: readonly object[];
  }

  test(
    "one hour later nothing new is said, and the silence has its reason",
    async () => {
      const turn = await post("/local/clock", { advance: "1h" });
      const { decisions } = await get<{ decisions: { at: string; reason: string; spoken: boolean }[] }>(
        "/local/decisions",
      );

      expect(turn).toMatchObject({ settled: true, slack_messages: 0, mails: 0 });
      expect(turn.ticks.map((tick) => tick.function)).toEqual([
        ...Array.from({ length: 12 }, () => "pii-hasher"),
        "sync-watchdog",
      ]);
      expect(turn.ticks.filter((tick) => tick.problem !== null)).toEqual([]);
      expect(decisions.filter((one) => one.at === "2026-02-08T13:00:00Z")).toMatchObject([
        { reason: "held", spoken: false },
        { reason: "held", spoken: false },
      ]);
    },
    patienceMs,
  );

  test("within that hour every text of every table was searched, and nothing can be read anywhere", async () => {
    const proof = await get<Proof>("/pii-hasher/proof?search=remembered");

    expect(proof).toMatchObject({ status: "ok", jobs: { runs_last_hour: 12, failed_last_hour: 0 } });
    expect(proof.claims.find(({ claim }) => claim === "search")).toMatchObject({
      text: "49 of 49 tables searched, every text of them, and nothing found.",
    });
  });

  test(
    "a second tick of the clean views changes none of them, and says nothing",
    async () => {
      const before = await deployed();
      const tick = new Date("2026-02-08T13:00:00Z");
      const { slack } = await get<{ slack: unknown[] }>("/local/inbox");
      const answer = await fetch(`${url}/dedup-views`, { method: "POST" });
      expect({ status: answer.status, body: await answer.json() }).toMatchObject({
        status: 200,
        body: {
          run: `dedup-views/${tick.toISOString()}`,
          repeated: false,
          summary: { create: 0, replace: 0, unchanged: 4, refused: 0 },
        },
      });

      expect(await deployed()).toEqual(before);
      const { jobs } = (await (
        await fetch(`${bigQuery()}/projects/hulken/jobs?maxResults=500&projection=full`)
      ).json()) as { jobs: Job[] };
      const asked = jobs.filter(
        ({ configuration: { labels }, statistics: { creationTime } }) =>
          labels?.plumbline_function === "dedup-views" && Number(creationTime) === tick.getTime(),
      );
      const writing = asked.filter(({ statistics }) => statistics.query?.statementType !== "SELECT");
      const statements = writing.map(({ configuration }) => configuration.labels?.plumbline_statement);
      expect(new Set(statements)).toEqual(new Set(["runs_record-results", "runs_record-run"]));
      expect((await get<{ slack: unknown[] }>("/local/inbox")).slack).toHaveLength(slack.length);
    },
    patienceMs,
  );

  interface Job {
    readonly configuration: { readonly labels?: Readonly<Record<string, string>> };
    readonly statistics: {
      readonly creationTime: string;
      readonly query?: { readonly statementType?: string };
    };
  }

  test("once Facebook's connector is repaired, one recovery is told, by Slack and by email", async () => {
    await post("/local/world", { repair: "facebook" });
    const turn = await post("/local/clock", { advance: "1h" });
    const { slack, mail } = await get<{ slack: { payload: unknown }[]; mail: { subject: string }[] }>(
      "/local/inbox",
    );

    expect(turn).toMatchObject({ slack_messages: 1, mails: 1 });
    expect(JSON.stringify(slack.at(-1)?.payload)).toMatch(/Recovered[^"]*Facebook/);
    expect(mail.at(-1)?.subject).toMatch(/recovered.*Facebook/i);
  });

  test("once Shopify's connector is repaired, the people it brings are hashed by the next tick", async () => {
    await post("/local/world", { repair: "shopify" });
    const turn = await post("/local/clock", { advance: "10m" });
    const { tables, claims } = await get<Proof>("/pii-hasher/proof?search=remembered");

    expect(turn.ticks).toMatchObject([
      { function: "pii-hasher", problem: null },
      { function: "pii-hasher", problem: null },
    ]);
    expect(tables).toMatchObject([{ readable_rows: 0 }, { readable_rows: 0 }]);
    const client = createWarehouseClient({ url: bigQuery(), project: "hulken", location: "US" });
    for (const { table } of tables)
      expect(
        await client.query(
          `SELECT COUNTIF(IFNULL(email, '') != '' OR IFNULL(phone, '') != '') AS readable FROM hulken.ads_data.${table}`,
        ),
      ).toEqual([{ readable: "0" }]);
    for (const { raw_rows, clean_rows } of tables) expect(clean_rows).toBe(raw_rows);
    expect(tables[0]?.clean_rows).toBeGreaterThan(9_865);
    expect(tables[1]?.clean_rows).toBeGreaterThan(13_350);
    const ofTables = claims.filter(({ subject }) => tables.some(({ table }) => table === subject));
    expect(ofTables).toHaveLength(10);
    expect(ofTables.filter(({ status }) => status !== "ok")).toEqual([]);
  });

  test(
    "the console shows it all",
    async () => {
      let page = "";
      const counted = async () => {
        page = await (await fetch(url)).text();
        expect(page).not.toContain("data-waiting");
      };
      await vi.waitFor(counted, { timeout: patienceMs - 10_000, interval: 500 });

      for (const words of [
        "facebook_insights_age_gender",
        "as wanted",
        "None was seen among this project’s jobs of the last 7 days.",
        "facebook_ads_insights",
        "shopify_live_orders",
        "shopify_live_customers.phone",
        "fingerprint",
        "Recovered",
        "held",
        "sync-watchdog",
      ]) {
        expect(page).toContain(words);
      }
      expect(page).not.toContain("could not");
    },
    patienceMs,
  );

  test("no webhook, mail server or address is in what the functions logged or asked BigQuery", async () => {
    const status = await get<{ functions: { name: string; log: string[] }[] }>("/local/status");
    const logs = status.functions.flatMap(({ log }) => log);
    const jobs = await (
      await fetch(`${bigQuery()}/projects/hulken/jobs?maxResults=500&projection=full`)
    ).text();

    expect(logs.length).toBeGreaterThan(3);
    expect(jobs).toContain("plumbline_statement");
    for (const left of [...logs, jobs, stack.output.text]) {
      expect(left).not.toMatch(/\/services\/T|smtps?:\/\/|@hulken\.example/);
    }
  });

  test("a signal ends everything, and leaves no process behind", async () => {
    const pid = stack.child.pid ?? 0;
    const children = await descendants(pid);
    expect(children.length).toBeGreaterThanOrEqual(process.platform === "linux" ? 3 : 0);

    const closed = once(stack.child, "close");
    stack.child.kill("SIGTERM");
    const [code] = await closed;
    expect(code).toBe(0);
    await vi.waitFor(() => expect(children.filter(isAlive)).toEqual([]), 10_000);
  });
});

/** Of a system without /proc: none. */
async function descendants(pid: number): Promise<number[]> {
  const parents = new Map<number, number>();
  for (const name of await readdir("/proc").catch(() => [])) {
    const status = await readFile(`/proc/${name}/status`, "utf8").catch(() => "");
    const parent = /^PPid:\s+(\d+)$/m.exec(status)?.[1];
    if (/^\d+$/.test(name) && parent !== undefined) parents.set(Number(name), Number(parent));
  }
  const of = (one: number): number[] =>
    [...parents].filter(([, parent]) => parent === one).flatMap(([child]) => [child, ...of(child)]);
  return of(pid);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
