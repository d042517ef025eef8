import { http } from "@google-cloud/functions-framework";
import { defineFunction } from "../shared/function/define-function.ts";
import { type Applied, apply } from "./apply.ts";
import { decide } from "./decide.ts";
import { estimate } from "./estimate.ts";
import { type Gathered, gather } from "./gather.ts";
import { answer, missed, notices, summary } from "./present.ts";
import { toCheckResults } from "./report/table.ts";

const name = "dedup-views";

http(
  name,
  defineFunction<Gathered, Applied>({
    name,
    parameters: ["view", "as_of", "dry_run"],
    tickParameters: ["override", "view"],
    subjects: { called: "view", idsOf: (file) => file.dedupViews.map(({ id }) => id) },
    gather,
    decide: ({ views }, { run, at }) => ({
      ...decide(views, run?.id ?? null, at.now),
      outcomes: new Map(),
      abandoned: [],
    }),
    apply,
    estimate,
    present: { answer, notices, summary, results: toCheckResults, missed },
  }),
);
