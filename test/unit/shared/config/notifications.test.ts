import { describe, expect, test } from "vitest";
import { parseWarehouseFile, WarehouseFileError } from "../../../../functions/shared/config/parse.ts";

const hour = 3_600_000;

function file(settings: string): string {
  return `
project: shop
location: EU
time_zone: Europe/Berlin
ops_dataset: plumbline_ops
hosts:
  airbyte: { name: Airbyte VM, owner: platform@shop.example }
connectors:
  facebook: { name: Facebook, host: airbyte, every: 24h }
  tiktok: { name: TikTok, host: airbyte, every: 24h }
  shopify: { name: Shopify, every: 24h, owner: web@shop.example }
sources:
  ads: { table: ads.facebook, connector: facebook, owner: growth@shop.example, arrival: at }
  videos: { table: ads.tiktok, connector: tiktok, owner: growth@shop.example, arrival: at }
  orders: { table: shop.orders, connector: shopify, owner: ecommerce, arrival: at }
notifications:
${settings.replace(/^/gm, "  ")}
  channels:
    alerts: { slack: { webhook_secret: slack-alerts } }
    mail: { email: { smtp_secret: smtp, from: a@shop.example, to: [b@shop.example] } }
`;
}

const notificationsOf = (text: string) => parseWarehouseFile(file(text), "warehouse.yaml").notifications;

function mistakesIn(text: string): string[] {
  try {
    notificationsOf(text);
    return [];
  } catch (error) {
    if (!(error instanceof WarehouseFileError)) throw error;
    return error.mistakes.map(({ path, message }) => `${path}: ${message}`);
  }
}

describe("who is told, where the file does not say", () => {
  test("everybody of everything, in steps that grow rarer", () => {
    const { routes, channels, ...rest } = notificationsOf("");
    expect(routes).toEqual([{ to: channels, severity: null, sources: null, owners: null }]);
    expect(rest).toEqual({
      repeatAfterMs: [4 * hour, 12 * hour, 24 * hour],
      flapping: { moreThan: 3, withinMs: 24 * hour },
      silences: [],
      heartbeatAt: null,
      acknowledge: null,
    });
  });
});

describe("who is told, where the file says so", () => {
  test("never is no reminder at all", () => {
    expect(notificationsOf("repeat_after: never").repeatAfterMs).toEqual([]);
  });

  test("one time to wait is a list of one; the same twice does not shrink", () => {
    expect(notificationsOf("repeat_after: 6h").repeatAfterMs).toEqual([6 * hour]);
    expect(notificationsOf("repeat_after: [90m, 90m, 1d]").repeatAfterMs).toEqual([
      1.5 * hour,
      1.5 * hour,
      24 * hour,
    ]);
  });

  test("flapping can be set by halves", () => {
    expect(notificationsOf("flapping: { more_than: 5 }").flapping).toEqual({
      moreThan: 5,
      withinMs: 24 * hour,
    });
    expect(notificationsOf("flapping: { within: 12h }").flapping).toEqual({
      moreThan: 3,
      withinMs: 12 * hour,
    });
  });

  test("the line of the day has its hour, with quotes or without", () => {
    expect(notificationsOf('heartbeat_at: "08:00"').heartbeatAt).toBe("08:00");
    expect(notificationsOf("heartbeat_at: 23:59").heartbeatAt).toBe("23:59");
  });

  test("acknowledgements hold for a day unless said, for a week at most", () => {
    expect(notificationsOf("acknowledge: { secret: key }").acknowledge).toEqual({
      secret: "key",
      forMs: 24 * hour,
    });
    expect(notificationsOf("acknowledge: { secret: key, for: 7d }").acknowledge?.forMs).toBe(168 * hour);
  });

  test("a silence names sources by themselves, by connector and by host; one of the past is no mistake", () => {
    const { silences } = notificationsOf(`silences:
  - { why: The VM moves, from: 2020-02-10T08:00:00Z, until: 2020-02-10T12:00:00+01:00, hosts: [airbyte] }
  - { why: Both, from: 2026-02-10T08:00Z, until: 2026-03-13T08:00:00Z, connectors: [shopify], sources: [ads] }`);
    expect(silences).toEqual([
      {
        why: "The VM moves",
        from: new Date("2020-02-10T08:00:00Z"),
        until: new Date("2020-02-10T11:00:00Z"),
        sources: ["ads", "videos"],
      },
      {
        why: "Both",
        from: new Date("2026-02-10T08:00:00Z"),
        until: new Date("2026-03-13T08:00:00Z"),
        sources: ["ads", "orders"],
      },
    ]);
  });

  test("a route says which notices go where; without conditions it takes everything", () => {
    const { routes, channels } = notificationsOf(`routes:
  - { to: [alerts] }
  - { to: [mail, alerts, mail], severity: critical, hosts: [airbyte], sources: [orders] }
  - { to: [mail], owners: [platform@shop.example, ecommerce, web@shop.example] }`);
    const [alerts, mail] = channels;
    expect(routes).toEqual([
      { to: [alerts], severity: null, sources: null, owners: null },
      { to: [mail, alerts], severity: "critical", sources: ["ads", "videos", "orders"], owners: null },
      {
        to: [mail],
        severity: null,
        sources: null,
        owners: ["platform@shop.example", "ecommerce", "web@shop.example"],
      },
    ]);
  });
});

