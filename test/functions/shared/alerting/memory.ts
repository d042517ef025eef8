import type { Inputs, Row, Warehouse } from "../../../../functions/shared/warehouse/types.ts";

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
}

export function aMemory(): Memory {
  const state = new Map<string, Record<string, unknown>>();
  const log: Record<string, unknown>[] = [];
  const calls: string[] = [];
  let crash: string | null = null;

  function enter(statement: string): void {
    calls.push(statement);
    if (statement !== crash) return;
    crash = null;
    throw new Error(`crashed at ${statement}`);
  }

  const isOpen = (row: Record<string, unknown>) => row.closed_at === null;

  return {
    state,
    log,
    calls,
    runs: [],
    crashAt(statement) {
      crash = statement;
    },
    async query(statement, { params = {} }: Inputs = {}) {
      enter(statement);
      const now = params.now as Date;
      return [...state.values()]
        .filter((row) => row.function === params.function && (isOpen(row) || (row.changed_at as Date) > now))
        .map(
          (row) =>
            Object.fromEntries(Object.entries(row).map(([name, cell]) => [name, wrapped(cell)])) as Row,
        );
    },
    async execute(statement, { params = {} }: Inputs = {}) {
      enter(statement);
      const rows = params.rows as unknown as Record<string, unknown>[];
      const affected = rows.filter((row) => {
        if (statement === "alerting/log-decisions") return log.push({ ...row, at: params.now }) > 0;
        if (statement === "alerting/open-incidents") {
          const same = [...state.values()].some(
            (it) => it.function === params.function && it.group_key === row.group_key && isOpen(it),
          );
          if (!same)
            state.set(String(row.incident), {
              ...row,
              function: params.function,
              closed_at: null,
              closed_as: null,
            });
          return !same;
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
