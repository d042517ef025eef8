import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { type BuildOptions, build, type Metafile } from "esbuild";

export const root = fileURLToPath(new URL("../../", import.meta.url));

export interface Compiled {
  /** Contents by path below the output folder. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** Every file of ours or of a package of which something is in the output; relative to the root. */
  readonly inputs: readonly string[];
}

/** Paths in the output, and so its hashes, are relative to the root: a clone elsewhere makes the same bytes. */
export async function compile(options: BuildOptions): Promise<Compiled> {
  const { outputFiles = [], metafile } = await build({
    ...options,
    absWorkingDir: root,
    outdir: "out",
    bundle: true,
    // Not the identifiers: the log names errors by their class, and a stack trace functions.
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: "none",
    platform: "node",
    target: "node24",
    metafile: true,
    write: false,
    logLevel: "error",
  });
  return {
    files: new Map(outputFiles.map(({ path, contents }) => [relative(`${root}/out`, path), contents])),
    inputs: metafile === undefined ? [] : inputsOf(metafile),
  };
}

function inputsOf({ outputs }: Metafile): string[] {
  const used = Object.values(outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? [path] : [])),
  );
  return [...new Set(used)].sort();
}
