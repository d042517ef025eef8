import { parseArgs } from "node:util";

export interface StartOptions {
  readonly mode: "serve" | "once" | "help";
  /** 0 for any free port. */
  readonly port: number;
  /** Start the functions from their zips, not from source. */
  readonly built?: boolean;
}

export const usage = `Plumbline on one machine: the functions, a demo warehouse, and everything they talk to.

  npm start                  start, run every schedule once, and serve the console on http://127.0.0.1:8080/
  npm start -- --once        start, run every schedule once, print results and messages, and end
  npm start -- --built       start with each function served from its zip, as it is deployed; also with --once
  npm start -- --help        this text

  PORT=8081 npm start        on another port
`;

/** @throws Error with the correct form of a wrong option */
export function readStartOptions(args: readonly string[], environment: NodeJS.ProcessEnv): StartOptions {
  const { values } = parseArgs({
    args: [...args],
    options: { once: { type: "boolean" }, built: { type: "boolean" }, help: { type: "boolean", short: "h" } },
  });
  if (values.help) return { mode: "help", port: 0 };
  const mode = values.once ? "once" : "serve";
  const how = values.built ? { built: true } : {};
  const given = environment.PORT;
  if (given === undefined || given === "") return { mode, port: mode === "once" ? 0 : 8080, ...how };
  const port = /^\d{1,5}$/.test(given) ? Number(given) : Number.NaN;
  if (!(port <= 65_535))
    throw new Error(`PORT is "${given}". Write a number from 1 to 65535, as in PORT=8081.`);
  return { mode, port, ...how };
}