describe("one mistake is the only one reported, with how to mend it", () => {
  const all = "  - { to: [alerts, mail] }";
  test.each([
    [
      "waits that shrink",
      "repeat_after: [4h, 12h, 6h]",
      "notifications.repeat_after.2: it is shorter than 12h",
    ],
    ["no wait at all", "repeat_after: []", "like [4h, 12h, 24h]"],
    ["a wait without a unit", "repeat_after: [4h, 12]", "notifications.repeat_after: write a length of time"],
    ["half a break", "flapping: { more_than: 1.5 }", "write a whole number"],
    ["an hour that is none", 'heartbeat_at: "24:00"', 'like "08:00"'],
    ["an acknowledgement for ever", "acknowledge: { secret: k, for: 169h }", "for 7d at most"],
    ["an acknowledgement without its secret", "acknowledge: {}", "secret is missing; write the NAME"],
    [
      "a route to nowhere",
      `routes:\n${all}\n  - { to: [alert], severity: warning }`,
      "there is no channel alert; did you mean alerts?",
    ],
    [
      "routes that leave something out",
      "routes:\n  - { to: [alerts, mail], severity: warning }",
      "notifications.routes: a notice that matches no route would be lost",
    ],
    [
      "a channel without a route",
      "routes:\n  - { to: [alerts] }",
      "notifications.channels.mail: no route names mail",
    ],
    ["no routes at all", "routes: []", "name at least one route, or leave the line out"],
    [
      "a route for an unknown connector",
      `routes:\n${all}\n  - { to: [mail], connectors: [shopfy] }`,
      "there is no connector shopfy; did you mean shopify?",
    ],
    [
      "a route for nobody",
      `routes:\n${all}\n  - { to: [mail], owners: [grwth@shop.example] }`,
      "did you mean the owner of sources.ads?",
    ],
    [
      "a silence about nothing",
      "silences:\n  - { why: w, from: 2026-02-10T08:00:00Z, until: 2026-02-11T08:00:00Z }",
      "it silences nothing",
    ],
    [
      "a silence that ends as it begins",
      "silences:\n  - { why: w, from: 2026-02-10T08:00:00Z, until: 2026-02-10T09:00:00+01:00, sources: [ads] }",
      "until must be later than from",
    ],
    [
      "a silence of a month and a bit",
      "silences:\n  - { why: w, from: 2026-02-10T08:00:00Z, until: 2026-03-13T08:00:01Z, sources: [ads] }",
      "a silence without an end is a lost alarm: make it 31 days at most and renew it",
    ],
    [
      "a silence without a zone",
      "silences:\n  - { why: w, from: 2026-02-10T08:00:00, until: 2026-02-11T08:00:00Z, sources: [ads] }",
      "write an instant with its zone, like 2026-02-10T08:00:00Z",
    ],
    [
      "a silence without a reason",
      "silences:\n  - { from: 2026-02-10T08:00:00Z, until: 2026-02-11T08:00:00Z, sources: [ads] }",
      "why is missing",
    ],
  ])("%s", (_, text, said) => {
    const found = mistakesIn(text);
    expect(found.join("\n")).toContain(said);
    expect(found).toHaveLength(1);
  });
});
