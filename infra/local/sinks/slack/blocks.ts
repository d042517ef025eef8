import { limits } from "./limits.ts";

type Json = Record<string, unknown>;

/** Why Slack would refuse the blocks: its one-word code, and for a person where and what. */
export class RefusedBlocks extends Error {
  readonly code: "invalid_blocks" | "msg_blocks_too_long";

  constructor(code: RefusedBlocks["code"], where: string, what: string) {
    super(`${where}: ${what}`);
    this.name = "RefusedBlocks";
    this.code = code;
  }
}

/** @throws RefusedBlocks for the first block that Slack would not take */
export function checkBlocks(blocks: unknown): void {
  const list = arrayOf(blocks, "blocks", 0, limits.blocks);
  const ids = new Set<string>();
  for (const [index, item] of list.entries()) {
    const at = `blocks/${index}`;
    const block = objectOf(item, at);
    checkBlockId(block, at, ids);
    const type = typeof block.type === "string" ? block.type : "";
    const rule = Object.hasOwn(rules, type) ? rules[type] : undefined;
    if (!rule) throw refuse(at, `unknown block type ${JSON.stringify(block.type)}`);
    refuseOtherKeys(block, at, ["type", "block_id", ...rule.keys]);
    rule.check(block, at);
  }
  const total = charactersIn(list);
  if (total > limits.charactersInAllBlocks) {
    throw new RefusedBlocks(
      "msg_blocks_too_long",
      "blocks",
      `${total} characters in all, at most ${limits.charactersInAllBlocks}`,
    );
  }
}

interface Rule {
  readonly keys: readonly string[];
  readonly check: (block: Json, at: string) => void;
}

const rules: Readonly<Record<string, Rule>> = {
  divider: { keys: [], check: () => {} },
  header: {
    keys: ["text"],
    check: (block, at) => checkText(block.text, `${at}/text`, limits.headerText, ["plain_text"]),
  },
  section: { keys: ["text", "fields", "accessory", "expand"], check: checkSection },
  context: { keys: ["elements"], check: checkContext },
  image: { keys: ["image_url", "alt_text", "title", "slack_file"], check: checkImage },
  actions: {
    keys: ["elements"],
    check: (block, at) => {
      arrayOf(block.elements, `${at}/elements`, 1, limits.actionElements);
    },
  },
  markdown: {
    keys: ["text"],
    check: (block, at) => {
      stringOf(block.text, `${at}/text`, 1, limits.markdownText);
    },
  },
  rich_text: {
    keys: ["elements"],
    check: (block, at) => {
      arrayOf(block.elements, `${at}/elements`, 1, Number.POSITIVE_INFINITY);
    },
  },
  table: { keys: ["rows", "column_settings"], check: checkTable },
};

function checkSection(block: Json, at: string): void {
  if (block.text === undefined && block.fields === undefined) throw refuse(at, "needs text or fields");
  if (block.text !== undefined) checkText(block.text, `${at}/text`, limits.sectionText);
  if (block.accessory !== undefined) objectOf(block.accessory, `${at}/accessory`);
  if (block.fields === undefined) return;
  for (const [index, field] of arrayOf(block.fields, `${at}/fields`, 1, limits.sectionFields).entries()) {
    checkText(field, `${at}/fields/${index}`, limits.sectionField);
  }
}

function checkContext(block: Json, at: string): void {
  for (const [index, item] of arrayOf(
    block.elements,
    `${at}/elements`,
    1,
    limits.contextElements,
  ).entries()) {
    const where = `${at}/elements/${index}`;
    const element = objectOf(item, where);
    if (element.type === "image") checkImage(element, where);
    else checkText(element, where, limits.contextText);
  }
}

function checkImage(block: Json, at: string): void {
  if (block.slack_file === undefined) stringOf(block.image_url, `${at}/image_url`, 1, limits.imageUrl);
  stringOf(block.alt_text, `${at}/alt_text`, 0, limits.altText);
}

function checkTable(block: Json, at: string): void {
  for (const [index, row] of arrayOf(block.rows, `${at}/rows`, 1, limits.tableRows).entries()) {
    arrayOf(row, `${at}/rows/${index}`, 1, limits.tableCells);
  }
}

const textKeys: Readonly<Record<string, readonly string[]>> = {
  plain_text: ["type", "text", "emoji"],
  mrkdwn: ["type", "text", "verbatim"],
};

function checkText(value: unknown, at: string, longest: number, types = ["plain_text", "mrkdwn"]): void {
  const text = objectOf(value, at);
  const type = typeof text.type === "string" ? text.type : "";
  if (!types.includes(type)) throw refuse(at, `type must be ${types.join(" or ")}`);
  refuseOtherKeys(text, at, textKeys[type] ?? []);
  stringOf(text.text, `${at}/text`, 1, longest);
}

function checkBlockId(block: Json, at: string, seen: Set<string>): void {
  if (block.block_id === undefined) return;
  const id = stringOf(block.block_id, `${at}/block_id`, 1, limits.blockId);
  if (seen.has(id)) throw refuse(at, `block_id ${JSON.stringify(id)} is used twice`);
  seen.add(id);
}

function refuseOtherKeys(value: Json, at: string, known: readonly string[]): void {
  const other = Object.keys(value).find((key) => !known.includes(key));
  if (other !== undefined) throw refuse(at, `additional property ${JSON.stringify(other)}`);
}

function objectOf(value: unknown, at: string): Json {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw refuse(at, "must be an object");
  }
  return value as Json;
}

function arrayOf(value: unknown, at: string, fewest: number, most: number): unknown[] {
  if (!Array.isArray(value)) throw refuse(at, "must be an array");
  if (value.length < fewest) throw refuse(at, `must have at least ${fewest}`);
  if (value.length > most) throw refuse(at, `${value.length} given, at most ${most}`);
  return value;
}

function stringOf(value: unknown, at: string, shortest: number, longest: number): string {
  if (typeof value !== "string") throw refuse(at, "must be a string");
  if (value.length < shortest) throw refuse(at, "must not be empty");
  if (value.length > longest) throw refuse(at, `${value.length} characters, at most ${longest}`);
  return value;
}

/** Every `text` anywhere below: what a reader would see. */
function charactersIn(value: unknown): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + charactersIn(item), 0);
  if (typeof value !== "object" || value === null) return 0;
  return Object.entries(value).reduce(
    (sum, [key, item]) =>
      sum + (key === "text" && typeof item === "string" ? item.length : charactersIn(item)),
    0,
  );
}

function refuse(at: string, what: string): RefusedBlocks {
  return new RefusedBlocks("invalid_blocks", at, what);
}
