import { describe, expect, test } from "vitest";
import { judge } from "../../../functions/checks/freshness/judge.ts";
import type { Verdict } from "../../../functions/checks/freshness/types.ts";
import type { Source } from "../../../functions/shared/config/types.ts";
import { decide } from "../../../functions/sync-watchdog/decide.ts";
import { toFindingGroups } from "../../../functions/sync-watchdog/render.ts";
import {
  aConnector,
  ago,
  aHost,
  aSource,
  atNoon,
  days,
  metadata,
  noon,
  observation,
} from "../../support/a-source.ts";

const dbt = aConnector({ id: "dbt", name: "dbt" });
const source = (id: string, parts: Partial<Source> = {}) => aSource({ id, businessDate: null, ...parts });
const stale = (it: Source): Verdict =>
  judge(observation({ source: it, metadata: metadata({ modified: ago(days(3)) }), content: null }), atNoon);
const gone = (it: Source): Verdict =>
  judge(observation({ source: it, metadata: null, content: null }), atNoon);
const groupsOf = (...verdicts: Verdict[]) => toFindingGroups(decide(verdicts, noon));
const findings = (...verdicts: Verdict[]) =>
  groupsOf(...verdicts).flatMap((group) => group.findings.map(({ subject, follows }) => [subject, follows]));

describe("a source that is built from others", () => {
  const mart = source("mart", { connector: dbt, builtFrom: ["ads", "orders"] });

  test("follows from them when it is stale", () => {
    expect(Object.fromEntries(findings(stale(source("ads")), stale(mart)))).toEqual({
      ads: [],
      mart: [
        { check: "freshness", subject: "ads" },
        { check: "freshness", subject: "orders" },
      ],
    });
  });

  test("does not when it cannot be judged: that its table is gone is its own matter", () => {
    expect(findings(gone(mart))).toEqual([["mart", []]]);
  });
});

describe("the links of the warehouse file", () => {
  const link = (label: string) => ({ label, url: `https://pages.example/${label}` });
  const host = aHost({ links: [link("console")] });
  const facebook = aConnector({ host, links: [link("facebook")] });
  const tiktok = aConnector({ id: "tiktok", name: "TikTok", host, links: [link("tiktok")] });
  const linksOf = (...verdicts: Verdict[]) =>
    groupsOf(...verdicts).map(({ message }) => message.links?.map(({ label }) => label));

  test("are those of the connector and of its sources, each address once", () => {
    const ads = stale(source("ads", { connector: facebook, links: [link("dashboard"), link("facebook")] }));
    expect(linksOf(ads)).toEqual([["facebook", "dashboard"]]);
    expect(linksOf(stale(source("plain", { connector: dbt })))).toEqual([[]]);
  });

  test("are those of the host and its connectors where the host is suspected", () => {
    const ads = stale(source("ads", { connector: facebook, links: [link("dashboard")] }));
    expect(linksOf(ads, stale(source("clips", { connector: tiktok })))).toEqual([
      ["console", "facebook", "tiktok"],
    ]);
  });
});

describe("who is responsible", () => {
  test("is every owner of the group, each once; the message names them in one line", () => {
    const ownedBy = (owner: string) => stale(source(`of_${owner}`, { connector: dbt, owner }));
    const [group] = groupsOf(ownedBy("growth"), ownedBy("finance"), ownedBy("growth"));
    expect(group?.owners).toEqual(["growth", "finance"]);
    expect(group?.message.facts).toContainEqual({ label: "Owner", value: "growth, finance" });
  });

  test("is the connector's owner where it has one, and the host's where the host is suspected", () => {
    const host = aHost({ owner: "platform" });
    const facebook = aConnector({ host, owner: "growth" });
    const tiktok = aConnector({ id: "tiktok", name: "TikTok", host, owner: "social" });
    const [alone] = groupsOf(stale(source("a", { connector: facebook })));
    expect(alone?.owners).toEqual(["growth"]);
    const [together] = groupsOf(
      stale(source("a", { connector: facebook })),
      stale(source("b", { connector: tiktok })),
    );
    expect(together?.owners).toEqual(["platform"]);
  });
});
