import { checkBlocks, RefusedBlocks } from "./blocks.ts";
import { limits } from "./limits.ts";

export type Payload = Readonly<Record<string, unknown>>;

export type Verdict =
  | { readonly accepted: true; readonly payload: Payload; readonly mentions: readonly string[] }
  /** `code` is what Slack answers, `detail` is for the person who must mend it. */
  | { readonly accepted: false; readonly code: string; readonly detail: string };

/** Judges the body of a webhook request as Slack does. */
export function judge(contentType: string | undefined, body: string): Verdict {
  if (!/^application\/json\b/i.test(contentType ?? "")) {
    return refused(
      "invalid_payload",
      `content-type must be application/json, not ${contentType ?? "absent"}`,
    );
  }
  let payload: unknown;
  try {
    payload = JSON.parse(body);
  } catch {
    return refused("invalid_payload", "the body is not JSON");
  }
  if (typeof payload !== "object" || payload === null || Array.isArray(payload)) {
    return refused("invalid_payload", "the body is not a JSON object");
  }
  return judgePayload(payload as Payload);
}

function judgePayload(payload: Payload): Verdict {
  const { text, blocks, attachments } = payload;
  if (text !== undefined && typeof text !== "string")
    return refused("invalid_payload", "text must be a string");
  if (attachments !== undefined && !Array.isArray(attachments)) {
    return refused("invalid_attachments", "attachments must be an array");
  }
  const attached = Array.isArray(attachments) ? attachments : [];
  const empty = !text && (!Array.isArray(blocks) || blocks.length === 0) && attached.length === 0;
  if (empty && (blocks === undefined || Array.isArray(blocks))) {
    return refused("no_text", "there is no text, no block and no attachment");
  }
  if (text && text.length > limits.messageText) {
    return refused("msg_too_long", `text has ${text.length} characters, at most ${limits.messageText}`);
  }
  try {
    if (blocks !== undefined) checkBlocks(blocks);
    for (const attachment of attached) {
      if (attachment?.blocks !== undefined) checkBlocks(attachment.blocks);
    }
  } catch (error) {
    if (error instanceof RefusedBlocks) return refused(error.code, error.message);
    throw error;
  }
  return { accepted: true, payload, mentions: mentionsIn(payload) };
}

/**
 * Markup that would call people: `<!channel>`, `<!here>`, `<@U123>` and the like,
 * wherever Slack reads markup. Legal, but from data it is an injection.
 */
function mentionsIn(value: unknown): string[] {
  if (typeof value === "string") return value.match(/<(?:![a-z]|@[A-Z0-9])[^>]*>/g) ?? [];
  if (Array.isArray(value)) return value.flatMap(mentionsIn);
  if (typeof value !== "object" || value === null) return [];
  // plain_text is shown as written.
  if ("type" in value && value.type === "plain_text") return [];
  return Object.values(value).flatMap(mentionsIn);
}

function refused(code: string, detail: string): Verdict {
  return { accepted: false, code, detail };
}
