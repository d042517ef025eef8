import type { Notice } from "../shared/alerting/types.ts";
import { instantOf, textOf } from "../shared/warehouse/row.ts";
import type { Warehouse } from "../shared/warehouse/types.ts";
import type { Delivery, DeliveryStatus, Outcome } from "./decide.ts";

const statuses: readonly string[] = ["sending", "sent", "failed", "refused"] satisfies DeliveryStatus[];

export async function readDeliveries(warehouse: Warehouse, notice: Notice): Promise<Delivery[]> {
  const rows = await warehouse.query("notifier/read-deliveries", { params: { notice: notice.id } });
  return rows.map((row) => {
    const status = textOf(row, "status");
    if (!statuses.includes(status))
      throw new Error(`deliveries.status should be one of ${statuses.join(", ")}`);
    return {
      channel: textOf(row, "channel"),
      status: status as DeliveryStatus,
      claim: textOf(row, "claim"),
      leaseUntil: instantOf(row, "lease_until"),
    };
  });
}

export interface Claim {
  /** Unique to this attempt. */
  readonly id: string;
  readonly now: Date;
  /** After it, another attempt may take over. */
  readonly leaseUntil: Date;
}

/** @returns the channels claimed; the others are another attempt's */
export async function claimDeliveries(
  warehouse: Warehouse,
  notice: Notice,
  channels: readonly string[],
  claim: Claim,
): Promise<readonly string[]> {
  const { affectedRows } = await warehouse.execute("notifier/claim-deliveries", {
    params: {
      notice: notice.id,
      incident: notice.incident,
      notice_at: new Date(notice.at),
      channels,
      claim: claim.id,
      lease_until: claim.leaseUntil,
      now: claim.now,
    },
    types: { channels: ["STRING"] },
  });
  if (affectedRows === channels.length) return channels;
  const deliveries = await readDeliveries(warehouse, notice);
  return deliveries.filter((it) => it.status === "sending" && it.claim === claim.id).map((it) => it.channel);
}

export async function recordDeliveries(
  warehouse: Warehouse,
  notice: Notice,
  outcomes: ReadonlyMap<string, Outcome>,
  claim: Claim,
): Promise<void> {
  await warehouse.execute("notifier/record-deliveries", {
    params: {
      notice: notice.id,
      claim: claim.id,
      now: claim.now,
      rows: [...outcomes].map(([channel, { status, detail }]) => ({ channel, status, detail })),
    },
    types: { rows: [{ channel: "STRING", status: "STRING", detail: "STRING" }] },
  });
}
