import type { Notice } from "../shared/alerting/types.ts";
import { instantOf, textOf } from "../shared/warehouse/row.ts";
import type { Warehouse } from "../shared/warehouse/types.ts";
import { type Delivery, type DeliveryStatus, isOpen, type Outcome } from "./decide.ts";

const statuses: readonly string[] = [
  "free",
  "sending",
  "sent",
  "failed",
  "refused",
] satisfies DeliveryStatus[];

/** As remembered; a delivery may have several rows. @throws WarehouseError */
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

/**
 * Claims, and reads back who holds what: BigQuery keeps no uniqueness, so the number of rows changed says
 * nothing about a delivery with two rows.
 *
 * @returns the channels claimed; the others are another attempt's
 * @throws WarehouseError; a temporary one when another attempt claimed at the same time
 */
export async function claimDeliveries(
  warehouse: Warehouse,
  notice: Notice,
  channels: readonly string[],
  claim: Claim,
): Promise<readonly string[]> {
  const wanted = { notice: notice.id, channels, claim: claim.id, now: claim.now };
  const types = { channels: ["STRING"] } as const;
  await warehouse.execute("notifier/ensure-deliveries", {
    params: { ...wanted, incident: notice.incident, notice_at: new Date(notice.at) },
    types,
  });
  await warehouse.execute("notifier/claim-deliveries", {
    params: { ...wanted, lease_until: claim.leaseUntil },
    types,
  });
  const deliveries = await readDeliveries(warehouse, notice);
  return channels.filter((channel) => {
    const rows = deliveries.filter((it) => it.channel === channel);
    const ours = (it: Delivery) => it.status === "sending" && it.claim === claim.id;
    return rows.some(ours) && rows.every((it) => ours(it) || isOpen(it, claim.now));
  });
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
