import { readdir, readFile } from "node:fs/promises";

/**
 * The most memory this process and its children held, bytes: the sum of each
 * one's own peak, so what they really held at any one time was at most this.
 * Where the system does not tell of children (no /proc), this process alone.
 */
export async function peakMemory(): Promise<{ readonly bytes: number; readonly processes: number }> {
  const own = { bytes: process.resourceUsage().maxRSS * 1024, processes: 1 };
  const statuses = await readStatuses();
  const children = descendants(process.pid, statuses);
  if (!statuses.has(process.pid)) return own;
  return children.reduce(
    (sum, pid) => ({ bytes: sum.bytes + (statuses.get(pid)?.peak ?? 0), processes: sum.processes + 1 }),
    own,
  );
}

interface ProcessStatus {
  readonly parent: number;
  readonly peak: number;
}

async function readStatuses(): Promise<Map<number, ProcessStatus>> {
  const names = await readdir("/proc").catch(() => []);
  const statuses = new Map<number, ProcessStatus>();
  for (const name of names.filter((one) => /^\d+$/.test(one))) {
    // A process may end between the listing and the reading.
    const text = await readFile(`/proc/${name}/status`, "utf8").catch(() => "");
    const parent = /^PPid:\s+(\d+)$/m.exec(text)?.[1];
    const peakKib = /^VmHWM:\s+(\d+) kB$/m.exec(text)?.[1];
    if (parent === undefined) continue;
    statuses.set(Number(name), { parent: Number(parent), peak: Number(peakKib ?? 0) * 1024 });
  }
  return statuses;
}

function descendants(pid: number, statuses: ReadonlyMap<number, ProcessStatus>): number[] {
  const children = [...statuses].filter(([, status]) => status.parent === pid).map(([child]) => child);
  return children.flatMap((child) => [child, ...descendants(child, statuses)]);
}
