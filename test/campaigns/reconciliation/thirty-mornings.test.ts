import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { SlackBlock } from "../../../functions/notifier/channels/slack/render.ts";
import {
  cleanView,
  type MorningWorld,
  startMorningWorld,
  type Table,
} from "../../support/a-morning-world.ts";
import { linesOf } from "../../support/slack-lines.ts";

/**
 * A month of mornings, as people hear them. Each morning says what is new and what is mended, and one that is not named says
 * that nobody hears anything. So the number of messages is known: not one more may come.
 */
let world: MorningWorld;
beforeAll(async () => {
  world = await startMorningWorld({ processes: 2 });
});
afterAll(() => world.close());

interface Morning {
  /** What happens before anybody looks, after the loaders have come. */
  readonly happens?: readonly string[];
  readonly silent?: readonly Table[];
  /** Told by this message, and nothing else is: subject, and words of what is said of it. */
  readonly news?: Readonly<Record<string, RegExp>>;
  /** Told to be ok again, by subject. */
  readonly mended?: readonly string[];
  /** In the headline. */
  readonly headline?: RegExp;
  /** The week whose report goes out. */
  readonly report?: string;
  readonly looks?: "not at all" | "twice" | "twice at once";
}

const last = 29;

const gapOf = (table: Table, morning: number, back: number) =>
  `DELETE FROM {${table}} WHERE day = '${dayAt(morning, back)}'`;
const againOf = (table: Table, morning: number, back: number) =>
  `INSERT INTO {${table}} SELECT arrived, DATE '${dayAt(morning, back)}', page FROM {${table}} WHERE day = '${dayAt(morning, back - 1)}'`;

function dayAt(morning: number, back: number): string {
  return new Date(Date.UTC(2026, 1, 9 + morning + back)).toISOString().slice(0, 10);
}

const copyAgain = "INSERT INTO {orders_copy} SELECT arrived, id, day, total FROM {orders}";

