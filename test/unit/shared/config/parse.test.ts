import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { jsonSchemaText } from "../../../../functions/shared/config/json-schema.ts";
import { parseWarehouseFile, WarehouseFileError } from "../../../../functions/shared/config/parse.ts";

const file = (name: string) => readFileSync(new URL(name, import.meta.url), "utf8");
const demo = file("../../../../infra/local/world/warehouse.yaml");
const hour = 3_600_000;

/** A whole file without mistakes; each test changes what it is about. */
const healthy = `
project: shop
location: EU
time_zone: Europe/Berlin
ops_dataset: plumbline_ops
hosts:
  airbyte: { name: Airbyte VM }
connectors:
  facebook: { name: Facebook, host: airbyte, every: 24h }
sources:
  ads:
    table: ads.facebook
    connector: facebook
    owner: growth
    arrival: extracted_at
    business_date: day
notifications:
  channels:
    alerts: { slack: { webhook_secret: slack-alerts } }
`;

function mistakesIn(text: string): string[] {
  try {
    parseWarehouseFile(text, "warehouse.yaml");
    return [];
  } catch (error) {
    if (!(error instanceof WarehouseFileError)) throw error;
    return error.mistakes.map(({ line, path, message }) => `${line} ${path}: ${message}`);
  }
}

describe("a file without mistakes", () => {
  test("is read with its references followed and its defaults applied", () => {
    const [source] = parseWarehouseFile(healthy, "warehouse.yaml").sources;
    expect(source).toMatchObject({
      id: "ads",
      table: { project: "shop", dataset: "ads", table: "facebook" },
      connector: { name: "Facebook", everyMs: 24 * hour, host: { name: "Airbyte VM" } },
      timeZone: "Europe/Berlin",
      warnAfterMs: 30 * hour,
      criticalAfterMs: 48 * hour,
      money: null,
    });
  });

  test("is the demo's", () => {
    expect(mistakesIn(demo)).toEqual([]);
    expect(parseWarehouseFile(demo, "warehouse.yaml").sources).toHaveLength(13);
  });
});

describe("a file with many mistakes", () => {
  const text = file("many-mistakes.yaml");

  test("has all of them reported at once, in the order of their lines, each with how to mend it", () => {
    expect(mistakesIn(text)).toEqual([
      "1 project: write a Google Cloud project id, like my-project",
      "2 location: write the datasets' location as BigQuery does: US, EU or a region like europe-west1",
      "3 time_zone: there is no time zone Europe/Berln; did you mean Europe/Berlin?",
      "4 ops_dataset: write a dataset's name, like plumbline_ops",
      "6 freshness.warn_after: write a length of time with its unit, like 30h, 45m or 4d",
      "7 freshness.critical_afer: there is no key critical_afer here; did you mean critical_after?",
      "10 hosts.spare: no connector names spare; remove it, or name it where it belongs",
      "12 connectors.facebook.every: write a length of time with its unit, like 30h, 45m or 4d",
      "16 sources.ads.table: write dataset.table or project.dataset.table; a pattern of date shards ends in *, like analytics_1.events_*",
      "17 sources.ads.connector: there is no connector facebok; did you mean facebook?",
      "19 sources.ads.arival: there is no key arival here; did you mean arrival?",
      "20 sources.ads.business_date: _TABLE_SUFFIX is there only when the table is a pattern ending in *; name a column",
      "21 sources.ads.money: money needs an arrival column, to know from when on it is missing; add arrival: <column>",
      "21 sources.ads.money.currency: write the currency's three capital letters, like USD",
      "21 sources.ads.money.kind: write spend or revenue",
      "21 sources.ads.money.json_path: write a path like $.spend or $.metrics.spend",
      "22 sources.orders.owner: owner is missing; name the owner",
      "26 sources.orders.warn_after: it would warn in every healthy cycle: the connector delivers every 24h; set warn_after longer than that",
      "27 sources.orders.critical_after: critical_after must be longer than warn_after",
      "28 sources.orders.unique_key: name at least one column, or leave the line out",
      "30 sources.again.table: orders watches this table by the same clock already; remove one",
      "35 notifications.repeat_after.1: it is shorter than 12h before it; reminders grow rarer, so write the list from the shortest to the longest",
      "36 notifications.flapping.more_than: write a whole number, 1 or more",
      "36 notifications.flapping.within: write a length of time with its unit, like 30h, 45m or 4d",
      '37 notifications.heartbeat_at: write a time of day in 24 hours, in quotes, like "08:00"',
      "38 notifications.acknowledge.for: an acknowledgement may suppress reminders for 7d at most; write a silence for longer work",
      "40 notifications.silences.0: it silences nothing; name what it silences: sources: [..], connectors: [..] or hosts: [..]",
      "43 notifications.silences.1.until: until must be later than from",
      "44 notifications.silences.1.connectors.0: there is no connector shopfy; did you mean shopify?",
      "45 notifications.silences.2.from: write an instant with its zone, like 2026-02-10T08:00:00Z or 2026-02-10T09:00:00+01:00",
      "45 notifications.silences.2.until: write an instant with its zone, like 2026-02-10T08:00:00Z or 2026-02-10T09:00:00+01:00",
      "45 notifications.silences.2.sources: name at least one of the sources, or leave the line out",
      "46 notifications.silences.3.until: a silence without an end is a lost alarm: make it 31 days at most and renew it",
      "47 notifications.routes: a notice that matches no route would be lost; add a route without conditions, like - { to: [alerts] }",
      "48 notifications.routes.0.severity: write warning or critical",
      "49 notifications.routes.1.to.0: there is no channel allerts; did you mean alerts?",
      "49 notifications.routes.1.sources.0: there is no source adz; did you mean ads?",
      "49 notifications.routes.1.hosts.0: there is no host airbite; did you mean airbyte?",
      "49 notifications.routes.1.owners.0: this owner owns nothing here; did you mean the owner of sources.ads?",
      "49 notifications.routes.1.owners.1: this owner owns nothing here; write an owner as it is written at a source, connector, host or pair",
      "50 notifications.routes.2.to: name at least one channel",
      "50 notifications.routes.2.sevrity: there is no key sevrity here; did you mean severity?",
      "53 notifications.channels.alerts.slack.webhook_secret: write the NAME of a secret in Secret Manager here, like slack-data-alerts; never the URL or the password itself",
      "54 notifications.channels.both: a channel is slack or email, not both; write two channels",
      "56 notifications.channels.both.email.smtp_secret: write the NAME of a secret in Secret Manager here, like slack-data-alerts; never the URL or the password itself",
      "56 notifications.channels.both.email.from: write an email address: a name, @ and a domain",
      "56 notifications.channels.both.email.to: name at least one address",
      "57 notifications.channels.none: write slack: or email:",
    ]);
  });

  test("never has a secret quoted that was written where its name belongs", () => {
    expect(mistakesIn(text).join("\n")).not.toMatch(/verysecret|hunter2/);
  });
});

