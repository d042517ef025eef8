/** Block Kit's limits, from https://docs.slack.dev/reference/block-kit/blocks; lengths in characters. */
export const limits = {
  blocks: 50,
  /** Not in the documentation: beyond it Slack answers `msg_blocks_too_long` though each block is legal. */
  charactersInAllBlocks: 13_200,
  messageText: 40_000,
  blockId: 255,
  sectionText: 3_000,
  sectionFields: 10,
  sectionField: 2_000,
  headerText: 150,
  contextElements: 10,
  contextText: 3_000,
  imageUrl: 3_000,
  altText: 2_000,
  actionElements: 25,
  tableRows: 100,
  tableCells: 20,
  markdownText: 12_000,
} as const;