const story: Readonly<Record<number, Morning>> = {
  // Nobody has looked before: that nothing is remembered of days that are final is no news.
  0: { report: "2026-02-09" },

  // A day is passed over, and delivered again.
  2: {
    happens: [gapOf("visits", 2, -4)],
    news: { visits: /1 of the 12 days due, .* has no rows: 7 Feb 2026/ },
  },
  4: { happens: [againOf("visits", 4, -6)], mended: ["visits"], headline: /Recovered/ },

  // A fact without its key.
  5: {
    happens: [
      `INSERT INTO {spend} SELECT arrived, NULL, day, campaign, 0 FROM {spend} WHERE day = '${dayAt(5, -1)}' AND ad = 'sale'`,
    ],
    news: { spend: /ad, part of the key, in 1/ },
    headline: /spend: required values are missing/,
  },
  6: { happens: ["DELETE FROM {spend} WHERE ad IS NULL"], mended: ["spend"], headline: /Recovered/ },
  7: { report: "2026-02-16" },

  // Rows twice: a warning while the clean view stands, a failure once somebody has dropped it, a warning again.
  8: {
    happens: [
      `INSERT INTO {spend} SELECT TIMESTAMP_ADD(arrived, INTERVAL 1 MINUTE), ad, day, campaign, spend FROM {spend} WHERE day = '${dayAt(8, -1)}'`,
    ],
    news: { spend: /2 of 38 rows .*spend_clean leaves them out/ },
    headline: /Warning/,
  },
  9: {
    happens: ["DROP VIEW {spend_clean}"],
    news: { spend: /which should leave them out, does not exist/, spend_clean: /There is no view/ },
    headline: /Now critical/,
  },
  10: {
    happens: [cleanView],
    mended: ["spend_clean"],
    headline: /spend_clean is ok again; still open: spend/,
  },
  11: {
    happens: ["DELETE FROM {spend} WHERE EXTRACT(MINUTE FROM arrived) = 1"],
    mended: ["spend"],
    headline: /Recovered/,
  },

  // A breakdown that does not add up; a pair that differs on the morning on which that is mended.
  12: {
    happens: [
      `UPDATE {spend_by_country} SET spend = spend + 50 WHERE day = '${dayAt(12, -1)}' AND ad = 'sale' AND country = 'FR'`,
    ],
    news: { spend_by_country: /\$50\.00 of spend is too much in the breakdown, 20 Feb 2026/ },
  },
  13: {
    happens: [
      `UPDATE {spend_by_country} SET spend = 40 WHERE day = '${dayAt(12, -1)}' AND ad = 'sale' AND country = 'FR'`,
      `DELETE FROM {orders_copy} WHERE id = '${dayAt(13, -3)}-a'`,
    ],
    news: { orders_and_copy: /1 of 22 days differs: 19 Feb 2026/ },
    mended: ["spend_by_country"],
    headline: /orders_and_copy: the two tables differ/,
  },

  // The morning that is missed is a Monday, and something breaks on it: the next one tells both.
  14: {
    happens: [`UPDATE {orders} SET campaign = 'A stranger' WHERE id = '${dayAt(14, -1)}-a'`],
    looks: "not at all",
  },
  15: { news: { meta: /1 of 2 campaigns of orders is a campaign of Meta/ }, report: "2026-02-23" },
  16: {
    happens: [
      `INSERT INTO {orders_copy} SELECT arrived, id, day, total FROM {orders} WHERE id = '${dayAt(13, -3)}-a'`,
    ],
    mended: ["orders_and_copy"],
    headline: /orders_and_copy is ok again; still open: meta/,
  },
  17: {
    happens: ["UPDATE {orders} SET campaign = 'brand campaign' WHERE campaign = 'A stranger'"],
    mended: ["meta"],
    headline: /Recovered/,
  },

  // A day that was final is overwritten, and put right.
  18: {
    happens: [`UPDATE {fees} SET amount = 90 WHERE day = '${dayAt(18, -6)}'`],
    news: { fees: /1 of \d+ days has changed after being final: 21 Feb 2026 by \+\$60\.00/ },
  },
  19: {
    happens: [`UPDATE {fees} SET amount = 30 WHERE day = '${dayAt(18, -6)}'`],
    mended: ["fees"],
    headline: /Recovered/,
  },

  // A table is emptied. It is gone until it is back, and that is told once.
  20: {
    happens: ["DELETE FROM {orders_copy} WHERE TRUE"],
    news: {
      "shop.data.orders_copy": /It has no rows any more; it had 87 rows on 28 Feb 2026|No rows were read/,
      orders_and_copy: /no day that can be complete in both tables/,
    },
    headline: /3 reconciliation checks are/,
  },
  21: { silent: ["orders_copy"], report: "2026-03-02" },
  22: {
    silent: ["orders_copy", "visits"],
    happens: [copyAgain],
    mended: ["orders_and_copy", "shop.data.orders_copy"],
    headline: /Recovered/,
  },

  // Visits do not come: others tell that they are late, and days that are missing follow from it. Once they come again,
  // the days that they have passed over are no consequence of anything.
  23: { silent: ["visits"] },
  24: { silent: ["visits"] },
  25: {
    news: { visits: /3 of the 30 days .*have no rows: 2 to 4 Mar 2026/ },
    headline: /visits: days are missing/,
  },
  26: {
    happens: [22, 23, 24].map((morning) => againOf("visits", morning, -1)),
    mended: ["visits"],
    headline: /Recovered/,
  },

  // Two things on one morning, which is looked at twice; and two looks at once.
  27: {
    happens: [
      `UPDATE {spend} SET campaign = NULL WHERE day = '${dayAt(27, -1)}' AND ad = 'sale'`,
      gapOf("visits", 27, -5),
    ],
    news: { spend: /campaign in 1/, visits: /1 of the 30 days/ },
    headline: /2 reconciliation checks are/,
    looks: "twice",
  },
  28: {
    happens: [
      `UPDATE {spend} SET campaign = 'sale campaign' WHERE campaign IS NULL`,
      `INSERT INTO {orders} SELECT arrived, id, day, source, campaign, total FROM {orders} WHERE id = '${dayAt(28, -1)}-a'`,
    ],
    news: { orders: /1 of 115 rows .*No view leaves them out/ },
    mended: ["spend"],
    report: "2026-03-09",
    looks: "twice at once",
  },
  29: {
    happens: [
      `DELETE FROM {orders} WHERE id = '${dayAt(28, -1)}-a'`,
      `INSERT INTO {orders} SELECT arrived, '${dayAt(28, -1)}-a', day, source, campaign, total FROM {orders} WHERE id = '${dayAt(28, -1)}-b'`,
      againOf("visits", 27, -5),
    ],
    mended: ["orders", "visits"],
    headline: /Recovered/,
  },
};

const messagesOf = ({ news, mended, report }: Morning) =>
  Number(news !== undefined || mended !== undefined) + Number(report !== undefined);

