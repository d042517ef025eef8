import { describe, expect, test } from "vitest";
import { channelsFor, whereTo } from "../../../functions/notifier/routes.ts";
import type { Notice } from "../../../functions/shared/alerting/types.ts";
import type { Channel, Route } from "../../../functions/shared/config/types.ts";
import { aNotice } from "./a-notice.ts";

const channel = (id: string): Channel => ({ kind: "slack", id, webhookSecret: id });
const [slack, mail, growth] = [channel("slack"), channel("mail"), channel("growth")];
const everything: Route = { to: [slack], severity: null, sources: null, owners: null };

const quiet: Partial<Notice> = { severity: "info", kind: "report", subjects: [], owners: [] };
const about = (...subjects: string[]): Partial<Notice> => ({ subjects, owners: ["data"] });

describe("where a notice goes", () => {
  test.each<[string, Partial<Route>, Partial<Notice>, boolean]>([
    ["a route without conditions takes everything", {}, {}, true],
    ["and news that nothing is wrong", {}, quiet, true],
    ["critical takes critical", { severity: "critical" }, { severity: "critical" }, true],
    ["critical leaves a warning", { severity: "critical" }, { severity: "warning" }, false],
    ["warning takes a warning", { severity: "warning" }, { severity: "warning" }, true],
    ["warning takes critical, which is worse", { severity: "warning" }, { severity: "critical" }, true],
    ["warning leaves news that nothing is wrong", { severity: "warning" }, quiet, false],
    ["sources take a notice about one of them", { sources: ["a", "b"] }, about("x", "b"), true],
    ["sources leave a notice about others", { sources: ["a", "b"] }, about("x"), false],
    ["sources leave a notice about nothing in particular", { sources: ["a"] }, about(), false],
    [
      "owners take a notice of one of them",
      { owners: ["data", "growth"] },
      { owners: ["growth", "x"] },
      true,
    ],
    ["owners leave a notice of others", { owners: ["data"] }, { owners: ["growth"] }, false],
    ["all conditions hold: both do", { sources: ["a"], owners: ["data"] }, about("a"), true],
    ["all conditions hold: one does not", { sources: ["a"], owners: ["x"] }, about("a"), false],
    ["a source is no owner", { owners: ["a"] }, about("a"), false],
  ])("%s", (_, route, notice, taken) => {
    expect(channelsFor(aNotice(notice), [{ ...everything, ...route }])).toEqual(taken ? [slack] : []);
  });

  test("every channel of every route that takes it, each once, in the order of the routes", () => {
    const routes = [
      { ...everything, to: [mail, slack] },
      { ...everything, to: [growth], owners: ["nobody"] },
      { ...everything, to: [slack, growth], severity: "critical" as const },
    ];
    expect(channelsFor(aNotice({ severity: "critical" }), routes)).toEqual([mail, slack, growth]);
    expect(channelsFor(aNotice({ severity: "warning" }), routes)).toEqual([mail, slack]);
  });

  test("what the notifier itself says goes everywhere, and so does what no route takes", () => {
    const tell = { channels: [slack, mail, growth], routes: [everything] };
    expect(whereTo(aNotice(), tell, "notifier")).toEqual([slack]);
    expect(whereTo(aNotice({ from: "notifier" }), tell, "notifier")).toEqual([slack, mail, growth]);
    const never: Route = { ...everything, sources: ["nothing"] };
    expect(whereTo(aNotice(), { ...tell, routes: [never] }, "notifier")).toEqual([slack, mail, growth]);
  });
});
