import { describe, expect, test } from "vitest";
import { findCauses } from "../../../../functions/checks/freshness/causes.ts";
import { judge } from "../../../../functions/checks/freshness/judge.ts";
import type { Verdict } from "../../../../functions/checks/freshness/types.ts";
import type { Source } from "../../../../functions/shared/config/types.ts";
import {
  aConnector,
  ago,
  aHost,
  aSource,
  atNoon,
  content,
  days,
  hours,
  metadata,
  noon,
  observation,
} from "../../../support/a-source.ts";

const airbyte = aHost();
const facebook = aConnector({ host: airbyte, usualCauses: ["expired token", "rate limits"] });
const shopify = aConnector({ id: "shopify", name: "Shopify", host: airbyte });
const tiktok = aConnector({ id: "tiktok", name: "TikTok", host: airbyte });

const source = (id: string, parts: Partial<Source>) => aSource({ id, businessDate: null, ...parts });
const stopped = (id: string, connector: Source["connector"], age: number): Verdict =>
  judge(
    observation({
      source: source(id, { connector }),
      metadata: metadata({ modified: ago(age) }),
      content: content({ newestArrival: ago(age) }),
    }),
    atNoon,
  );
const running = (id: string, connector: Source["connector"]): Verdict =>
  judge(observation({ source: source(id, { connector }) }), atNoon);
const keys = (...verdicts: Verdict[]) => findCauses(verdicts, noon).map(({ key }) => key);

describe("sources of one connector", () => {
  test("that stopped together are one cause", () => {
    const causes = findCauses(
      [stopped("ads", facebook, days(6)), stopped("ads_country", facebook, days(6) + hours(1))],
      noon,
    );
    expect(causes.map(({ key }) => key)).toEqual(["connector:facebook"]);
    expect(causes[0]).toMatchObject({ since: ago(days(6)), probable: true });
    expect(causes[0]?.text).toBe(
      "Probably the Facebook Marketing connector itself: everything it delivers has stopped. Usual causes, most likely first: expired token; rate limits.",
    );
    expect(causes[0]?.evidence.join(" ")).toContain("All 2 of its sources");
    expect(causes[0]?.evidence.join(" ")).toContain("at least 6 missed");
  });

  test("of which others still deliver are said to be single streams", () => {
    const [cause] = findCauses([stopped("ads", facebook, days(3)), running("ads_country", facebook)], noon);
    expect(cause).toMatchObject({ key: "streams:facebook" });
    expect(cause?.text).toContain("its other streams still deliver");
  });

  test("that stopped in different weeks are different causes", () => {
    expect(keys(stopped("ads", facebook, days(3)), stopped("legacy", facebook, days(300)))).toHaveLength(2);
  });

  test("control: a healthy connector is no cause", () => {
    expect(keys(running("ads", facebook))).toEqual([]);
  });
});

describe("what is said of a connector's other sources", () => {
  const blind = (id: string) =>
    judge(
      observation({
        source: source(id, { connector: facebook }),
        metadata: null,
        content: null,
        failure: { code: "not_checked", message: `${id}: no such column`, retry: false },
      }),
      atNoon,
    );

  test("never claims all of them where some could not be judged", () => {
    const verdicts = [
      stopped("ads", facebook, days(3)),
      stopped("ads_country", facebook, days(3)),
      blind("ads_region"),
    ];
    const [cause] = findCauses(verdicts, noon);
    expect(cause?.text).toContain("all its streams that can be evaluated have stopped");
    expect(cause?.evidence[0]).toContain("2 of its 3 sources have brought nothing new");
  });

  test("each check that could not be made is told with its own reason", () => {
    const causes = findCauses([blind("ads"), blind("ads_country")], noon);
    expect(causes.map(({ key, text }) => [key, text])).toEqual([
      ["source:ads", "ads: no such column"],
      ["source:ads_country", "ads_country: no such column"],
    ]);
  });

  test("a busy BigQuery is a group of its own, so that nobody is called for it", () => {
    const busy = judge(
      observation({
        source: source("orders", { connector: facebook }),
        metadata: null,
        content: null,
        failure: { code: "not_checked", message: "busy", retry: true },
      }),
      atNoon,
    );
    expect(keys(blind("ads"), busy).sort()).toEqual(["busy:shop.ads", "source:ads"]);
  });
});

