import { createHash } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { aHold } from "../../support/a-hold.ts";
import {
  customer,
  key,
  keySecret,
  loader,
  order,
  type PiiWorld,
  startPiiWorld,
} from "../../support/a-pii-world.ts";
import { hours } from "../../support/a-source.ts";
import { project } from "../../support/small-sources.ts";

/** Nowhere in what runs say and leave behind, in no spelling and under no hash without a key. */
const canaries = {
  "the key": key,
  "another key": "9e107d9d372bb6826bd81d3542a419d6f0c1b2a3948576adcbfe102938475601",
  "a key that is too short": "canary-short-key-4711",
  "an address": "Canary.One+Shop@Canary-Shop.example",
  "the address that an owner writes": "canary.changed@canary-shop.example",
  "the address of a row that streams in": "canary.streamed@canary-shop.example",
  "an address with letters of its own": "canary.zoë@bücher-canary.example",
  "its domain in ASCII": "canary.zoë@xn--bcher-canary-dlb.example",
  "a number as it is written": "(415) 555-0142",
  "the number": "+14155550142",
  "the number without a plus": "14155550142",
  "the number without its country": "4155550142",
  "a customer's number": "14155550143",
  "what is no address": "canary at nowhere",
  "what is no number": "ask canary for it",
  "a note": "Call Miss Canary at noon",
  "a street": "4711 Canary Wharf",
  "another name": "Canarietta",
  "somebody planted": "planted.canary@canary-shop.example",
} as const;

const sent: string[] = [];
const hold = aHold();
let world: PiiWorld;
beforeAll(async () => {
  const gate = async (checkpoint: Parameters<typeof hold.gate>[0]) => {
    if (checkpoint.sent !== undefined) sent.push(checkpoint.sent);
    await hold.gate(checkpoint);
  };
  world = await startPiiWorld({
    gates: { "pii-hasher": gate, notifier: gate },
    secrets: { planted: JSON.stringify([{ email: canaries["somebody planted"], phone: "+14155550144" }]) },
    wanted: { lines: ["canaries: planted"] },
  });
});
afterAll(() => world.close());

const said: string[] = [];
const logs = () =>
  [...world.stack.processes("pii-hasher"), ...world.stack.processes("notifier")].flatMap((one) => one.logs());

async function tick(after?: number) {
  const answer = await world.tick(world.nextTick(after));
  said.push(answer.body, ...logs());
  return answer;
}

const asOwner = (sql: string) => world.stack.client(loader).query(sql);

