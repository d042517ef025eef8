import { customer, order, type PiiWorld, startPiiWorld } from "./a-pii-world.ts";
import type { SmallStackOptions } from "./a-small-stack.ts";

/** A shop with customers who order, guests, planted people, and a table of reviews that nobody hashes. */
export interface ProvedShop extends PiiWorld {
  /** What `GET /pii-hasher/proof` answers. */
  proof(query?: string): Promise<Proof>;
}

export interface Proof {
  readonly status: string;
  readonly body: string;
  /** `claim subject: status`, of claims that do not pass. */
  readonly open: readonly string[];
  /** `table code column count`, of what the search has found. */
  readonly found: readonly string[];
  /** Tables that were read for this answer. */
  readonly read: readonly string[];
  // biome-ignore lint/suspicious/noExplicitAny: a test looks at what it names
  readonly json: any;
}

export const canariesSecret = "planted-people";
export const planted = {
  email: "planted.one@shop.example",
  phone: "+16505550142",
  spellings: [" Planted.One@Shop.example", "(650) 555-0142"],
};

export const provedLines = [
  `canaries: ${canariesSecret}`,
  "search: [raw, clean]",
  "matches: [{ of: orders.email_hash, among: customers.email_hash, unmatched_are: guest checkouts }]",
];

/** The function has hashed everybody, and searched everything. */
export async function startProvedShop(options: Partial<SmallStackOptions> = {}): Promise<ProvedShop> {
  const world = await startPiiWorld({
    ...options,
    wanted: { lines: provedLines },
    secrets: { [canariesSecret]: JSON.stringify([planted]) },
  });
  await world.rows(`CREATE TABLE \`shop.clean.reviews\` AS SELECT
    1 AS id, 'likes it' AS notes, JSON '{"stars":5}' AS payload, CAST(NULL AS INT64) AS contact_phone, 'AB-12' AS code,
    [STRUCT('bag' AS sku, [STRUCT('colour' AS name, 'red' AS note)] AS options)] AS items`);
  await world.append(
    "orders",
    order({ id: 1, email: "Jane@X.example", phone: "650-555-0101" }),
    order({ id: 2, email: "ada@x.example", phone: "(650) 555-0102", note: "ring twice" }),
    order({ id: 3, email: planted.spellings[0] ?? null, phone: planted.spellings[1] ?? null }),
    order({ id: 4, email: "guest@x.example" }),
    order({ id: 5, email: "jane@x.example" }),
    order({ id: 6 }),
  );
  await world.append(
    "customers",
    customer({ id: "j", email: "jane@x.example", phone: 16505550101, aliases: ["Janie"] }),
    customer({ id: "a", email: "ADA@x.example", address: '{"street":"Main St"}' }),
    customer({ id: "p", email: planted.email, phone: 16505550142 }),
    customer({ id: "e", email: "eve@x.example" }),
  );
  await world.tick();
  await world.tick();
  return {
    ...world,
    async proof(query = "") {
      const { body } = await world.get(`/proof${query}`);
      const json = JSON.parse(body);
      return {
        status: json.status,
        body,
        json,
        open: json.claims
          .filter(({ status }: Claim) => status !== "ok")
          .map(({ claim, subject, status }: Claim) => `${claim} ${subject}: ${status}`),
        found: json.search.tables.flatMap(({ table, findings }: Searched) =>
          findings.map((it) =>
            [table, it.code, it.column, it.count].filter((part) => part !== null).join(" "),
          ),
        ),
        read: json.search.tables.filter((it: Searched) => it.read_now).map(({ table }: Searched) => table),
      };
    },
  };
}

interface Claim {
  readonly claim: string;
  readonly subject: string;
  readonly status: string;
}

interface Searched {
  readonly table: string;
  readonly read_now: boolean;
  readonly findings: readonly {
    readonly code: string;
    readonly column: string | null;
    readonly count: number | null;
  }[];
}
