import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { moduleFolder, parseHcl, readTexts } from "./hcl.ts";
import { rightsOf, withRights } from "./rights.ts";

/** Writes the table of identities and rights in infra/gcp/README.md anew: `npm run rights`. */
const file = join(moduleFolder, "README.md");
const rights = rightsOf(await parseHcl(readTexts()));
await writeFile(file, withRights(await readFile(file, "utf8"), rights));
