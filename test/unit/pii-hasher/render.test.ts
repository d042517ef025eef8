import { describe, expect, test } from "vitest";
import type { Verdict } from "../../../functions/checks/pii-search/types.ts";
import { decide } from "../../../functions/pii-hasher/decide.ts";
import type { Plan } from "../../../functions/pii-hasher/plan.ts";
import { evaluatedKeys, monitoredKeys, toFindingGroups } from "../../../functions/pii-hasher/render.ts";
import type { KeyProblem } from "../../../functions/pii-hasher/tables/keys.ts";
import type { Outcome, Refusal } from "../../../functions/pii-hasher/tables/types.ts";
import { aLayout, anOutcome, aPiiTable, aSurvey, noon, somePii } from "./a-table.ts";

const pii = somePii();
const look: Plan = { action: "read", layout: aLayout(), since: null };
const refused = (code: Refusal["code"], retry = false): Plan => ({
  action: "refuse",
  refusal: { code, text: `it says ${code}`, actions: [`mend ${code}`], retry },
});
const keyTrouble = (retry = false): KeyProblem => ({
  code: "key_refused",
  text: "The key is too short",
  actions: ["Make a good one"],
  retry,
});

interface Given {
  readonly plan?: Plan;
  readonly outcome?: Partial<Outcome>;
  readonly key?: KeyProblem;
}
/** Tables by their id, each under the connector of that name. */
function decision(tables: Readonly<Record<string, Given>>, readable: Readonly<Record<string, number>> = {}) {
  const of = (id: string) => {
    const table = aPiiTable();
    return {
      ...table,
      id,
      source: { ...table.source, id, connector: { ...table.source.connector, id: id.replace(/_.*/, "") } },
    };
  };
  const given = Object.entries(tables);
  return decide(
    given.map(([id]) => aSurvey({ table: of(id) })),
    new Map(given.map(([id, { plan = look }]) => [id, plan])),
    new Map(given.flatMap(([id, { outcome }]) => (outcome ? [[id, anOutcome(outcome)] as const] : []))),
    given.map(([, { key = null }]) => key).find((it) => it !== null) ?? null,
    new Map(Object.entries(readable)),
    noon,
  );
}
const groups = (...args: Parameters<typeof decision>) => toFindingGroups(decision(...args), [], pii);

function aVerdict(subject: string, parts: Partial<Verdict> = {}): Verdict {
  return {
    subject,
    status: "ok",
    finding: null,
    findings: [],
    notes: [],
    search: null,
    read: true,
    actions: [],
    checked: true,
    retry: false,
    ...parts,
  };
}
function aFind(subject: string): Verdict {
  const finding = {
    code: "readable",
    severity: "critical",
    path: "note",
    count: 2,
    text: "note holds 2 addresses",
  } as unknown as Verdict["findings"][number];
  return aVerdict(subject, {
    status: "critical",
    finding,
    findings: [finding],
    actions: ["Stop what fills it"],
  });
}

describe("nothing is told", () => {
  test("where all is well", () => {
    expect(groups({ orders: { outcome: { inserted: 3, emptied: 3, idle: false } } })).toEqual([]);
  });

  test("of what may pass", () => {
    expect(groups({ orders: { plan: refused("not_checked", true) } })).toEqual([]);
    expect(groups({ orders: { key: keyTrouble(true) } })).toEqual([]);
  });
});

describe("a key that may not be used", () => {
  const [group] = groups({ orders: { key: keyTrouble() }, crm: {} }, { orders: 3, crm: 1 });

  test("is one matter of all tables", () => {
    expect(group).toMatchObject({ key: "pii-hasher:key", owners: ["shop-team"] });
    expect(group?.findings.map(({ check, subject, severity }) => [check, subject, severity])).toEqual([
      ["pii_key", "orders", "critical"],
      ["pii_key", "crm", "critical"],
    ]);
  });

  test("says why, that nothing was written, how much waits, and how to mend it", () => {
    expect(group?.message).toMatchObject({
      title: "Personal data is not hashed: the key may not be used",
      lead: "The key is too short. No data was written.",
      actions: ["Make a good one"],
    });
    expect(group?.message.facts).toContainEqual({
      label: "Waiting",
      value: "4 rows that can be read in the raw tables",
    });
  });
});

