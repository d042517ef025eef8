import { found, ok, type Result, unknown } from "../result.ts";
import type { Proof } from "./check.ts";
import { worstOf } from "./judge.ts";
import type { TableProof } from "./types.ts";

/** What is claimed of hashed tables and of hashes that should meet, in the terms of all checks. Pure. */
export function hashingResults({ tables, matches }: Pick<Proof, "tables" | "matches">): Result[] {
  return [...tables.map(tableResult), ...matches.map(({ result }) => result)];
}

function tableResult({ table, coverage, claims }: TableProof): Result {
  const about = { check: "pii_hashing", subject: table.id, owner: table.source.owner } as const;
  const evidence = {
    raw_rows: coverage?.rawRows ?? null,
    clean_rows: coverage?.cleanRows ?? null,
    readable_rows: coverage?.readableRows ?? null,
    missing: coverage?.missingKeys ?? null,
    ...Object.fromEntries(
      (coverage?.columns ?? []).flatMap(({ hash, hashed, neverGiven }) => [
        [`${hash}_hashed`, hashed],
        [`${hash}_never_given`, neverGiven],
      ]),
    ),
  };
  const status = worstOf(claims);
  const wrong = claims.filter((it) => it.status !== "ok");
  if (status === "ok") {
    const text = claims
      .filter(({ claim }) => claim === "hashed" || claim === "readable")
      .map((it) => it.text);
    return ok(about, text.join(" "), evidence);
  }
  const worst = wrong.find((it) => it.status === status);
  const text = wrong.map((it) => it.text).join(" ");
  const code = worst?.claim ?? "hashed";
  const actions = [...new Set(wrong.flatMap((it) => it.actions))];
  if (status === "unknown") return unknown(about, code, text, { evidence, actions });
  return found(about, {
    status: status === "critical" ? "critical" : "warning",
    code,
    text,
    evidence,
    actions,
  });
}
