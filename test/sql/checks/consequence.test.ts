import { afterAll, beforeAll, expect, test } from "vitest";
import { judge } from "../../../functions/checks/freshness/judge.ts";
import type { Verdict } from "../../../functions/checks/freshness/types.ts";
import { notify } from "../../../functions/shared/alerting/notify.ts";
import type { Notice } from "../../../functions/shared/alerting/types.ts";
import type { Source } from "../../../functions/shared/config/types.ts";
import { instantsOf } from "../../../functions/shared/instants.ts";
import { decide } from "../../../functions/sync-watchdog/decide.ts";
import { evaluatedKeys, freshnessKey, toFindingGroups } from "../../../functions/sync-watchdog/render.ts";
import {
  aConnector,
  ago,
  aSource,
  days,
  hours,
  metadata,
  noon,
  observation,
} from "../../support/a-source.ts";
import { type OpsWarehouse, startOpsWarehouse } from "../ops-warehouse.ts";

/** A table that a loader brings, and a mart that is built from it, over the alerting as it is. */
const ads = aSource({ id: "ads", businessDate: null });
const mart = aSource({
  id: "mart",
  businessDate: null,
  connector: aConnector({ id: "dbt", name: "dbt" }),
  builtFrom: ["ads"],
});

let ops: OpsWarehouse;
beforeAll(async () => {
  ops = await startOpsWarehouse();
});
afterAll(() => ops.close());

const at = (hour: number) => new Date(noon.getTime() + hours(hour));

/** One tick: each source was last written then. */
async function tick(hour: number, written: readonly (readonly [Source, Date])[]) {
  const now = at(hour);
  const verdicts: Verdict[] = written.map(([source, modified]) =>
    judge(observation({ source, metadata: metadata({ modified }), content: null }), instantsOf(now, now)),
  );
  const published: Notice[] = [];
  const told = await notify({
    functionName: "sync-watchdog",
    groups: toFindingGroups(decide(verdicts, now)),
    evaluatedKeys: evaluatedKeys(verdicts),
    monitoredKeys: [ads, mart].map(freshnessKey),
    now,
    runId: `run-${hour}`,
    policy: {
      repeatAfterMs: [hours(24)],
      flapping: { moreThan: 3, withinMs: hours(24) },
      silences: [],
    },
    warehouse: ops.warehouse,
    publish: async (notice) => {
      published.push(notice);
    },
  });
  const reasons = Object.fromEntries(told.map(({ key, decision }) => [key, decision.reason]));
  return { reasons, published: published.map(({ subjects }) => subjects) };
}

test("a stale mart is not told beside the source it is built from, and is once it has had its own next run", async () => {
  const silent = ago(days(3));
  expect(
    await tick(0, [
      [ads, silent],
      [mart, silent],
    ]),
  ).toEqual({
    reasons: { "connector:facebook": "first", "connector:dbt": "inhibited" },
    published: [["ads"]],
  });
  expect(
    await tick(1, [
      [ads, at(1)],
      [mart, silent],
    ]),
  ).toEqual({
    reasons: { "connector:facebook": "recovered", "connector:dbt": "inhibited" },
    published: [["ads"]],
  });
  const afterItsRun = 1 + mart.connector.everyMs / hours(1);
  expect(
    await tick(afterItsRun, [
      [ads, at(afterItsRun)],
      [mart, silent],
    ]),
  ).toEqual({ reasons: { "connector:dbt": "first" }, published: [["mart"]] });
});