describe("morning by morning", () => {
  test.each(
    Array.from({ length: last + 1 }, (_, n) => {
      const { news = {}, mended = [], report } = story[n] ?? {};
      const said = [
        ...Object.keys(news),
        ...mended.map((it) => `${it} again`),
        ...(report ? ["report"] : []),
      ];
      return { n, said: said.join(", ") || "nothing" };
    }),
  )("morning $n: $said", async ({ n }) => {
    const morning = story[n] ?? {};
    if (n > 0) await world.deliver(n, morning.silent);
    for (const statement of morning.happens ?? []) await world.sql(statement);

    const [slack, mails] = [world.stack.slack.length, world.stack.mails.length];
    await look(n, morning.looks);
    const heard = world.stack.slack.slice(slack).map(({ payload }) => payload);
    const mailed = world.stack.mails.slice(mails);
    expect(heard.map(({ text }) => text)).toHaveLength(messagesOf(morning));
    expect(mailed).toHaveLength(messagesOf(morning));
    for (const { blocks } of heard) expect(linesOf(blocks as SlackBlock[]).length).toBeLessThanOrEqual(12);

    const isReport = ({ text }: { readonly text?: unknown }) => /Reconciliation report/.test(String(text));
    expect(heard.filter(isReport)).toHaveLength(Number(morning.report !== undefined));
    const [message] = heard.filter((it) => !isReport(it));
    const mail = mailed.find(({ subject }) => !/Reconciliation report/.test(subject));
    if (message !== undefined) expectSaid(String(message.text), mail?.text ?? "", morning);
  });

  test("and not one message more than all of these", async () => {
    // One too many could still be on its way.
    await sleep(1_000);
    const told = Object.values(story).reduce((sum, it) => sum + messagesOf(it), 0);
    console.log(`${told} messages on ${last + 1} mornings`);
    expect(world.stack.slack).toHaveLength(told);
    expect(world.stack.mails).toHaveLength(told);
    expect(world.stack.deadLettered()).toBe(0);
  });

  test("each week's report is told under its own name", async () => {
    const told = await world.stack.query(
      "SELECT group_key FROM `{{ops}}.alert_log` WHERE notified AND group_key LIKE '%report/%' ORDER BY 1",
    );
    const stated = Object.values(story).flatMap(({ report }) => report ?? []);
    expect(told.map(({ group_key: key }) => key)).toEqual(stated.map((week) => `news/report/${week}`));
  });
});

async function look(n: number, looks: Morning["looks"]): Promise<void> {
  if (looks === "not at all") return;
  if (looks === "twice at once") {
    const both = await Promise.all([0, 1].map((process) => patiently(n, process)));
    expect(both).toEqual([200, 200]);
  }
  expect((await world.morning(world.at(n))).json).toMatchObject({ repeated: looks === "twice at once" });
  if (looks === "twice") expect((await world.morning(world.at(n))).json).toMatchObject({ repeated: true });
}

async function patiently(n: number, process: number): Promise<number> {
  for (let tries = 1; ; tries += 1) {
    const { status } = await world.post(world.at(n), process);
    if (status !== 503 || tries > 6) return status;
    await sleep(50 * tries);
  }
}

/** What the chat says in a line, the mail says of each finding. */
function expectSaid(chat: string, mail: string, { news, mended, headline }: Morning): void {
  // As it was before the mail's text was wrapped.
  const text = mail.replaceAll(/\r?\n {2,}/g, " ").replaceAll(/[\u00a0\u202f]/g, " ");
  if (headline) expect(chat).toMatch(headline);
  if (news !== undefined) {
    const lines = [...text.matchAll(/^- ((?:shop\.)?\w[\w.]*): (.*)$/gm)]
      .map(([, subject = "", said = ""]) => [subject, said] as const)
      .filter(([, said]) => !said.startsWith("http"));
    expect([...new Set(lines.map(([subject]) => subject))].sort(), text).toEqual(Object.keys(news).sort());
    for (const [subject, said] of lines) expect(said).toMatch(news[subject] ?? /never/);
  }
  const again = /^Ok again: +(.*)$/m.exec(text)?.[1]?.replaceAll(/ \(\w+\)/g, "");
  // A recovery's own "Ok again" says when.
  const subjects = /^Subjects: +(.*)$/m.exec(text)?.[1] ?? again;
  expect(subjects?.split(", ").sort(), text).toEqual(mended?.toSorted());
}