describe("one mistake in a healthy file is the only one reported", () => {
  test.each([
    [
      "an unknown connector",
      "connector: facebook",
      "connector: instagram",
      "there is no connector instagram",
    ],
    ["an unknown host", "host: airbyte", "host: airbite", "did you mean airbyte?"],
    [
      "a missing section",
      "notifications:\n  channels:\n    alerts: { slack: { webhook_secret: slack-alerts } }",
      "",
      "notifications is missing",
    ],
    ["no source at all", /sources:[\s\S]*(?=notifications:)/, "sources: {}\n", "nothing would be monitored"],
    ["a number without a unit", "every: 24h", "every: 24", "write a length of time with its unit"],
    [
      "a wildcard in the middle",
      "table: ads.facebook",
      "table: ads.face*book",
      "a pattern of date shards ends in *",
    ],
    ["an id with capitals", "  ads:", "  Ads:", "write an id: lower-case letters"],
    ["a key written twice", "owner: growth", "owner: growth\n    owner: finance", "Map keys must be unique"],
    [
      "a name of JavaScript's own",
      "connector: facebook",
      "connector: toString",
      "there is no connector toString",
    ],
    ["an alias of nothing", "owner: growth", "owner: *who", "nothing is named &who"],
    ["a length of nothing", "every: 24h", "every: 0h", "write a length of time"],
    [
      "a currency that is none",
      "business_date: day",
      "business_date: day\n    money: { column: m, currency: ZZZ, kind: spend }",
      "like USD",
    ],
    [
      "half an address",
      "slack: { webhook_secret: slack-alerts }",
      "email: { smtp_secret: s, from: <a@example.com, to: [b@example.com] }",
      "write an email address",
    ],
    [
      "a second document",
      "ops_dataset: plumbline_ops",
      "ops_dataset: plumbline_ops\n---\nmore: 1",
      "a second YAML document begins here",
    ],
    ["nothing at all", /[\s\S]*/, "", "the file is empty"],
    [
      "one table by two names",
      "notifications:",
      "  again: { table: shop.ads.facebook, connector: facebook, owner: growth, arrival: extracted_at }\nnotifications:",
      "ads watches this table by the same clock already",
    ],
    ["broken YAML", "every: 24h }", "every: 24h", ""],
  ])("%s", (_, from, to, said) => {
    const found = mistakesIn(healthy.replace(from, to));
    expect(found.length).toBeGreaterThan(0);
    expect(found.join("\n")).toContain(said);
    if (said.startsWith("there") || said.startsWith("write"))
      expect(found.filter((it) => !it.includes("no source names"))).toHaveLength(1);
  });
});

test("a secret is not quoted, not even where it stands as a key", () => {
  const found = mistakesIn(
    healthy.replace(
      "owner: growth",
      "owner: growth\n    https://hooks.slack.com/services/T1/B1/verysecret: 1",
    ),
  );
  expect(found).toHaveLength(1);
  expect(found.join()).not.toContain("verysecret");
});

test("a word far from any key gets no guess", () => {
  expect(mistakesIn(`${healthy}\nzzzzzzzzzzz: 1`).join()).toMatch(/no key zzzzzzzzzzz here$/);
});

describe("the JSON Schema for editors", () => {
  test("is generated from the same definition, and current (npm run schema)", () => {
    expect(file("../../../../functions/shared/config/warehouse.schema.json")).toBe(jsonSchemaText());
  });
});
