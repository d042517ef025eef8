import type { Notice } from "../shared/alerting/types.ts";
import { instantOf, textOf } from "../shared/stores/bigquery/row.ts";
import type { Warehouse } from "../shared/stores/bigquery/types.ts";
import type { Outcome, Recipient } from "./channels/outcome.ts";
import { type Delivery, type DeliveryStatus, isOpen } from "./decide.ts";

const statuses: readonly string[] = [
  "free",
  "sending",
  "sent",
  "failed",
  "refused",
] satisfies DeliveryStatus[];

/** The stored rows; a delivery may have several. @throws WarehouseError */
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
      recipients: recipientsOf(row.recipients),
      unanswered: row.unanswered === true,
    };
  });
}

/** As `written` writes them. */
function recipientsOf(cell: unknown): Recipient[] {
  const list: readonly unknown[] = Array.isArray(cell) ? cell : [];
  return list.map((it) => {
    const [pseudonym = "", reply] = String(it).split(" ");
    return { pseudonym, refusedWith: reply === undefined ? null : Number(reply) };
  });
}

function written({ pseudonym, refusedWith }: Recipient): string {
  return refusedWith === null ? pseudonym : `${pseudonym} ${refusedWith}`;
}

export interface Claim {
  /** Unique to this attempt. */
  readonly id: string;
  readonly now: Date;
  /** After it, another attempt may claim the delivery. */
  readonly leaseUntil: Date;
  /** Also claims permanently refused deliveries. */
  readonly refusedToo?: boolean;
}

/** State that earlier attempts have left. */
export interface Known {
  /** Recipients that are settled. */
  readonly recipients: readonly Recipient[];
  readonly unanswered: boolean;
}

/**
 * Claims, and reads back who holds each delivery: BigQuery enforces no uniqueness, so the number of changed
 * rows does not show whether a delivery with two rows was claimed.
 *
 * @returns the claimed channels, each with its known state; another attempt holds the others
 * @throws WarehouseError; a temporary one if another attempt claimed at the same time
 */
export async function claimDeliveries(
  warehouse: Warehouse,
  notice: Notice,
  channels: readonly string[],
  claim: Claim,
): Promise<ReadonlyMap<string, Known>> {
  const wanted = { notice: notice.id, channels, claim: claim.id, now: claim.now };
  const types = { channels: ["STRING"] } as const;
  await warehouse.execute("notifier/ensure-deliveries", {
    params: { ...wanted, incident: notice.incident, notice_at: new Date(notice.at) },
    types,
  });
  await warehouse.execute("notifier/claim-deliveries", {
    params: { ...wanted, lease_until: claim.leaseUntil, refused_too: claim.refusedToo ?? false },
    types,
  });
  const deliveries = await readDeliveries(warehouse, notice);
  const claimed = channels.flatMap((channel) => {
    const rows = deliveries.filter((it) => it.channel === channel);
    const ours = (it: Delivery) => it.status === "sending" && it.claim === claim.id;
    const known = {
      recipients: distinct(rows.flatMap(({ recipients }) => recipients)),
      unanswered: rows.some(({ unanswered }) => unanswered),
    };
    return rows.some(ours) && rows.every((it) => ours(it) || isOpen(it, claim.now))
      ? [[channel, known] as const]
      : [];
  });
  return new Map(claimed);
}

function distinct(recipients: readonly Recipient[]): readonly Recipient[] {
  return [...new Map(recipients.map((it) => [it.pseudonym, it])).values()];
}

/** @param at when the channels answered: the requested wait begins then */
export async function recordDeliveries(
  warehouse: Warehouse,
  notice: Notice,
  outcomes: ReadonlyMap<string, Outcome>,
  claim: Claim,
  at: Date,
): Promise<void> {
  await warehouse.execute("notifier/record-deliveries", {
    params: {
      notice: notice.id,
      claim: claim.id,
      now: at,
      rows: [...outcomes].map(
        ([channel, { status, detail, retryAfterMs = 0, recipients = [], unanswered }]) => ({
          channel,
          status,
          detail,
          lease_until: new Date(at.getTime() + retryAfterMs),
          recipients: recipients.map(written),
          unanswered: unanswered === true,
        }),
      ),
    },
    types: {
      rows: [
        {
          channel: "STRING",
          status: "STRING",
          detail: "STRING",
          lease_until: "TIMESTAMP",
          recipients: ["STRING"],
          unanswered: "BOOL",
        },
      ],
    },
  });
}
