import type { PiiWorld } from "./a-pii-world.ts";
import type { Cells } from "./a-small-stack.ts";

const tableOf = (id: number | string) => (typeof id === "number" ? "orders" : "customers");

/** Raw rows of an order, whose id is a number, or of a customer. */
export async function rawOf(world: PiiWorld, id: number | string): Promise<readonly Cells[]> {
  return (await world.raw(tableOf(id))).filter((row) => row.id === String(id));
}

export async function cleanOf(world: PiiWorld, id: number | string): Promise<readonly Cells[]> {
  return (await world.clean(tableOf(id))).filter((row) => row.id === String(id));
}

/** What can be read of a row, and what the clean table says of it. */
export async function stateOf(world: PiiWorld, id: number | string) {
  const [raw, clean] = [await rawOf(world, id), await cleanOf(world, id)];
  return {
    readable: raw.flatMap((row) => [row.email, row.phone]).filter((it) => it !== null),
    hashes: clean.map((row) => [row.email_hash, row.phone_hash]),
  };
}
