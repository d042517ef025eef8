import { FIRST_LIVE_ORDER } from "./shopify-plan.ts";

/** A person who is nobody's customer and stands among them: whatever is found of one elsewhere has leaked. */
export interface Planted {
  /** The number of their order, which is their only one. */
  readonly person: number;
  readonly email: string;
  /** E.164 */
  readonly phone: string;
  readonly country: string;
  readonly asOrdered: Contact;
  /** Null: a guest. */
  readonly asCustomer: Contact | null;
}

interface Contact {
  readonly email: string;
  readonly phone: string;
}

/** Places 1 and 2 of a ten have an account, 4 has none; nobody of them orders again, see `orders.ts`. */
export const PLANTED: readonly Planted[] = [
  {
    person: FIRST_LIVE_ORDER + 2_411,
    email: "marlow.planted@customer.example",
    phone: "+19075550142",
    country: "US",
    asOrdered: { email: "Marlow.Planted@Customer.example ", phone: "(907) 555-0142" },
    asCustomer: { email: "marlow.planted@customer.example", phone: "907-555-0142" },
  },
  {
    person: FIRST_LIVE_ORDER + 6_034,
    email: "imogen.planted@mail.example",
    phone: "+442079460187",
    country: "GB",
    asOrdered: { email: " imogen.planted@mail.example", phone: "0044 20 7946 0187" },
    asCustomer: null,
  },
  {
    person: FIRST_LIVE_ORDER + 9_862,
    email: "bastien.planted@example.org",
    phone: "+18675550119",
    country: "CA",
    asOrdered: { email: "BASTIEN.PLANTED@EXAMPLE.ORG", phone: "+1 (867) 555-0119" },
    asCustomer: { email: "Bastien.Planted@example.org", phone: "8675550119" },
  },
];

/** What the secret of `pii.canaries` holds. */
export const PLANTED_TEXT = JSON.stringify(
  PLANTED.map(({ email, phone, asOrdered, asCustomer }) => {
    const written = [asOrdered, ...(asCustomer === null ? [] : [asCustomer])];
    return { email, phone, spellings: written.flatMap((it) => [it.email, it.phone]) };
  }),
);
