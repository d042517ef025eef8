import { WarehouseError } from "../../shared/stores/bigquery/error.ts";
import type { Check } from "../check.ts";
import type { StatsFacts } from "../input.ts";
import { found, notRead, ok, type Result, unknown } from "../result.ts";
import { worstOf } from "./judge.ts";
import type { TableProof } from "./types.ts";

interface HashingFacts extends StatsFacts {
  readonly piiFacts: { readonly proof: { readonly tables: readonly TableProof[] } | WarehouseError } | null;
}

/** Checks that every person of every table is hashed and no plaintext is left. */
export const piiHashing = {
  id: "pii_hashing",
  judge: ({ file: { pii }, facts: { piiFacts } }) => {
    if (pii === null || piiFacts === null) return [];
    const { proof } = piiFacts;
    return proof instanceof WarehouseError
      ? pii.tables.map((table) =>
          notRead({ check: "pii_hashing", subject: table.id, owner: table.source.owner }, proof),
        )
      : proof.tables.map(tableResult);
  },
} as const satisfies Check<HashingFacts>;

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
