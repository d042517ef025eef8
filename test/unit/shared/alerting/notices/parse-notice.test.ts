import { describe, expect, test } from "vitest";
import { parseNotice } from "../../../../../functions/shared/alerting/notices/parse-notice.ts";
import { aHostileNotice, aNotice, aRecovery } from "../../../notifier/a-notice.ts";

describe("reading what the alerts topic carries", () => {
  test.each([[aNotice()], [aRecovery()], [aHostileNotice()]])(
    "a notice comes out as it went in",
    (notice) => {
      expect(parseNotice(JSON.stringify(notice))).toEqual({ notice });
    },
  );

  test("fields of a newer function are ignored", () => {
    expect(parseNotice(JSON.stringify({ ...aNotice(), colour: "red" }))).toEqual({ notice: aNotice() });
  });

  test("what is no JSON is said to be none", () => {
    expect(parseNotice("hello")).toEqual({ mistakes: ["the data is not JSON"] });
  });

  test("every mistake is named with its place, and nothing is quoted", () => {
    const broken = { ...aNotice(), id: "a b'--", severity: "canary", facts: [{ label: "x" }], title: "" };
    const parsed = parseNotice(JSON.stringify(broken));
    const mistakes = "mistakes" in parsed ? parsed.mistakes : [];
    expect(mistakes.map((it) => it.split(":")[0])).toEqual(["id", "severity", "title", "facts.0.value"]);
    expect(mistakes.join()).not.toMatch(/canary|a b'/);
  });
});
