import { invalidArgument } from "./errors.ts";

/** What a publisher sends, before Pub/Sub gives it an id and a time. */
export interface Draft {
  readonly data: Buffer;
  readonly attributes: Readonly<Record<string, string>>;
  readonly orderingKey: string;
}

const maxRequestBytes = 10_000_000;
const maxMessages = 1_000;
const maxAttributes = 100;
const maxKeyBytes = 256;
const maxValueBytes = 1_024;

/**
 * The limits of a publish request as https://cloud.google.com/pubsub/quotas states them.
 * @throws PubSubError INVALID_ARGUMENT
 */
export function refuseOversized(drafts: readonly Draft[]): void {
  if (drafts.length === 0) throw invalidArgument("The request contains no messages");
  if (drafts.length > maxMessages) {
    throw invalidArgument(`A request holds at most ${maxMessages} messages; this one has ${drafts.length}`);
  }
  const bytes = drafts.reduce((sum, draft) => sum + sizeOf(draft), 0);
  if (bytes > maxRequestBytes) {
    throw invalidArgument(`A request holds at most ${maxRequestBytes} bytes; this one has ${bytes}`);
  }
  for (const draft of drafts) refuseOversizedMessage(draft);
}

function refuseOversizedMessage({ data, attributes }: Draft): void {
  const entries = Object.entries(attributes);
  if (data.length === 0 && entries.length === 0) throw invalidArgument("Some messages are empty");
  if (entries.length > maxAttributes) {
    throw invalidArgument(
      `A message holds at most ${maxAttributes} attributes; this one has ${entries.length}`,
    );
  }
  for (const [key, value] of entries) {
    if (key === "") throw invalidArgument("An attribute has an empty key");
    if (key.startsWith("goog")) throw invalidArgument(`Attribute keys may not begin with goog: ${key}`);
    if (Buffer.byteLength(key) > maxKeyBytes) {
      throw invalidArgument(`An attribute key holds at most ${maxKeyBytes} bytes`);
    }
    if (Buffer.byteLength(value) > maxValueBytes) {
      throw invalidArgument(`An attribute value holds at most ${maxValueBytes} bytes: ${key}`);
    }
  }
}

function sizeOf({ data, attributes, orderingKey }: Draft): number {
  let bytes = data.length + Buffer.byteLength(orderingKey);
  for (const [key, value] of Object.entries(attributes)) {
    bytes += Buffer.byteLength(key) + Buffer.byteLength(value);
  }
  return bytes;
}
