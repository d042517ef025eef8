import { atHour, hashOf, order, type PiiWorld } from "./a-pii-world.ts";
import type { Cells } from "./a-small-stack.ts";

/** What was ever brought of orders, and so what has to come of it. */
export interface Ledger {
  bring(...versions: readonly Version[]): Promise<void>;
  /** Holds at every moment: what nobody can read any more has its hash in the clean table, or a later version has. */
  lost(): Promise<readonly string[]>;
  /** Holds when all is done: each order once, as its last version says it, and nothing readable. */
  undone(): Promise<readonly string[]>;
}

export interface Version {
  readonly order: number;
  readonly hour: number;
  /** Whose; null for a customer who gave nothing. */
  readonly person: number | null;
}

export function aLedger(world: PiiWorld): Ledger {
  const brought: Version[] = [];
  const hashesOf = ({ person }: Version) =>
    person === null ? { email_hash: null, phone_hash: null } : hashesOfPerson(person);

  return {
    async bring(...versions) {
      brought.push(...versions);
      await world.append("orders", ...versions.map(rowOf));
    },
    async lost() {
      // The raw rows first: what is emptied in between has its hash by then.
      const raw = await world.raw("orders");
      const clean = new Map((await world.clean("orders")).map((row) => [Number(row.id), row]));
      return brought
        .filter((version) => version.person !== null)
        .filter((version) => {
          const its = raw.filter((row) => isOf(row, version));
          if (its.length > 0 && its.every(({ email, phone }) => email !== null && phone !== null))
            return false;
          const kept = clean.get(version.order);
          if (its.length === 0 || kept === undefined) return true;
          const since = arrivedAt(kept._raw_arrived_at) - Date.parse(atHour(version.hour));
          const { email_hash, phone_hash } = hashesOf(version);
          return (
            since < 0 || (since === 0 && (kept.email_hash !== email_hash || kept.phone_hash !== phone_hash))
          );
        })
        .map(nameOf);
    },
    async undone() {
      const [raw, clean] = await Promise.all([world.raw("orders"), world.clean("orders")]);
      const last = [...Map.groupBy(brought, ({ order: id }) => id).values()].flatMap((versions) =>
        versions.toSorted((a, b) => b.hour - a.hour).slice(0, 1),
      );
      return [
        ...raw
          .filter(({ email, phone }) => email !== null || phone !== null)
          .map(({ id }) => `order ${id} can be read`),
        ...last
          .filter((version) => {
            const its = clean.filter(({ id }) => Number(id) === version.order);
            const { email_hash, phone_hash } = hashesOf(version);
            return its.length !== 1 || its[0]?.email_hash !== email_hash || its[0].phone_hash !== phone_hash;
          })
          .map((version) => `${nameOf(version)} is not in the clean table once`),
        ...(clean.length === last.length ? [] : [`${clean.length} clean rows of ${last.length} orders`]),
      ];
    },
  };
}

/** As people write: the spelling is not what is hashed. */
function rowOf({ order: id, hour, person }: Version) {
  if (person === null) return order({ id, hour });
  const number = digitsOf(person);
  return order({
    id,
    hour,
    email: ` Jane.${person}@Shop.Example`,
    phone: `(650) ${number.slice(0, 3)}-${number.slice(3)}`,
  });
}

function hashesOfPerson(person: number) {
  return {
    email_hash: hashOf("email", `jane.${person}@shop.example`),
    phone_hash: hashOf("phone", `+1650${digitsOf(person)}`),
  };
}

const digitsOf = (person: number) => String(5_550_000 + person);
const nameOf = ({ order: id, hour }: Version) => `order ${id} of ${atHour(hour)}`;
const arrivedAt = (cell: string | null | undefined) => Math.round(Number(cell) * 1_000);
const isOf = ({ id, extracted_at }: Cells, { order: wanted, hour }: Version) =>
  Number(id) === wanted && arrivedAt(extracted_at) === Date.parse(atHour(hour));
