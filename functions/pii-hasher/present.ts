import type { NotifyParts } from "../shared/alerting/notify.ts";
import type { Context } from "../shared/function/definition.ts";
import type { Missed } from "../shared/function/incomplete.ts";
import { billedBytes, queriesOf } from "../shared/function/queries.ts";
import type { Answer } from "../shared/http/respond.ts";
import type { Applied } from "./apply.ts";
import type { Gathered } from "./gather.ts";
import { evaluatedKeys, monitoredKeys, toFindingGroups } from "./render.ts";
import { summaryOf, toBlocks, toJson, toTable } from "./report.ts";

/** How each table stands, and how many rows can be read. */
export function answer(decision: Applied, _facts: unknown, { warehouse }: Context): Answer {
  return {
    json: toJson(decision, queriesOf(warehouse.runs)),
    report: { title: "Is PII hashed?", blocks: toBlocks(decision) },
    table: toTable(decision),
  };
}

export function notices(decision: Applied, { pii }: Gathered): NotifyParts {
  const { searched, searchable } = decision;
  return {
    groups: toFindingGroups(decision, searched, pii),
    evaluatedKeys: evaluatedKeys(decision, searched),
    monitoredKeys: monitoredKeys(decision, searchable),
  };
}

export function summary(decision: Applied, _facts: unknown, { at, warehouse }: Context): object {
  return {
    as_of: at.now.toISOString(),
    bytes_billed: billedBytes(warehouse.runs),
    ...summaryOf(decision, decision.searched),
  };
}

/** A refusal is a result. What could not be checked or hashed is missed. */
export function missed({ tables, key }: Applied): Missed {
  const notChecked = tables.filter(({ checked }) => !checked);
  const items = notChecked.map(({ survey, outcome, plan, retry }) => {
    const failure = plan.action === "refuse" ? plan.refusal : outcome?.failure;
    return { text: `${survey.table.id}: ${failure?.text ?? "not checked"}`, retry };
  });
  return {
    title: "Some tables could not be hashed",
    detail: `${notChecked.length} of ${tables.length} tables; everything else was done, and what was done stays done.`,
    items: key?.retry ? [...items, { text: key.text, retry: true }] : items,
  };
}
