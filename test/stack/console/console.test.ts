import { describe, expect, test } from "vitest";
import {
  aCleanView,
  aProof,
  cleanViews,
  found,
  mailed,
  plaintext,
  proved,
  putOff,
  reconciled,
  serveInstead,
  server,
  stack,
  told,
  useConsole,
} from "../../support/a-console.ts";

useConsole();

async function page(): Promise<string> {
  return (await fetch(server.url)).text();
}

describe("the page as it is sent", () => {
  test("can be read without a script: the sources, their state, the money and what to do", async () => {
    const text = await page();

    for (const words of ["facebook_ads_insights", "nothing arrived for 144 h", "144 h", "$120K"]) {
      expect(text).toContain(words);
    }
    expect(text).toContain("Renew the token.");
    expect(text).toContain("Probable cause");
  });

  test("says in place of the sources why the watchdog could not answer", async () => {
    stack.view = {
      ...stack.view,
      watchdog: async () => ({ ok: false, problem: "the warehouse file has mistakes" }),
    };
    await serveInstead(stack.view);

    expect(await page()).toContain("the warehouse file has mistakes");
  });

  test("shows each clean view: its rows, what is counted twice, its key and when it was changed", async () => {
    const text = await page();

    for (const words of [
      "One row per ad_id, date_start, account_id",
      "up to date",
      "159,342",
      "126,089",
      "33,253",
      "20.9 %",
      "$498K",
      "7 Feb, 05:30",
    ]) {
      expect(text).toContain(words);
    }
  });

  test("shows what is wrong with a view, what to do, and the lines that differ, the worst first", async () => {
    cleanViews([
      aCleanView("x_region", {
        action: "replace",
        reasons: ["the key is region and was country"],
        diff: "--- x (deployed)\n+++ x (wanted)\n same\n-country\n+region\n",
      }),
      aCleanView("x_country", {
        action: "refused",
        status: "critical",
        figures: null,
        last_changed: null,
        finding: { severity: "critical", text: "12 rows share the key and differ" },
        to_do: ["Add country to the key"],
      }),
    ]);
    const text = await page();

    expect(text).toMatch(/12 rows share the key and differ[\s\S]*the key is region and was country/);
    expect(text).toContain("<li>Add country to the key</li>");
    expect(text).toContain('<span class="taken">-country</span>');
    expect(text).toContain('<span class="added">+region</span>');
    expect(text).toContain('<span class="same">--- x (deployed)</span>');
    expect(text.match(/class="pill critical">refused</g)).toHaveLength(1);
    expect(text.match(/class="pill ok">to replace</g)).toHaveLength(2);
  });

  test("shows the return on ad spend as it is and as the raw table has it, and why it misleads", async () => {
    const roas = {
      platform: "facebook",
      from: "2026-01-09",
      through: "2026-02-08",
      status: "warning" as const,
      text: "Facebook: revenue 492,856 USD.",
      finding: "Spend ends on 2 Feb.",
      roas: "1.3492",
      roasRaw: "0.5709",
    };
    cleanViews([aCleanView("x")], {
      roas: [roas, { ...roas, platform: "tiktok", roas: null, roasRaw: null }],
    });
    const text = await page();

    expect(text).toMatch(/facebook[\s\S]*<b>1\.35<\/b>[\s\S]*>0\.57<[\s\S]*tiktok[\s\S]*<b>–<\/b>/);
    expect(text).toContain('<b class="warning-text">Spend ends on 2 Feb.</b>');
  });

  test("lists who reads a raw table with what a sum over it counts twice, or says that nobody can tell", async () => {
    expect(await page()).toContain("No job of the last 7 days in this project.");

    const job = { view: "facebook_insights", at: "2026-02-07T09:30:00Z", reader: "analyst@hulken.example" };
    const jobs = Array.from({ length: 10 }, (_, nth) => ({ ...job, job: `job-${nth}` }));
    cleanViews([aCleanView("facebook_insights")], { raw_reads: { checked: true, why: null, jobs } });
    const listed = await page();
    expect(listed.match(/analyst@hulken\.example/g)).toHaveLength(8);
    expect(listed).toContain("And 2 earlier jobs.");
    expect(listed).toMatch(/job-7/);
    expect(listed.match(/class="number short">\$498K</g)).toHaveLength(8);

    cleanViews([aCleanView("x")], { raw_reads: { checked: false, why: "no right to", jobs: [] } });
    expect(await page()).toContain("The log of jobs could not be read: no right to");
  });

  test("is not held up by the counting of rows: it says so, beside what was known before, and comes back", async () => {
    const waiting = "Rows are being counted.";
    expect(await page()).not.toContain(waiting);

    stack.cleanViews = { ...stack.cleanViews, current: false };
    expect(await page()).toMatch(
      /data-waiting[\s\S]*Rows are being counted\. Until then, as of 8 Feb 2026, 12:00 UTC:[\s\S]*126,089/,
    );
    stack.cleanViews = { answer: null, current: false };
    const first = await page();
    expect(first).toContain(waiting);
    expect(first).not.toContain("126,089");
  });

  test("says in place of the clean views why they could not be checked, and where there are none", async () => {
    stack.cleanViews = { current: true, answer: { ok: false, problem: "<b>the warehouse is busy" } };
    expect(await page()).toContain("could not be checked: &lt;b&gt;the warehouse is busy");

    cleanViews([]);
    expect(await page()).toContain("The warehouse file has no dedup views.");
  });

  test("shows by column who is hashed and who is not, and what that rests on", async () => {
    const text = await page();

    expect(text).toMatch(/class="pill ok">ok<\/span> All PII is hashed, and no readable PII is left\./);
    expect(text).toMatch(/customers\.phone[\s\S]*13,350[\s\S]*13,299[\s\S]*>51<[\s\S]*>0<[\s\S]*>0</);
    for (const words of [
      "6,888 of 9,175",
      "fingerprint 80b5be8f013dd236",
      "12 runs in the last hour.",
      "49 of 49 tables searched.",
      "query the emptied values until 15 Feb, 12:00, and Google’s support can restore them until 22 Feb, 12:00",
      "1 claim about single tables are proved",
      'href="/pii-hasher/proof?format=html"',
      'href="/pii-hasher/rotation?format=html"',
    ])
      expect(text).toContain(words);
    expect(text).not.toContain("The missed rows arrive in plain text");
  });

  test("shows before all counts what can be read, where, and what to do", async () => {
    const [first, ...rest] = aProof().tables;
    if (first === undefined) throw new Error("the proof has no table");
    const [email, ...columns] = first.columns.map((one) => ({ ...one, unusable: 2, readable: 7 }));
    if (email === undefined) throw new Error("the table has no column");
    proved({
      status: "critical",
      claims: [{ ...found, claim: "canaries", subject: "test persons", status: "unknown" }, found],
      tables: [{ ...first, columns: [email, ...columns] }, ...rest],
      search: {
        tables: [
          { table: "hulken.ads_data.a", findings: [putOff] },
          { table: "hulken.ads_data.notes", findings: [plaintext] },
        ],
      },
    });
    const text = await page();

    expect(text).toContain("The proof fails: the search.");
    expect(text).toMatch(
      /The proof fails[\s\S]*hulken\.ads_data\.notes<\/code>: note contains[\s\S]*1 table to be searched[\s\S]*<li>Set note of[\s\S]*test persons[\s\S]*13,350/,
    );
    expect(text).toContain('<b class="critical-text">7</b>');
    expect(text).toContain('<b class="warning-text">2</b>');
  });

  test("says at the first tick that everybody is hashed, and that nothing was searched yet", async () => {
    const tables = Array.from({ length: 49 }, (_, nth) => ({ table: `t${nth}`, findings: [putOff] }));
    proved({ status: "unknown", claims: [{ ...found, status: "unknown" }], search: { tables } });
    const text = await page();

    expect(text).toContain(
      "All PII is hashed. It is unknown whether readable PII is left. Open: the search.",
    );
    expect(text).toMatch(/49 tables to be searched[\s\S]*t11[\s\S]*and 37 more/);
    expect(text).not.toContain("t12<");
  });

  test("tells where new people come from as long as their connector is broken", async () => {
    await stack.view.break("shopify");

    expect(await page()).toContain("repair Shopify</a> and turn the clock. The missed rows arrive in");
  });

  test("does not wait for the proof, says why there is none, and where nobody is to be hashed", async () => {
    stack.pii = { ...stack.pii, current: false };
    expect(await page()).toMatch(/id="pii" data-waiting[\s\S]*as of 8 Feb 2026, 13:00 UTC:[\s\S]*13,299/);

    stack.pii = { current: true, answer: { ok: false, problem: "<b>no key" } };
    expect(await page()).toContain("The PII proof could not be made: &lt;b&gt;no key");

    stack.pii = { current: true, answer: { ok: true, report: null } };
    expect(await page()).toContain("The warehouse file has no section pii.");
  });

  test("says how many checks hold, up to which day, and what to do first, with the money and the first step", async () => {
    const text = await page();

    for (const words of [
      'class="pill critical">7 critical<',
      'class="pill unknown">2 unknown<',
      'class="pill warning">4 warning<',
      'class="pill ok">61 ok<',
      "complete through 1 Feb. By platform: facebook 1 Feb, tiktok 3 Feb.",
      'href="/reconciliation?format=html"',
      'href="/reconciliation?format=markdown"',
      "This is the first run",
    ])
      expect(text).toContain(words);
    expect(text).toMatch(
      /stopped delivering<span class="finding">Renew the token\.<[\s\S]*\$120K<\/b> <span class="range">spend not visible<[\s\S]*2 Feb, 12:00[\s\S]*rows are gone/,
    );
    expect(text).not.toContain("to do, in the whole report");
  });

  test("shows the first five things to do and counts the others, or says that there is nothing", async () => {
    const things = Array.from({ length: 7 }, (_, nth) => ({
      title: `thing ${nth} `,
      status: "critical" as const,
      impact: [],
      since: null,
      actions: [],
    }));
    reconciled({ to_do: things });
    const text = await page();
    expect(text.match(/thing \d /g)).toHaveLength(5);
    expect(text).toContain("And 2 more things to do, in the whole report.");

    const trusted = { jointly: null, platforms: [{ platform: "facebook", through: null }] };
    reconciled({
      to_do: [],
      summary: { ok: 9, warning: 0, critical: 0, unknown: 0 },
      trusted_through: trusted,
    });
    const well = await page();
    expect(well).toContain("There are no actions.");
    expect(well).toContain('class="pill none">0 critical<');
    expect(well).toContain("Unknown: the last complete day of spend and revenue.");
  });

  test("shows what is new and what is mended since the last run", async () => {
    const matter = { check: "raw_vs_clean", subject: "facebook_insights", status: "critical" as const };
    const at = "2026-02-07T06:00:00.000Z";
    const fresh = Array.from({ length: 10 }, (_, nth) => ({ ...matter, text: `Row ${nth} differs.` }));
    const resolved = [{ ...matter, status: "ok" as const, text: "Every day agrees." }];
    reconciled({ since_last_run: { at, new: fresh, resolved } });
    const text = await page();

    expect(text).toContain("Since the run of 7 Feb 2026, 06:00 UTC: 10 new, 1 resolved.");
    expect(text).toMatch(/Row 7 differs\.[\s\S]*and 2 more[\s\S]*raw vs clean: Every day agrees\./);
    expect(text).not.toContain("Row 8 differs.");

    reconciled({ since_last_run: { at, new: [], resolved: [] } });
    expect(await page()).toContain("06:00 UTC: no new and no resolved findings.");
  });

  test("does not wait for the numbers, and says why nobody can tell", async () => {
    stack.reconciliation = { ...stack.reconciliation, current: false };
    expect(await page()).toMatch(
      /id="reconciliation" data-waiting[\s\S]*being read\. Until then, as of 8 Feb 2026, 12:00 UTC:[\s\S]*61 ok/,
    );

    stack.reconciliation = { answer: null, current: false };
    expect(await page()).toMatch(/The tables are being read\.<\/p>\s*<\/section>/);

    stack.reconciliation = { current: true, answer: { ok: false, problem: "<b>it would read too much" } };
    expect(await page()).toContain("Reconciliation could not answer: &lt;b&gt;it would read too much");
  });

  test("tells of ticks that went well one after the other in one line, and of others singly", async () => {
    const tick = { function: "pii-hasher", status: 200, attempts: 1, ms: 90, problem: null };
    const at = (minute: number) => `2026-02-08T12:${minute}:00.000Z`;
    const status = {
      ...stack.view.status(),
      ticks: [
        { ...tick, at: at(40), ms: 120 },
        { ...tick, at: at(35) },
        { ...tick, at: at(30), attempts: 2 },
        { ...tick, at: at(25), function: "sync-watchdog" },
        { ...tick, at: at(20), status: 503, problem: "It is busy." },
        { ...tick, at: at(15) },
      ],
    };
    stack.view.status = () => status;
    const lines = [...(await page()).matchAll(/<li>([\s\S]*?)<\/li>/g)].map(([, line]) =>
      line?.replace(/<[^>]*>/g, "").replace(/\s+/g, " "),
    );

    expect(lines.slice(-5)).toEqual([
      "8 Feb, 12:35 to 8 Feb 2026, 12:40 UTC pii-hasher → 2 ticks, 200 in 90 to 120 ms each",
      "8 Feb 2026, 12:30 UTC pii-hasher → 200 in 90 ms, at attempt 2",
      "8 Feb 2026, 12:25 UTC sync-watchdog → 200 in 90 ms",
      "8 Feb 2026, 12:20 UTC pii-hasher → 503: It is busy.",
      "8 Feb 2026, 12:15 UTC pii-hasher → 200 in 90 ms",
    ]);
  });

  test("gives the reason for a message and for a silence", async () => {
    const decision = {
      at: "2026-02-08T12:00:00Z",
      function: "sync-watchdog",
      group: "connector:facebook",
      failure: null,
    };
    stack.decisions = [
      {
        ...decision,
        title: "Facebook",
        notified: false,
        reason: "repeat_interval",
        why: "The same findings were notified 1 h ago.",
      },
      { ...decision, title: "Facebook", notified: true, reason: "first", why: "Found for the first time." },
    ];
    const text = await page();

    expect(text).toContain("The same findings were notified 1 h ago.");
    expect(text).toContain("Found for the first time.");
    expect(text.match(/class="pill suppressed"/g)).toHaveLength(1);
    expect(text.match(/class="pill notified"/g)).toHaveLength(1);
  });

  test("allows nothing from anywhere else, and an email nothing but its looks", async () => {
    mailed({});
    const [console, mail] = await Promise.all([fetch(server.url), fetch(`${server.url}/console/mail/1`)]);

    expect(console.headers.get("content-security-policy")).toContain("default-src 'self'");
    expect(mail.headers.get("content-security-policy")).toMatch(/default-src 'none'.*sandbox/);
    expect((await fetch(`${server.url}/console/mail/2`)).status).toBe(404);
    expect((await fetch(`${server.url}/console/../../stack.ts`)).status).toBe(404);
  });

  test.each([
    ["*bold* and _italic_ and ~gone~", "<b>bold</b> and <i>italic</i> and <s>gone</s>"],
    ["`code *stays*`", "<code>code *stays*</code>"],
    ["```\na  b\n```", "<pre>a  b</pre>"],
    ["<https://example.com/a?b=1&amp;c=2|the report>", 'href="https://example.com/a?b=1&amp;c=2"'],
    ["<javascript:alert(1)|the report>", "the report"],
    ["1 &lt; 2 &amp;&amp; 3 &gt; 2", "1 &lt; 2 &amp;&amp; 3 &gt; 2"],
    [":red_circle: :unheard_of:", "🔴 :unheard_of:"],
    ["snake_case_name and 2*3*4", "snake_case_name and 2*3*4"],
    ["&gt; said", "<blockquote>said</blockquote>"],
  ])("draws Slack's %s as Slack does", async (text, drawn) => {
    told({ blocks: [{ type: "section", text: { type: "mrkdwn", text } }] });
    const sent = await page();

    expect(sent).toContain(drawn);
    expect(sent).not.toContain("javascript:");
  });

  test("draws every kind of block, and one it does not know as it came", async () => {
    told({
      text: "only where blocks cannot be shown",
      blocks: [
        { type: "header", text: { type: "plain_text", text: "A *header*" } },
        { type: "section", fields: [{ type: "mrkdwn", text: "*Since*\n2 Feb" }] },
        { type: "divider" },
        { type: "context", elements: [{ type: "mrkdwn", text: "why now" }] },
        { type: "carousel", items: 3 },
      ],
    });
    told({ text: "no blocks at all" });
    const sent = await page();

    expect(sent).toContain('<h4 class="block slack-header">A *header*</h4>');
    expect(sent).toContain("<b>Since</b><br>2 Feb");
    expect(sent).toContain("why now");
    expect(sent).toContain("A block of type “carousel”");
    expect(sent).toContain("no blocks at all");
    expect(sent).not.toContain("only where blocks cannot be shown");
  });
});
