import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { messages } from "../../support/a-dedup-world.ts";
import {
  canariesSecret,
  type ProvedShop,
  planted,
  provedLines,
  startProvedShop,
} from "../../support/a-proved-shop.ts";
import { hours } from "../../support/a-source.ts";

/** What the ticks search, remember and tell, and what the proof makes of it. */
let shop: ProvedShop;
beforeAll(async () => {
  shop = await startProvedShop();
});
afterAll(() => shop.close());

const heard = () => messages({ stack: shop.stack } as Parameters<typeof messages>[0]);
const address = "bob.leaked@x.example";
const leak = (text: string) => shop.rows(`UPDATE \`shop.clean.reviews\` SET notes = '${text}' WHERE TRUE`);
const remembered = () =>
  shop.rows(`SELECT searched_table AS name, found, FORMAT_TIMESTAMP('%H:%M', schedule_time) AS tick
    FROM \`{{ops}}.pii_searches\` ORDER BY 1`);

/** Statements of the function since then, each with the tables of people's data that its job has read. */
function jobsSince(from: number) {
  return shop.stack.engine.jobs
    .slice(from)
    .filter(({ labels }) => labels.plumbline_function === "pii-hasher");
}
const tablesOf = ({ referencedTables }: ReturnType<typeof jobsSince>[number]) =>
  referencedTables.map(({ project, dataset, table }) => `${project}.${dataset}.${table}`);
const jobCount = () => shop.stack.engine.jobs.length;

describe("a search by the ticks", () => {
  test("is made by the tick after a busy one, and remembered", async () => {
    expect(await remembered()).toEqual(
      ["clean.customers", "clean.orders", "clean.reviews", "raw.customers", "raw.orders"].map((name) => ({
        name: `shop.${name}`,
        found: "[]",
        tick: "12:10",
      })),
    );
  });

  test("is not made again within the hour, whatever is written; the proof sees it at once", async () => {
    await leak(address);
    const { json } = await shop.tick();
    expect(json.quiet).toBe(true);
    expect((await shop.proof()).found).toEqual(["shop.clean.reviews plaintext_email notes 1"]);
  });

  test("an hour later reads what was written, tells the leak once: where, how to mend it, and not what", async () => {
    const told = heard();
    const { json } = await shop.tick(shop.nextTick(hours(1)));
    expect(json.searched).toEqual({ tables: 1, unchanged: 4, put_off: 0, readable: ["shop.clean.reviews"] });
    for (let tick = 0; tick < 3; tick += 1) await shop.tick();
    const said = told();
    expect(said).toHaveLength(1);
    const [message = { headline: "", text: "" }] = said;
    expect(message.headline).toContain("shop.clean.reviews contains readable personal data");
    expect(message.text).toContain("notes contains text like an email address, in 1 row.");
    expect(message.text).toContain("Set notes of shop.clean.reviews to NULL");
    const mails = shop.stack.mails.map((mail) => JSON.stringify(mail)).join("\n");
    for (const text of [message.headline, message.text, mails]) expect(text).not.toContain(address);
    expect((await remembered()).find(({ name }) => name === "shop.clean.reviews")?.found).toBe(
      '[{"kind":"email","path":"notes","count":1}]',
    );
  });

  test("tells when it is over", async () => {
    const told = heard();
    await leak("likes it");
    await shop.tick(shop.nextTick(hours(1)));
    expect(told().map(({ headline }) => headline)).toEqual([expect.stringMatching(/recovered/i)]);
    expect((await shop.proof()).open).toEqual([]);
  });
});

describe("the proof's own search", () => {
  test("remembered: reads nothing of any table, and says that nobody can tell of what was written since", async () => {
    await leak(address);
    const from = jobCount();
    const { found, read, open } = await shop.proof("?search=remembered");
    expect(read).toEqual([]);
    expect(found).toEqual(["shop.clean.reviews put_off"]);
    expect(open).toEqual(["search every text of every table: unknown", "canaries test persons: unknown"]);
    expect(jobsSince(from).map(({ labels }) => labels.plumbline_statement)).not.toContain(
      "pii-search_search",
    );
  });

  test("changed: reads the table that was written and no other, and remembers nothing", async () => {
    const before = await remembered();
    const from = jobCount();
    const { found, read } = await shop.proof("?search=changed");
    expect([found, read]).toEqual([["shop.clean.reviews plaintext_email notes 1"], ["shop.clean.reviews"]]);
    const searches = jobsSince(from).filter(
      ({ labels }) => labels.plumbline_statement === "pii-search_search",
    );
    expect(searches.map(tablesOf)).toEqual([["shop.clean.reviews"]]);
    expect(await remembered()).toEqual(before);
  });

  test("what a tick has found is told from memory, in every form, without its value", async () => {
    await shop.tick(shop.nextTick(hours(1)));
    const from = jobCount();
    for (const type of ["application/json", "text/html", "text/markdown", "text/csv"]) {
      const { status, body } = await shop.get("/proof?search=remembered", type);
      expect([status, body]).toEqual([200, expect.stringContaining("shop.clean.reviews")]);
      expect(body).toMatch(/"critical"|The proof FAILS|^critical,/m);
      expect(body).not.toContain(address);
    }
    expect(jobsSince(from).map(({ labels }) => labels.plumbline_statement)).not.toContain(
      "pii-search_search",
    );
    await leak("likes it");
    await shop.tick(shop.nextTick(hours(1)));
  });

  test("a dry run runs no query, and says what the proof would read", async () => {
    const from = jobCount();
    const { json } = await dryRun();
    expect(json.dry_run).toBe(true);
    expect(json.bytes_processed).toBeGreaterThan(0);
    const statements = json.queries.map(({ statement }: { statement: string }) => statement);
    expect(statements).toEqual(
      expect.arrayContaining(["pii-hashing/coverage", "hash-matches/matches", "pii-hashing/health"]),
    );
    expect(jobsSince(from)).toEqual([]);
  });

  test("a table is asked about by itself", async () => {
    const { json } = await shop.proof("?table=customers");
    expect(json.tables.map(({ table }: { table: string }) => table)).toEqual(["customers"]);
  });

  test.each([
    ["?table=order", 'There is no table "order" under pii.tables; there are orders, customers'],
    ["?search=all", 'search is "all"; write one of changed, quick, remembered'],
    ["?search=constructor", 'search is "constructor"'],
    ["?dry_run=perhaps", "dry_run is yes or no"],
    ["?tables=orders", 'There is no parameter "tables"'],
  ])("%s is answered 400: %s", async (query, detail) => {
    const { status, body } = await shop.get(`/proof${query}`);
    expect([status, JSON.parse(body).detail]).toEqual([400, expect.stringContaining(detail)]);
  });

  test("a path that is none is answered 404, and a proof is not posted", async () => {
    expect((await shop.get("/proofs")).status).toBe(404);
    expect((await shop.stack.wake(shop.stack.engine.clock(), undefined, "/pii-hasher/proof")).status).toBe(
      405,
    );
  });
});

