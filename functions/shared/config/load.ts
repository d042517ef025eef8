import { readFile } from "node:fs/promises";
import { ConfigurationError, messageOf } from "../errors.ts";
import type { WarehouseFile } from "./types.ts";

let loaded: Promise<WarehouseFile> | undefined;

/**
 * The warehouse file of PLUMBLINE_CONFIG, read once per process: a deployment ships it with the code.
 * @throws ConfigurationError when there is none, WarehouseFileError with every mistake in it
 */
export function loadWarehouseFile(): Promise<WarehouseFile> {
  loaded ??= load();
  // A failure is not kept: the next call says it again.
  loaded.catch(() => {
    loaded = undefined;
  });
  return loaded;
}

async function load(): Promise<WarehouseFile> {
  const path = process.env.PLUMBLINE_CONFIG;
  if (path === undefined || path === "") {
    throw new ConfigurationError("PLUMBLINE_CONFIG is not set; set it to the path of the warehouse file");
  }
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    throw new ConfigurationError(
      `the warehouse file of PLUMBLINE_CONFIG cannot be read: ${messageOf(error)}`,
    );
  });
  // Reading YAML and checking it is a third of a cold start, and not for a health check to pay.
  const { parseWarehouseFile } = await import("./parse.ts");
  return parseWarehouseFile(text, path.split("/").at(-1) ?? path);
}
