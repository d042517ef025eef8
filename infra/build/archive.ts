import { createHash } from "node:crypto";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join, normalize } from "node:path";
import { unzipSync, type Zippable, zipSync } from "fflate";

/** Contents by path inside the archive, with `/` between folders. */
export type Files = ReadonlyMap<string, Uint8Array>;

/** The first day a zip can name. fflate writes local time, so it must be built of local time to be the same everywhere. */
const sameDay = new Date(1980, 0, 1);
const unix = 3;
const readableByAll = 0o100644 << 16;

/** A zip in which only names and contents count: the same files make the same bytes on any day and machine. */
export function toZip(files: Files): Uint8Array {
  const entries: Zippable = {};
  for (const path of [...files.keys()].sort()) {
    const content = files.get(path);
    if (content !== undefined)
      entries[path] = [content, { level: 9, mtime: sameDay, os: unix, attrs: readableByAll }];
  }
  return zipSync(entries);
}

/** @throws Error when an entry would be written outside the folder */
export async function unzipInto(folder: string, zip: Uint8Array): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  for (const [path, content] of Object.entries(unzipSync(zip))) {
    if (path.startsWith("/") || normalize(path).startsWith("..")) {
      throw new Error(`The archive names ${JSON.stringify(path)}, which is outside of it; do not use it`);
    }
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
}

/** In hexadecimal. */
export function sha256(content: Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

export function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
