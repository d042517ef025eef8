import { http } from "@google-cloud/functions-framework";
import { defineFunction } from "../shared/function/define-function.ts";
import { type Applied, afterNotify, apply } from "./apply.ts";
import { decide } from "./decide.ts";
import { estimate, type Gathered, gather, skip } from "./gather.ts";
import { answer, missed, notices, summary } from "./present.ts";
import { proofPath } from "./proof.ts";
import { toCheckResults } from "./report.ts";
import { rotationPath } from "./rotation.ts";

const name = "pii-hasher";

http(
  name,
  defineFunction<Gathered, Applied>({
    name,
    parameters: ["table", "dry_run"],
    subjects: { called: "table", idsOf: (file) => file.pii?.tables.map(({ id }) => id) ?? [] },
    lease: true,
    skip,
    gather,
    decide: ({ tickPlan: { surveys, plans }, readableRows }, { at }) => ({
      ...decide(surveys, plans, new Map(), null, readableRows, at.now),
      searched: [],
      searchable: [],
    }),
    apply,
    afterNotify,
    estimate,
    present: {
      answer,
      notices,
      summary,
      results: (decision) => toCheckResults(decision, decision.searched),
      missed,
    },
    paths: { "/proof": proofPath, "/rotation": rotationPath },
  }),
);
