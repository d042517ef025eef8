import type { Field } from "../../infra/local/emulators/bigquery/catalog.ts";
import type { Engine } from "../../infra/local/emulators/bigquery/engine.ts";

export const project = "shop";
export const location = "US";
export const opsDataset = "plumbline_ops";

export interface SmallSource {
  readonly id: string;
  readonly connector: string;
  /** How often its connector delivers, when that is late, and when very late. */
  readonly due?: { readonly every: string; readonly warnAfter: string; readonly criticalAfter: string };
}

/** Of a source that says nothing else. */
const hourly = { every: "1h", warnAfter: "2h", criticalAfter: "6h" };

/** Tables with a row each. */
export async function createSources(
  engine: Engine,
  sources: readonly SmallSource[],
  at: Date,
): Promise<void> {
  await engine.createDataset(`${project}.data`, { location, at });
  const fields: Field[] = [
    { name: "id", type: "INTEGER" },
    { name: "arrived", type: "TIMESTAMP" },
    { name: "amount", type: "NUMERIC" },
  ];
  for (const { id } of sources) {
    await engine.createTable(`${project}.data.${id}`, { fields }, at);
    await arriveIn(engine, id, at);
  }
}

/** A row that arrives at that time. */
export async function arriveIn(engine: Engine, source: string, at: Date): Promise<void> {
  await engine.appendSelect(
    `${project}.data.${source}`,
    `SELECT 1 AS id, TIMESTAMPTZ '${at.toISOString()}' AS arrived, 10 AS amount`,
    at,
  );
}

/** The warehouse file: every notice goes to one Slack channel and one mailbox. */
export function fileOf(sources: readonly SmallSource[], tell: readonly string[]): string {
  const connectors = new Map(sources.map(({ connector, due = hourly }) => [connector, due]));
  return [
    `project: ${project}`,
    `location: ${location}`,
    "time_zone: UTC",
    `ops_dataset: ${opsDataset}`,
    "connectors:",
    ...[...connectors].map(([id, { every }]) => `  ${id}: { name: Connector ${id}, every: ${every} }`),
    "sources:",
    ...sources.flatMap(({ id, connector, due = hourly }) => [
      `  ${id}:`,
      `    { table: data.${id}, connector: ${connector}, owner: data, arrival: arrived,`,
      `      warn_after: ${due.warnAfter}, critical_after: ${due.criticalAfter} }`,
    ]),
    "notifications:",
    ...tell.map((line) => `  ${line}`),
    "  channels:",
    "    alerts: { slack: { webhook_secret: slack-alerts } }",
    "    inbox: { email: { smtp_secret: smtp, from: plumbline@shop.example, to: [data@shop.example] } }",
    "",
  ].join("\n");
}
