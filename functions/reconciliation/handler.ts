import { http } from "@google-cloud/functions-framework";
import { defineFunction } from "../shared/function/define-function.ts";
import { decideOn } from "./decide.ts";
import { estimate } from "./estimate.ts";
import { gather } from "./gather.ts";
import { toCheckResults } from "./history.ts";
import { last } from "./last.ts";
import { answer, missed, notices } from "./present.ts";
import { overviewAsJson } from "./report/json.ts";

const name = "reconciliation";

http(
  name,
  defineFunction({
    name,
    parameters: ["as_of", "dry_run"],
    subjects: { called: "source", idsOf: (file) => file.sources.map(({ id }) => id) },
    maximumBytesBilled: (file) => file.reconciliation.maxScanBytes,
    gather,
    decide: (facts, { file, at }) => decideOn(facts, file, at),
    estimate,
    present: { answer, notices, summary: overviewAsJson, results: toCheckResults, missed },
    paths: { "/last": { GET: { answer: last } } },
  }),
);
