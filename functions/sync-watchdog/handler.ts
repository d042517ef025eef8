import { http } from "@google-cloud/functions-framework";
import { defineFunction } from "../shared/function/define-function.ts";
import { decide, narrowTo } from "./decide.ts";
import { estimate } from "./estimate.ts";
import { gather } from "./gather.ts";
import { answer, knowsNothing, missed, notices, summary } from "./present.ts";
import { toCheckResults } from "./report.ts";

const name = "sync-watchdog";

http(
  name,
  defineFunction({
    name,
    parameters: ["as_of", "source", "dry_run"],
    gather,
    decide: (verdicts, { query, at }) => narrowTo(query.source, decide(verdicts, at.now)),
    estimate,
    present: {
      answer,
      notices,
      summary,
      results: ({ verdicts }) => toCheckResults(verdicts),
      missed,
      knowsNothing,
    },
  }),
);
