import { describe, expect, test } from "vitest";
import { parseEnvelope } from "../../../functions/notifier/envelope.ts";

const data = Buffer.from("{}").toString("base64");

describe("a Pub/Sub push", () => {
  test("gives its data, its message id and its delivery attempt", () => {
    const body = { message: { data, messageId: "7" }, subscription: "s", deliveryAttempt: 3 };
    expect(parseEnvelope(body)).toEqual({ data: "{}", messageId: "7", deliveryAttempt: 3 });
  });

  test("has no delivery attempt where the subscription has no dead letter", () => {
    expect(parseEnvelope({ message: { data, message_id: "7" } })).toMatchObject({
      messageId: "7",
      deliveryAttempt: null,
    });
  });

  test.each([[undefined], [null], ["text"], [[]], [{}], [{ message: "text" }], [{ message: [] }]])(
    "%j is none, and the error says what one looks like",
    (body) => {
      expect(() => parseEnvelope(body)).toThrow(/no Pub\/Sub push.*"message"/);
    },
  );

  test.each([[{}], [{ data: "" }], [{ data: 7 }]])("a message %j has no data", (message) => {
    expect(() => parseEnvelope({ message })).toThrow("no data");
  });
});
