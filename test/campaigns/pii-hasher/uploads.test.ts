import { afterAll, beforeAll, expect, test } from "vitest";
import { order, type PiiWorld, startPiiWorld } from "../../support/a-pii-world.ts";

let world: PiiWorld;
beforeAll(async () => {
  world = await startPiiWorld();
  await world.rows("CREATE SCHEMA `shop.ad_uploads`");
});
afterAll(() => world.close());

/** As the platforms publish them, with what they are made of. */
const published = {
  meta: {
    email: ["John_Smith@gmail.com", "62a14e44f765419d10fea99367361a727c12365e2520f32218d505ed9aa0f62f"],
    phone: ["(650)555-1212", "e323ec626319ca94ee8bff2e4c87cf613be6ea19919ed1364124e16807ab3176"],
  },
  google: {
    email: [
      "Cloudy.SanFrancisco+shopping@gmail.com",
      "223ebda6f6889b1494551ba902d9d381daf2f642bae055888e96343d53e9f9c4",
    ],
    phone: ["1-800-555-0100", "fb4f73a6ec5fdb7077d564cdd22c3554b43ce49168550c3b12c547b78c517b30"],
  },
} as const;

const orders = Object.values(published).map(({ email, phone }, at) =>
  order({ id: at + 1, email: email[0], phone: phone[0], country: "US", note: "no upload" }),
);
const tablesOf = async (dataset: string) =>
  (await world.rows(`SELECT table_id FROM \`shop.${dataset}.__TABLES__\` ORDER BY table_id`)).map(
    (row) => row.table_id,
  );
/** Everything else that there is. */
const elsewhere = async () =>
  JSON.stringify([
    await world.clean("orders"),
    await world.raw("orders"),
    ...(await Promise.all(
      ["runs", "check_results", "pii_tables"].map((table) =>
        world.rows(`SELECT * FROM \`{{ops}}.${table}\``),
      ),
    )),
    world.stack.slack,
    world.stack.processes("pii-hasher").flatMap((one) => one.logs()),
  ]);

test("hashes for ad platforms are made for nobody who does not ask for them", async () => {
  await world.append(
    "orders",
    order({ id: 9, email: published.meta.email[0], phone: published.meta.phone[0] }),
  );
  expect((await world.tick()).json.summary).toMatchObject({ inserted: 1, emptied: 1 });
  expect(await tablesOf("ad_uploads")).toEqual([]);
  for (const { email, phone } of Object.values(published))
    for (const [, hash] of [email, phone]) expect(await elsewhere()).not.toContain(hash);
});

test("who asks for them has those that the platforms publish, in a table of their own and nowhere else", async () => {
  await world.want({ lines: ["uploads: { dataset: ad_uploads, platforms: [meta, google] }"] });
  await world.append("orders", ...orders);
  expect((await world.tick()).json.summary).toMatchObject({ inserted: 2, emptied: 2 });
  expect(await tablesOf("ad_uploads")).toEqual(["orders"]);
  const uploads = await world.rows("SELECT * FROM `shop.ad_uploads.orders` ORDER BY id");
  expect(uploads).toMatchObject([
    { id: "1", email_sha256_meta: published.meta.email[1], phone_sha256_meta: published.meta.phone[1] },
    {
      id: "2",
      email_sha256_google: published.google.email[1],
      phone_sha256_google: published.google.phone[1],
    },
  ]);
  expect(Object.keys(uploads[0] ?? {}).toSorted()).toEqual([
    "_hashed_at",
    "_key_generation",
    "_raw_arrived_at",
    "_unusable",
    "email_sha256_google",
    "email_sha256_meta",
    "id",
    "phone_sha256_google",
    "phone_sha256_meta",
  ]);
  for (const { email, phone } of Object.values(published))
    for (const [, hash] of [email, phone]) expect(await elsewhere()).not.toContain(hash);
  const [{ labels, description }] = await world.stack
    .client()
    .dataset("ad_uploads")
    .table("orders")
    .getMetadata();
  expect(labels).toEqual({ plumbline: "pii-hasher", holds: "personal-data" });
  expect(description).toContain("PERSONAL DATA");

  // A newer version takes the place of the older one here too.
  await world.append("orders", order({ id: 1, hour: 1, email: published.google.email[0] }));
  await world.tick();
  expect(await world.rows("SELECT email_sha256_google FROM `shop.ad_uploads.orders` WHERE id = 1")).toEqual([
    { email_sha256_google: published.google.email[1] },
  ]);
});

test("and whoever is hashed already has none of them, since what they are made of is gone", async () => {
  expect(
    await world.rows("SELECT COUNT(*) AS rows_of_nine FROM `shop.ad_uploads.orders` WHERE id = 9"),
  ).toEqual([{ rows_of_nine: "0" }]);
});
