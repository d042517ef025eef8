import { describe, expect, test } from "vitest";
import { parseWarehouseFile, WarehouseFileError } from "../../../../functions/shared/config/parse.ts";

function file(links: string): string {
  return `
project: shop
location: EU
time_zone: UTC
ops_dataset: plumbline_ops
hosts:
  airbyte: { name: Airbyte VM, ${links} }
connectors:
  facebook: { name: Facebook, host: airbyte, every: 24h, ${links} }
sources:
  ads: { table: ads.facebook, connector: facebook, owner: growth, arrival: at, ${links} }
tell:
  channels:
    alerts: { slack: { webhook_secret: slack-alerts } }
`;
}

const links = (written: string) => parseWarehouseFile(file(`links: ${written}`), "warehouse.yaml");

function mistakesIn(written: string): string[] {
  try {
    links(written);
    return [];
  } catch (error) {
    if (!(error instanceof WarehouseFileError)) throw error;
    return error.mistakes.map(({ line, path, message }) => `${line} ${path}: ${message}`);
  }
}

const label = "write what the link leads to, in 1 to 60 characters, like Airbyte connection";
const address = "write an address that begins with https:// or http://, without a password";

describe("links of hosts, connectors and sources", () => {
  test("are read in the order of the file", () => {
    const { hosts, connectors, sources } = links(
      "[{ label: Airbyte connection, url: 'https://airbyte.example/connections/1?tab=status' }, { label: ' Runbook ', url: 'http://wiki.example' }]",
    );
    for (const one of [...hosts, ...connectors, ...sources]) {
      expect(one.links).toEqual([
        { label: "Airbyte connection", url: "https://airbyte.example/connections/1?tab=status" },
        { label: "Runbook", url: "http://wiki.example" },
      ]);
    }
  });

  test("are none where the file names none", () => {
    const { hosts, connectors, sources } = parseWarehouseFile(file(""), "warehouse.yaml");
    expect([...hosts, ...connectors, ...sources].map((one) => one.links)).toEqual([[], [], []]);
  });

  test.each([
    ["an address of another kind", "[{ label: a, url: 'javascript:alert(1)' }]", `links.0.url: ${address}`],
    ["half an address", "[{ label: a, url: airbyte.example }]", `links.0.url: ${address}`],
    ["an address with a blank", "[{ label: a, url: 'https://a.example/x y' }]", `links.0.url: ${address}`],
    ["a password", "[{ label: a, url: 'https://me:hunter2@a.example' }]", `links.0.url: ${address}`],
    ["no label", "[{ label: ' ', url: 'https://a.example' }]", `links.0.label: ${label}`],
    ["a long label", `[{ label: ${"x".repeat(61)}, url: 'https://a.example' }]`, `links.0.label: ${label}`],
    [
      "no address",
      "[{ label: a }]",
      "links.0.url: url is missing; write an address that begins with https:// or http://",
    ],
    [
      "too many",
      `[${"{ label: a, url: 'https://a.example' },".repeat(6)}]`,
      "links: keep the 5 links that help most, and remove the others",
    ],
    [
      "one that is no list",
      "{ label: a, url: 'https://a.example' }",
      "links: write a list of links, like - { label: Airbyte connection, url: https://... }",
    ],
  ])("%s is a mistake at its line", (_, written, said) => {
    expect(mistakesIn(written)).toEqual([
      `7 hosts.airbyte.${said}`,
      `9 connectors.facebook.${said}`,
      `11 sources.ads.${said}`,
    ]);
  });
});
