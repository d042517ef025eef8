import { expect, test, vi } from "vitest";
import { type Demo, timeoutMs } from "../../support/a-demo.ts";

/** What the first tick has left, an hour in which nothing happens, and two connectors that are repaired. */
export function hoursLater(demo: () => Demo): void {
  async function post(path: string, body: object): Promise<Turn> {
    const response = await fetch(`${demo().stack.url}${path}`, {
      method: "POST",
      body: JSON.stringify(body),
    });
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
    return (await (await fetch(`${demo().stack.url}${path}`)).json()) as T;
  }

  const views = ["", "_age_gender", "_country", "_region"].map((what) => `facebook_insights${what}`);

  async function deployed(): Promise<readonly Deployed[]> {
    const address = `${demo().stack.bigQueryUrl}/projects/hulken/datasets/ads_data/tables`;
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

    expect(
      await demo().client.query(`
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
    expect(proof.matches).toMatchObject([
      { hashes: 9_175, matching: 6_888, unmatched_are: "guest checkouts" },
    ]);
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
      const { decisions } = await get<{ decisions: { at: string; reason: string; notified: boolean }[] }>(
        "/local/decisions",
      );

      expect(turn).toMatchObject({ settled: true, slack_messages: 0, mails: 0 });
      expect(turn.ticks.map((tick) => tick.function)).toEqual([
        ...Array.from({ length: 12 }, () => "pii-hasher"),
        "sync-watchdog",
      ]);
      expect(turn.ticks.filter((tick) => tick.problem !== null)).toEqual([]);
      expect(decisions.filter((one) => one.at === "2026-02-08T13:00:00Z")).toMatchObject([
        { reason: "repeat_interval", notified: false },
        { reason: "repeat_interval", notified: false },
      ]);
    },
    timeoutMs,
  );

  test("within that hour every text of every table was searched, and no readable PII in any table", async () => {
    const proof = await get<Proof>("/pii-hasher/proof?search=remembered");

    expect(proof).toMatchObject({ status: "ok", jobs: { runs_last_hour: 12, failed_last_hour: 0 } });
    expect(proof.claims.find(({ claim }) => claim === "search")).toMatchObject({
      text: "49 of 49 tables searched in all their texts, without findings.",
    });
  });

  test(
    "a second tick of the clean views changes none of them, and says nothing",
    async () => {
      const before = await deployed();
      const tick = new Date("2026-02-08T13:00:00Z");
      const { slack } = await get<{ slack: unknown[] }>("/local/inbox");
      const answer = await fetch(`${demo().stack.url}/dedup-views`, { method: "POST" });
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
        await fetch(`${demo().stack.bigQueryUrl}/projects/hulken/jobs?maxResults=500&projection=full`)
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
    timeoutMs,
  );

  interface Job {
    readonly configuration: { readonly labels?: Readonly<Record<string, string>> };
    readonly statistics: {
      readonly creationTime: string;
      readonly query?: { readonly statementType?: string };
    };
  }

  test(
    "once Facebook's connector is repaired, one recovery is told, by Slack and by email",
    async () => {
      await post("/local/world", { repair: "facebook" });
      const turn = await post("/local/clock", { advance: "1h" });
      const { slack, mail } = await get<{ slack: { payload: unknown }[]; mail: { subject: string }[] }>(
        "/local/inbox",
      );

      expect(turn).toMatchObject({ slack_messages: 1, mails: 1 });
      expect(JSON.stringify(slack.at(-1)?.payload)).toMatch(/Recovered[^"]*Facebook/);
      expect(mail.at(-1)?.subject).toMatch(/recovered.*Facebook/i);
    },
    timeoutMs,
  );

  test(
    "once Shopify's connector is repaired, the people it brings are hashed by the next tick",
    async () => {
      await post("/local/world", { repair: "shopify" });
      const turn = await post("/local/clock", { advance: "10m" });
      const { tables, claims } = await get<Proof>("/pii-hasher/proof?search=remembered");

      expect(turn.ticks).toMatchObject([
        { function: "pii-hasher", problem: null },
        { function: "pii-hasher", problem: null },
      ]);
      expect(tables).toMatchObject([{ readable_rows: 0 }, { readable_rows: 0 }]);
      for (const { table } of tables)
        expect(
          await demo().client.query(
            `SELECT COUNTIF(IFNULL(email, '') != '' OR IFNULL(phone, '') != '') AS readable FROM hulken.ads_data.${table}`,
          ),
        ).toEqual([{ readable: "0" }]);
      for (const { raw_rows, clean_rows } of tables) expect(clean_rows).toBe(raw_rows);
      expect(tables[0]?.clean_rows).toBeGreaterThan(9_865);
      expect(tables[1]?.clean_rows).toBeGreaterThan(13_350);
      const ofTables = claims.filter(({ subject }) => tables.some(({ table }) => table === subject));
      expect(ofTables).toHaveLength(10);
      expect(ofTables.filter(({ status }) => status !== "ok")).toEqual([]);
    },
    timeoutMs,
  );

  test(
    "the console shows it all",
    async () => {
      let page = "";
      const counted = async () => {
        page = await (await fetch(demo().stack.url)).text();
        expect(page).not.toContain("data-waiting");
      };
      await vi.waitFor(counted, { timeout: timeoutMs - 10_000, interval: 500 });

      for (const words of [
        "facebook_insights_age_gender",
        "up to date",
        "No job of the last 7 days in this project.",
        "facebook_ads_insights",
        "shopify_live_orders",
        "shopify_live_customers.phone",
        "fingerprint",
        "Recovered",
        "repeat interval",
        "sync-watchdog",
      ]) {
        expect(page).toContain(words);
      }
      expect(page).not.toContain("could not");
    },
    timeoutMs,
  );

  test("no webhook, mail server or address is in what the functions logged or asked BigQuery", async () => {
    const status = await get<{ functions: { name: string; log: string[] }[] }>("/local/status");
    const logs = status.functions.flatMap(({ log }) => log);
    const jobs = await (
      await fetch(`${demo().stack.bigQueryUrl}/projects/hulken/jobs?maxResults=500&projection=full`)
    ).text();

    expect(logs.length).toBeGreaterThan(3);
    expect(jobs).toContain("plumbline_statement");
    for (const left of [...logs, jobs]) {
      expect(left).not.toMatch(/\/services\/T|smtps?:\/\/|@hulken\.example/);
    }
  });
}