describe("a table that is refused", () => {
  const codes = [
    "raw_missing",
    "raw_not_a_table",
    "clean_not_a_table",
    "hashes_gone",
    "column_missing",
    "column_type",
    "needs_partition_filter",
    "not_checked",
    "not_done",
  ] as const;

  test.each(codes)("because of %s is told with its table, what it is and how to mend it", (code) => {
    const [group] = groups({ orders: { plan: refused(code) } });
    expect(group).toMatchObject({
      key: `pii-hasher:${code}:orders`,
      findings: [{ check: "pii_hashing", subject: "orders", severity: "critical" }],
    });
    expect(group?.message).toMatchObject({ lead: `it says ${code}.`, actions: [`mend ${code}`] });
    expect(group?.message.title).toMatch(/^orders \w/);
    expect(group?.message.title).not.toContain("undefined");
  });

  test("in the same way as its connector's others is told with them, and apart from those of another", () => {
    const plan = refused("raw_missing");
    const told = groups({
      shop_a: { plan },
      shop_b: { plan },
      crm: { plan },
      shop_c: { plan: refused("column_type") },
    });
    expect(told.map(({ findings }) => findings.map(({ subject }) => subject))).toEqual([
      ["shop_a", "shop_b"],
      ["crm"],
      ["shop_c"],
    ]);
    expect(told[0]?.message).toMatchObject({
      title: "2 tables: each has no raw table any more",
      lead: "shop_a, shop_b.",
      actions: ["mend raw_missing"],
      details: [{ items: ["shop_a: it says raw_missing.", "shop_b: it says raw_missing."] }],
    });
  });
});

test("what is wrong with a table and what waits in it are two groups of one matter", () => {
  const outcome = {
    pending: 1,
    pendingSince: new Date(0),
    unusable: [{ column: "email", reason: "no_at", count: 1 }],
  };
  const told = groups({ orders: { outcome } });
  expect(told.map(({ key }) => key)).toEqual([
    "pii-hasher:pending_too_long:orders",
    "pii-hasher:unusable:orders",
  ]);
  expect(told.map(({ message }) => message.title)).toEqual([
    "orders stays readable in the streaming buffer",
    "orders contains values that are not an address or number",
  ]);
});

describe("a search that found somebody", () => {
  test("is told once a dataset, with every table and what it holds, and with the dataset's owner where one is known", () => {
    const searched = [aFind("shop.raw.a"), aFind("shop.raw.b"), aFind("shop.web.c"), aVerdict("shop.raw.d")];
    const told = toFindingGroups(decision({ orders: { outcome: {} } }), searched, pii);
    expect(told.map(({ key, owners }) => [key, owners])).toEqual([
      ["pii-hasher:search:shop.raw", ["shop-team"]],
      ["pii-hasher:search:shop.web", []],
    ]);
    expect(told[0]?.message).toMatchObject({
      title: "2 tables of shop.raw: each contains readable personal data",
      lead: "shop.raw.a: note holds 2 addresses.",
      actions: ["Stop what fills it"],
    });
    expect(told[1]?.message.title).toBe("shop.web.c contains readable personal data");
  });

  test("and may be better at the next attempt is not told", () => {
    expect(toFindingGroups(decision({}), [{ ...aFind("shop.raw.a"), retry: true }], pii)).toEqual([]);
  });
});

describe("what can be told to be over", () => {
  const subjects = (check: string, ...args: Parameters<typeof evaluatedKeys>) =>
    evaluatedKeys(...args).flatMap((it) => (it.check === check ? [it.subject] : []));

  test("is the hashing of tables that were looked at or had nothing new, or were refused no more", () => {
    const it = decision({
      looked: { outcome: {} },
      resting: { plan: { action: "rest", layout: aLayout() } },
      waiting: {},
      failed: { outcome: { failure: { code: "not_done", text: "no", actions: [], retry: false } } },
    });
    expect(subjects("pii_hashing", it, [])).toEqual(["looked", "resting"]);
  });

  test("is the key, unless Secret Manager is busy", () => {
    expect(subjects("pii_key", decision({ orders: {} }), [])).toEqual(["orders"]);
    expect(subjects("pii_key", decision({ orders: { key: keyTrouble() } }), [])).toEqual(["orders"]);
    expect(subjects("pii_key", decision({ orders: { key: keyTrouble(true) } }), [])).toEqual([]);
  });

  test("is the search of tables that were searched", () => {
    const searched = [aVerdict("shop.raw.a"), aVerdict("shop.web.b", { checked: false })];
    expect(subjects("pii_search", decision({ orders: {} }), searched)).toEqual(["shop.raw.a", "shop.raw"]);
  });

  test("and watched is all of it, searched now or ever", () => {
    expect(monitoredKeys(decision({ orders: {} }), ["shop.raw.a"])).toEqual([
      { check: "pii_hashing", subject: "orders" },
      { check: "pii_key", subject: "orders" },
      { check: "pii_search", subject: "shop.raw.a" },
      { check: "pii_search", subject: "shop.raw" },
    ]);
  });
});
