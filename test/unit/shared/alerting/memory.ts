import type { Inputs, Row, Warehouse } from "../../../../functions/shared/stores/bigquery/types.ts";

/**
 * What the alerting statements do, in memory: fast enough for thousands of ticks. That the statements
 * themselves do the same is proved where they are run.
 */
export interface Memory extends Warehouse {
  readonly state: Map<string, Record<string, unknown>>;
  readonly log: Record<string, unknown>[];
  /** Statements in order, by name. */
  readonly calls: string[];
  /** Makes the next call of a statement fail, as a crash at that place would. */
  crashAt(statement: string): void;
  /** Leaves a run, as a function does at its end. */
  leaveRun(from: string, tick: Date): void;
}

export function aMemory(): Memory {
  const state = new Map<string, Record<string, unknown>>();
  const log: Record<string, unknown>[] = [];
  const calls: string[] = [];
  const ticks: { readonly from: string; readonly tick: Date }[] = [];
  let crash: string | null = null;

  function enter(statement: string): void {
    calls.push(statement);
    if (statement !== crash) return;
    crash = null;
    throw new Error(`crashed at ${statement}`);
  }

  const isOpen = (row: Record<string, unknown>) => row.closed_at === null;

  const turnOf = (from: unknown) =>
    [...state.values()]
      .filter((row) => row.function === from)
      .reduce((sum, row) => sum + Number(row.version), 0);

  return {
    state,
    log,
    calls,
    runs: [],
    crashAt(statement) {
      crash = statement;
    },
    leaveRun(from, tick) {
      ticks.push({ from, tick });
    },
    async query(statement, { params = {} }: Inputs = {}) {
      enter(statement);
      const now = params.now as Date;
      const own = [...state.values()].filter((row) => row.function === params.function);
      const later = [
        ...own.map((row) => row.changed_at as Date),
        ...ticks.filter(({ from }) => from === params.function).map(({ tick }) => tick),
      ].filter((at) => at > now);
      const decided_until = later.sort((a, b) => b.getTime() - a.getTime())[0] ?? null;
      const facts = { turn: turnOf(params.function), decided_until };
      if (statement === "alerting/read-known-elsewhere") {
        return [...state.values()].filter(
          (row) => row.function !== params.function && isOpen(row) && row.notified_at !== null,
        ) as Row[];
      }
      const since = params.since as Date;
      const keys = params.keys as readonly unknown[];
      const open = own.filter(
        (row) => isOpen(row) || (row.closed_at as Date) > since || keys.includes(row.group_key),
      );
      return (open.length > 0 ? open : [{ incident: null }]).map(
        (row) =>
          Object.fromEntries(
            Object.entries({ ...row, ...facts }).map(([name, cell]) => [name, wrapped(cell)]),
          ) as Row,
      );
    },
    async execute(statement, { params = {} }: Inputs = {}) {
      enter(statement);
      const rows = params.rows as unknown as Record<string, unknown>[];
      const turn = turnOf(params.function);
      const affected = rows.filter((row) => {
        if (statement === "alerting/log-decisions") return log.push({ ...row, at: params.now }) > 0;
        if (statement === "alerting/open-incidents") {
          const known = state.has(String(row.incident));
          const kept = {
            function: params.function,
            pending_notice: null,
            acknowledged: null,
            closed_at: null,
            closed_as: null,
          };
          if (!known) state.set(String(row.incident), { ...row, ...kept });
          return !known;
        }
        if (statement === "alerting/announce-notices") {
          const known = state.get(String(row.incident));
          if (turn !== params.turn || known?.version !== row.version) return false;
          const { findings, severity, pending_notice, history, changed_at } = row;
          const version = Number(row.version) + 1;
          state.set(String(row.incident), {
            ...known,
            findings,
            severity,
            pending_notice,
            history,
            changed_at,
            version,
          });
          return true;
        }
        const known = state.get(String(row.incident));
        if (known?.version !== row.version) return false;
        state.set(String(row.incident), {
          ...known,
          ...row,
          version: Number(row.version) + 1,
          closed_at: row.closed_as === null ? null : row.changed_at,
        });
        return true;
      });
      return { affectedRows: affected.length };
    },
    async queryAll() {
      throw new Error("not used by alerting");
    },
    async datasetLocation() {
      throw new Error("not used by alerting");
    },
  };
}

/** As the client hands out a TIMESTAMP. */
function wrapped(cell: unknown): unknown {
  return cell instanceof Date ? { value: cell.toISOString() } : cell;
}
