import { defaults, durationMs, type WrittenFile } from "./schema.ts";
import type { Channel, Connector, Host, Source, TableName, WarehouseFile } from "./types.ts";

/** A file without mistakes, with every reference followed and every default applied. */
export function resolve(file: WrittenFile): WarehouseFile {
  const hosts = new Map(
    Object.entries(file.hosts ?? {}).map(([id, it]): [string, Host] => [
      id,
      { id, name: it.name, owner: it.owner ?? null, runbook: it.runbook ?? [] },
    ]),
  );
  const connectors = new Map(
    Object.entries(file.connectors).map(([id, it]): [string, Connector] => [
      id,
      {
        id,
        name: it.name,
        host: it.host === undefined ? null : known(hosts, it.host),
        everyMs: ms(it.every),
        owner: it.owner ?? null,
        usualCauses: it.usual_causes ?? [],
        runbook: it.runbook ?? [],
      },
    ]),
  );
  const warnAfter = file.freshness?.warn_after ?? defaults.warnAfter;
  const criticalAfter = file.freshness?.critical_after ?? defaults.criticalAfter;
  const channels = Object.entries(file.tell.channels).map(([id, it]) => channel(id, it));
  return {
    project: file.project,
    location: file.location,
    timeZone: file.time_zone,
    opsDataset: file.ops_dataset,
    hosts: [...hosts.values()],
    connectors: [...connectors.values()],
    sources: Object.entries(file.sources).map(
      ([id, it]): Source => ({
        id,
        table: tableName(it.table, file.project),
        connector: known(connectors, it.connector),
        owner: it.owner,
        timeZone: it.time_zone ?? file.time_zone,
        arrival: it.arrival ?? null,
        businessDate: it.business_date ?? null,
        warnAfterMs: ms(it.warn_after ?? warnAfter),
        criticalAfterMs: ms(it.critical_after ?? criticalAfter),
        alsoWrittenBy: it.also_written_by ?? [],
        uniqueKey: it.unique_key ?? [],
        money:
          it.money === undefined
            ? null
            : {
                column: it.money.column,
                jsonPath: it.money.json_path ?? null,
                currency: it.money.currency,
                kind: it.money.kind,
              },
        runbook: it.runbook ?? [],
      }),
    ),
    tell: {
      channels,
      routes: [{ to: channels, severity: null, sources: null, owners: null }],
      remindAfterMs: [ms(file.tell.remind_after ?? defaults.remindAfter)],
      flapping: { moreThan: 3, withinMs: ms("24h") },
      silences: [],
      allQuietAt: null,
      acknowledge: null,
    },
  };
}

function channel(id: string, it: WrittenFile["tell"]["channels"][string]): Channel {
  if (it.slack !== undefined) return { kind: "slack", id, webhookSecret: it.slack.webhook_secret };
  if (it.email !== undefined) {
    return { kind: "email", id, smtpSecret: it.email.smtp_secret, from: it.email.from, to: it.email.to };
  }
  throw new Error(`channel ${id} is neither slack nor email`);
}

function tableName(written: string, project: string): TableName {
  const parts = written.split(".");
  const [dataset = "", table = ""] = parts.slice(-2);
  return { project: parts.length === 3 ? (parts[0] ?? project) : project, dataset, table };
}

/** Contradictions have been ruled out before: a miss here is a mistake of ours. */
function known<T>(all: ReadonlyMap<string, T>, id: string): T {
  const found = all.get(id);
  if (found === undefined) throw new Error(`nothing has the id ${id}`);
  return found;
}

function ms(written: string): number {
  const length = durationMs(written);
  if (length === null) throw new Error(`${written} is no duration`);
  return length;
}