describe("connectors of one host", () => {
  test("only possibly point to it while another, judged by metadata alone, has written since", () => {
    const byMetadata = judge(
      observation({
        source: source("ads", { connector: facebook }),
        metadata: metadata({ modified: ago(hours(2)) }),
        content: null,
      }),
      atNoon,
    );
    const [cause] = findCauses(
      [stopped("orders", shopify, days(3)), stopped("reports", tiktok, days(3)), byMetadata],
      noon,
    );
    expect(cause?.text).toContain("Possibly Airbyte VM");
    expect(cause?.evidence.join(" ")).not.toContain("Nothing on Airbyte VM has delivered since");
  });

  test("that stopped within the same interval point to the host, as probable, with the evidence", () => {
    const [cause, ...rest] = findCauses(
      [stopped("orders", shopify, days(3)), stopped("reports", tiktok, days(3) - 60_000)],
      noon,
    );
    expect(rest).toEqual([]);
    expect(cause).toMatchObject({
      key: "host:airbyte",
      probable: true,
      text: "Probably Airbyte VM: Shopify and TikTok run on it and stopped together.",
    });
    expect(cause?.evidence[0]).toContain("Shopify and TikTok stopped within 1 min of each other");
  });

  test("do not draw in one that stopped days earlier; it is mentioned and told by itself", () => {
    const verdicts = [
      stopped("ads", facebook, days(6)),
      stopped("orders", shopify, days(3)),
      stopped("reports", tiktok, days(3)),
    ];
    const causes = findCauses(verdicts, noon);
    expect(causes.map(({ key }) => key)).toEqual(["connector:facebook", "host:airbyte"]);
    expect(causes[1]?.evidence.join(" ")).toContain(
      "Facebook Marketing, on the same host, had stopped earlier",
    );
  });

  test("only possibly point to it while another connector of it still delivers", () => {
    const [cause] = findCauses(
      [stopped("orders", shopify, days(3)), stopped("reports", tiktok, days(3)), running("ads", facebook)],
      noon,
    );
    expect(cause?.text).toContain("Possibly Airbyte VM");
    expect(cause?.text).toContain("Facebook Marketing on the same host still delivers");
  });

  test("are not chained: each neighbour within a day of the next is not one event", () => {
    const pinterest = aConnector({ id: "pinterest", name: "Pinterest", host: airbyte });
    const verdicts = [
      stopped("a", facebook, days(4)),
      stopped("b", shopify, days(4) - hours(20)),
      stopped("c", pinterest, days(4) - hours(40)),
    ];
    expect(keys(...verdicts)).toEqual(["host:airbyte", "connector:pinterest"]);
  });

  test("control: connectors without a host, or of different hosts, stand alone", () => {
    const elsewhere = aConnector({ id: "tiktok", name: "TikTok", host: aHost({ id: "fivetran" }) });
    const nowhere = aConnector({ id: "klaviyo", name: "Klaviyo", host: null });
    expect(
      keys(
        stopped("a", shopify, days(3)),
        stopped("b", elsewhere, days(3)),
        stopped("c", nowhere, days(3)),
      ).sort(),
    ).toEqual(["connector:klaviyo", "connector:shopify", "connector:tiktok"]);
  });
});

describe("what no stopped connector explains", () => {
  const unreadable = (id: string) =>
    judge(
      observation({
        source: source(id, { connector: facebook }),
        metadata: null,
        content: null,
        failure: { code: "no_permission", message: "may not read", retry: false },
      }),
      atNoon,
    );

  test("one dataset that may not be read is one cause, however many sources it has", () => {
    expect(keys(unreadable("ads"), unreadable("ads_country"))).toEqual(["no_permission:shop.ads"]);
  });

  test("a missing table stands alone, and does not hide its connector's stop", () => {
    const missing = judge(
      observation({ source: source("gone", { connector: facebook }), metadata: null, content: null }),
      atNoon,
    );
    expect(keys(missing, stopped("ads", facebook, days(3)))).toEqual(["connector:facebook", "source:gone"]);
  });
});