async function dryRun() {
  const { body } = await shop.get("/proof?dry_run=1");
  return { json: JSON.parse(body) };
}

describe("test persons", () => {
  const malformed = `[{"mail": "${planted.email}"}]`;

  test.each([
    ["of which the secret holds something else", malformed],
    ["of whom there are none", "[]"],
    ["in a secret that is no JSON", `${planted.email}, ${planted.phone}`],
  ])("%s: nothing is searched, the proof says why, and nothing of it is quoted", async (_, value) => {
    shop.stack.secrets.addVersion(canariesSecret, value);
    const { open, body } = await shop.proof();
    expect(open).toContain("search every text of every table: unknown");
    expect(open).toContain("canaries test persons: unknown");
    expect(body).toContain("lists no test persons");
    expect(body).not.toContain(planted.email);
  });

  test("the tick tells it once, nothing of them, and when it is over", async () => {
    const told = heard();
    await shop.tick(shop.nextTick(hours(1)));
    for (let tick = 0; tick < 3; tick += 1) await shop.tick();
    const said = told();
    expect(said).toHaveLength(1);
    expect(said[0]?.text).toContain(`The secret ${canariesSecret} lists no test persons`);
    shop.stack.secrets.addVersion(canariesSecret, JSON.stringify([planted]));
    await shop.tick(shop.nextTick(hours(1)));
    expect(
      told()
        .slice(1)
        .map(({ headline }) => headline),
    ).toEqual([expect.stringMatching(/recovered/i)]);
    expect((await shop.proof()).open).toEqual([]);
  });

  test("in a secret that is not there: told once, and by name", async () => {
    const told = heard();
    const lines = provedLines.map((line) => line.replace(canariesSecret, "no-such-people"));
    await shop.want({ lines });
    await shop.tick(shop.nextTick(hours(1)));
    await shop.tick();
    expect(told().map(({ text }) => text)).toEqual([expect.stringContaining("secret no-such-people")]);
    await shop.want({ lines: provedLines });
    await shop.tick(shop.nextTick(hours(1)));
  });

  test("who cannot be read of hide no leak that was told: it is neither over nor told anew", async () => {
    await leak(address);
    await shop.tick(shop.nextTick(hours(1)));
    const told = heard();
    shop.stack.secrets.addVersion(canariesSecret, malformed);
    await shop.tick(shop.nextTick(hours(1)));
    shop.stack.secrets.addVersion(canariesSecret, JSON.stringify([planted]));
    await shop.tick(shop.nextTick(hours(1)));
    await leak("likes it");
    await shop.tick(shop.nextTick(hours(1)));
    expect(told().map(({ headline }) => headline)).toEqual([
      expect.stringContaining("Warning: No dataset could be searched"),
      expect.stringContaining("Recovered: No dataset could be searched"),
      expect.stringMatching(/Recovered: shop.clean.reviews .* It lasted 3 h/),
    ]);
  });

  test("where nobody is planted, the proof says that nobody knows, and how to plant somebody", async () => {
    await shop.want({ lines: provedLines.filter((line) => !line.startsWith("canaries")) });
    const { open, json } = await shop.proof("?search=remembered");
    expect(open).toContain("canaries test persons: unknown");
    expect(JSON.stringify(json.claims)).toContain("Plant two or three test persons");
  });

  test("are in nothing that the function has left: log, jobs, messages, its own tables", async () => {
    const { engine, slack, mails } = shop.stack;
    const tables = await Promise.all(
      ["pii_searches", "pii_tables", "alert_log", "alert_state", "runs", "check_results"].map((table) =>
        shop.rows(`SELECT * FROM \`{{ops}}.${table}\``),
      ),
    );
    const jobs = engine.jobs.filter(({ labels }) => labels.plumbline_function === "pii-hasher");
    const left = JSON.stringify([jobs, slack, mails, tables, shop.stack.called("pii-hasher").logs()]);
    for (const text of [planted.email, "planted.one", "16505550142", "555-0142", address])
      expect(left.toLowerCase()).not.toContain(text);
  });
});
