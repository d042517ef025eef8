import type { HttpFunction } from "@google-cloud/functions-framework";
import { incidentPaths } from "../alerting/ask/incident-paths.ts";
import { handle } from "../http/handle.ts";
import { wallClock } from "./context.ts";
import type { Decided, FunctionDefinition } from "./definition.ts";
import { evaluate } from "./evaluate.ts";
import { tick } from "./tick.ts";

/**
 * The HTTP function of a definition: `GET /` evaluates, `POST /` is a tick, `/why` and `/ack` are about its incidents, and
 * whatever paths it adds.
 */
export function defineFunction<Facts, Decision extends Decided>(
  definition: FunctionDefinition<Facts, Decision>,
): HttpFunction {
  const { name, parameters, tickParameters = [], subjects, paths } = definition;
  return handle({
    "/": {
      GET: {
        query: parameters,
        formats: ["json", "markdown", "html", "csv"],
        answer: (call) => evaluate(definition, call),
      },
      POST: { query: tickParameters, answer: (call) => tick(definition, call) },
    },
    ...paths,
    ...incidentPaths(name, wallClock, subjects),
  });
}
