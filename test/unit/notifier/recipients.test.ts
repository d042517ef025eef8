import { describe, expect, test } from "vitest";
import { outcomeFor, pseudonym } from "../../../functions/notifier/channels/email/recipients.ts";

const [ann, bob, cy] = ["ann@hulken.example", "bob@hulken.example", "cy@hulken.example"];
const to = [ann, bob, cy];
const has = (address: string) => ({ pseudonym: pseudonym("n", address), refusedWith: null });
const never = (address: string, reply = 550) => ({ pseudonym: pseudonym("n", address), refusedWith: reply });
const refuses = (address: string, reply: number) => ({ address, reply });

describe("what became of a mail, by its recipients", () => {
  test.each<
    [string, Parameters<typeof outcomeFor>[2], Parameters<typeof outcomeFor>[3], string, number, number]
  >([
    ["all accepted", [], [], "sent", 3, 0],
    ["one refused for now, the others accepted", [], [refuses(bob, 450)], "failed", 2, 0],
    ["one refused for good, the others accepted", [], [refuses(bob, 550)], "sent", 2, 1],
    ["one refused for now, one for good", [], [refuses(bob, 450), refuses(cy, 550)], "failed", 1, 1],
    ["the last one accepted at a later attempt", [has(ann), never(cy)], [], "sent", 2, 1],
    [
      "the last one refused for good at a later attempt",
      [has(ann), has(cy)],
      [refuses(bob, 551)],
      "sent",
      2,
      1,
    ],
    ["all refused for good", [], [refuses(ann, 550), refuses(bob, 550), refuses(cy, 554)], "refused", 0, 3],
    [
      "all refused for good, at several attempts",
      [never(ann), never(bob)],
      [refuses(cy, 550)],
      "refused",
      0,
      3,
    ],
  ])("%s", (_, known, refusals, status, accepted, refused) => {
    const outcome = outcomeFor("n", to, known, refusals, "accepted");
    expect(outcome.status).toBe(status);
    expect(outcome.recipients?.filter((it) => it.refusedWith === null)).toHaveLength(accepted);
    expect(outcome.recipients?.filter((it) => it.refusedWith !== null)).toHaveLength(refused);
    expect(outcome.detail).toContain(`accepted for ${accepted} of 3 recipients`);
  });

  test("a server that broke off settles nobody: those that have it keep it, the others are tried again", () => {
    expect(outcomeFor("n", to, [has(ann)], [], "failed", "ECONNECTION")).toEqual({
      status: "failed",
      detail: "accepted for 1 of 3 recipients; to be tried again for 2; ECONNECTION",
      recipients: [has(ann)],
    });
  });

  test("who has been taken off the list since does not count any more", () => {
    expect(outcomeFor("n", [ann], [never(bob), has(ann)], [], "accepted")).toMatchObject({ status: "sent" });
    expect(outcomeFor("n", [ann], [has(ann), never(bob)], [], "accepted").incomplete).toBeUndefined();
  });

  test("an address written with a name, in capitals or with an international domain is the same recipient", () => {
    expect(pseudonym("n", "Ann Example <ANN@Hulken.Example>")).toBe(pseudonym("n", ann));
    expect(pseudonym("n", "ann@bücher.example")).toBe(pseudonym("n", "ann@xn--bcher-kva.example"));
    expect(pseudonym("n", ann)).not.toBe(pseudonym("n", bob));
  });

  test("a pseudonym is 16 hexadecimal digits, another one for each notice, and no address", () => {
    expect(pseudonym("n", ann)).toMatch(/^[0-9a-f]{16}$/);
    expect(pseudonym("n", ann)).not.toBe(pseudonym("other", ann));
  });
});
