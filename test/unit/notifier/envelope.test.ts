import { describe, expect, test } from "vitest";
import { parseEnvelope } from "../../../functions/notifier/envelope.ts";

const data = Buffer.from("{}").toString("base64");

describe("a Pub/Sub push", () => {
  test("gives its data, its message id and its delivery attempt", () => {
    const body = { message: { data, messageId: "7" }, subscription: "s", deliveryAttempt: 3 };
    expect(parseEnvelope(body)).toMatchObject({ data: "{}", messageId: "7", deliveryAttempt: 3 });
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

  test("says when it was published and what the dead letter wrote on it", () => {
    const attributes = { CloudPubSubDeadLetterSourceDeliveryCount: "20", odd: 7 };
    const message = { data, messageId: "7", publishTime: "2026-02-08T12:00:00.5Z", attributes };
    expect(parseEnvelope({ message })).toMatchObject({
      attributes: { CloudPubSubDeadLetterSourceDeliveryCount: "20" },
      publishTime: new Date("2026-02-08T12:00:00.500Z"),
    });
  });

  test("may have attributes only, as Pub/Sub allows: then its data is empty, and is judged as a notice is", () => {
    expect(parseEnvelope({ message: { messageId: "7" } })).toMatchObject({ data: "", attributes: {} });
  });

  test("whose data is no text is refused", () => {
    expect(() => parseEnvelope({ message: { data: 7 } })).toThrow("base64");
  });
});
