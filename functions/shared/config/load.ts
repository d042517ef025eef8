import { readFile, stat } from "node:fs/promises";
import { ConfigurationError, messageOf } from "../errors.ts";
import type { WarehouseFile } from "./types.ts";

let loaded: { readonly version: string; readonly file: WarehouseFile } | undefined;

/**
 * The warehouse file of PLUMBLINE_CONFIG, read once, and again after a change.
 * @throws ConfigurationError if there is none, WarehouseFileError with every mistake in it
 */
export async function loadWarehouseFile(): Promise<WarehouseFile> {
  const path = process.env.PLUMBLINE_CONFIG;
  if (path === undefined || path === "") {
    throw new ConfigurationError("PLUMBLINE_CONFIG is not set; set it to the path of the warehouse file");
  }
  const unreadable = (error: unknown): never => {
    throw new ConfigurationError(
      `the warehouse file of PLUMBLINE_CONFIG cannot be read: ${messageOf(error)}`,
    );
  };
  const { mtimeMs, size } = await stat(path).catch(unreadable);
  const version = `${path} ${mtimeMs} ${size}`;
  if (loaded?.version !== version) {
    const text = await readFile(path, "utf8").catch(unreadable);
    // Reading and checking YAML is a third of a cold start, so a health check does without it.
    const { parseWarehouseFile } = await import("./parse.ts");
    loaded = { version, file: parseWarehouseFile(text, path.split("/").at(-1) ?? path) };
  }
  return loaded.file;
}
