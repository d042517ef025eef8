type Fields = Readonly<Record<string, unknown>>;

/** A Slack message's payload as lines of text: what a reader sees, without colours and pictures. */
export function slackToText(payload: Fields): string {
  const blocks = list(payload.blocks);
  if (blocks.length === 0) return plain(payload.text);
  return [...blocks, ...list(payload.attachments).flatMap((one) => list(one.blocks))]
    .map(blockToText)
    .filter((text) => text !== "")
    .join("\n\n");
}

function blockToText(block: Fields): string {
  switch (block.type) {
    case "header":
      return textOf(block.text).toUpperCase();
    case "divider":
      return "-".repeat(40);
    case "section":
      return [textOf(block.text), ...list(block.fields).map((field) => textOf(field).replace("\n", ": "))]
        .filter((text) => text !== "")
        .join("\n");
    case "context":
      return list(block.elements).map(textOf).join("  ");
    default:
      return `[${String(block.type)}]`;
  }
}

function textOf(object: unknown): string {
  return plain(isFields(object) ? object.text : "");
}

/** Without mrkdwn's marks; `*` and `_` inside words stay. */
function plain(value: unknown): string {
  if (typeof value !== "string") return "";
  return value
    .replace(/<([^<>|]+)\|([^<>]*)>/g, "$2 ($1)")
    .replace(/<([^<>|]+)>/g, "$1")
    .replace(/(?<![\w*])\*(\S(?:[^*\n]*\S)?)\*(?![\w*])/g, "$1")
    .replace(/(?<![\w_])_(\S(?:[^_\n]*\S)?)_(?![\w_])/g, "$1")
    .replaceAll("```", "")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&")
    .trim();
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function list(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? value.filter(isFields) : [];
}