test("no address, no number and no key leaves the function's memory but as a keyed hash", async () => {
  const { stack } = world;
  const of = { email: canaries["an address"], phone: canaries["a number as it is written"] };
  await world.append(
    "orders",
    order({ id: 1, ...of, note: canaries["a note"] }),
    order({ id: 2, hour: 1, email: canaries["what is no address"], phone: canaries["what is no number"] }),
    order({ id: 3, email: canaries["an address with letters of its own"], phone: canaries["the number"] }),
  );
  await world.append(
    "customers",
    customer({
      id: "c",
      email: ` ${of.email.toUpperCase()} `,
      phone: Number(canaries["a customer's number"]),
      address: JSON.stringify({ street: canaries["a street"] }),
      aliases: [canaries["another name"]],
    }),
  );
  // Customers are fewer, so their turn is first.
  hold.before("pii-hasher/empty-rows", async () =>
    hold.before("pii-hasher/empty-rows", () =>
      asOwner(
        `UPDATE shop.raw.orders SET email = '${canaries["the address that an owner writes"]}' WHERE id = 1`,
      ),
    ),
  );
  expect((await tick()).json.summary).toMatchObject({ inserted: 4, left: 1 });
  expect((await tick()).json.summary).toMatchObject({ updated: 1, left: 0, unusable: 2 });
  // With nothing to be hashed there is time for the search.
  expect((await tick()).json.searched.tables).toBeGreaterThan(3);

  await world.append("orders", order({ id: 4, ...of }));
  await world.stream("orders", order({ id: 5, email: canaries["the address of a row that streams in"] }));
  hold.before("pii-hasher/insert-rows", async () => stack.engine.denyAccess("shop.clean"));
  expect((await world.post(world.nextTick())).status).toBe(500);
  said.push(...logs());
  stack.engine.allowAccess("shop.clean");
  for (const refused of [canaries["another key"], canaries["a key that is too short"]]) {
    stack.secrets.addVersion(keySecret, refused);
    expect((await tick()).json.key).toMatchObject({ text: expect.any(String) });
  }
  stack.secrets.addVersion(keySecret, key);
  await tick();
  await tick(hours(1));
  for (const path of ["", "/proof", "/rotation", "/why?table=orders", "?table=nobody"])
    for (const type of ["application/json", "text/markdown", "text/html", "text/csv"])
      said.push((await world.get(path, type)).body);
  said.push(...logs());

  const jobs = await jobsOf(`plumbline@${project}.iam.gserviceaccount.com`);
  const staged = await world.rows(
    "SELECT table_id FROM `shop.raw.__TABLES__` WHERE STARTS_WITH(table_id, 'plumbline')",
  );
  expect(staged).toEqual([]);
  const left: Readonly<Record<string, readonly unknown[]>> = {
    "what it says to servers, rows of load jobs among it": sent,
    "answers and logs": said,
    jobs,
    "jobs as their engine keeps them": stack.engine.jobs
      .filter(({ user }) => user !== loader)
      .map(({ query, configuration, labels, error }) => [query, configuration, labels, error?.message]),
    slack: stack.slack.map(({ payload }) => payload),
    mails: stack.mails,
    "clean tables": [await world.clean("orders"), await world.clean("customers")],
    ...Object.fromEntries(
      await Promise.all((await opsTables()).map(async (table) => [table, await rowsOf(table)])),
    ),
  };
  for (const [where, what] of Object.entries(left)) {
    const text = searchable(what);
    if (!["leases", "pii_keys"].includes(where)) expect(text.length, where).toBeGreaterThan(200);
    expect({ [where]: found(text) }).toEqual({ [where]: [] });
  }
  // What is kept because it is no address stays in the raw table; so the search would have found it elsewhere.
  expect(found(searchable([await world.raw("orders")]))).toEqual(["what is no address", "what is no number"]);
  expect(found(searchable([Buffer.from(`x${key}`).toString("base64")]))).toEqual(["the key"]);
  const hashed = createHash("md5").update(canaries["an address"].toLowerCase()).digest("hex");
  expect(found(searchable([{ a: hashed }]))).toEqual(["an address"]);
}, 90_000);

async function opsTables(): Promise<string[]> {
  const rows = await world.rows("SELECT table_id FROM `{{ops}}.__TABLES__`");
  return rows.map((row) => String(row.table_id));
}

const rowsOf = (table: string) =>
  world.rows(`SELECT TO_JSON_STRING(one) AS json FROM \`{{ops}}.${table}\` AS one`);

async function jobsOf(user: string): Promise<unknown[]> {
  const all: { readonly user_email?: string }[] = [];
  let next = "";
  do {
    const response = await fetch(
      `${world.stack.bigQueryUrl}/bigquery/v2/projects/${project}/jobs?projection=full&allUsers=true&pageToken=${next}`,
    );
    const { jobs = [], nextPageToken = "" } = (await response.json()) as {
      jobs?: typeof all;
      nextPageToken?: string;
    };
    all.push(...jobs);
    next = nextPageToken;
  } while (next !== "");
  return all.filter(({ user_email }) => user_email === user);
}

const searchable = (what: readonly unknown[]) =>
  what
    .map((it) => (typeof it === "string" ? it : JSON.stringify(it)))
    .join("\n")
    .toLowerCase();

/** Names of the canaries that are in it. */
function found(text: string): string[] {
  return Object.entries(canaries)
    .filter(([, value]) => formsOf(value).some((form) => text.includes(form.toLowerCase())))
    .map(([name]) => name);
}

function formsOf(value: string): string[] {
  const spellings = [...new Set([value, value.toLowerCase(), value.trim()])];
  return spellings.flatMap((text) => [
    text,
    encodeURIComponent(text),
    JSON.stringify(text).slice(1, -1),
    ...["sha256", "sha1", "md5"].flatMap((algorithm) => {
      const digest = createHash(algorithm).update(text).digest();
      return [digest.toString("hex"), digest.toString("base64").replace(/=+$/, "")];
    }),
    ...base64sOf(text),
  ]);
}

/** Wherever it stands in what was encoded: its first and last characters depend on what is beside it. */
function base64sOf(text: string): string[] {
  return [0, 1, 2].map((before) => {
    const encoded = Buffer.from("x".repeat(before) + text)
      .toString("base64")
      .replace(/=+$/, "");
    return encoded.slice(before === 0 ? 0 : 4, -2);
  });
}
