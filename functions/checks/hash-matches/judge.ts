import type { HashMatch } from "../../shared/config/types.ts";
import { messageOf } from "../../shared/errors.ts";
import { formatNumber, formatPercent } from "../../shared/report/format.ts";
import { WarehouseError } from "../../shared/stores/bigquery/error.ts";
import { found, ok, type Result, unknown } from "../result.ts";
import type { MatchCount } from "./read.ts";

/** Checks that some hashes of one table are in another. It does not ask that all of them match. Pure. */
export function judgeMatch(match: HashMatch, counted: MatchCount | WarehouseError): Result {
  const { of, among, unmatchedAre } = match;
  const subject = `${of.table.id}.${of.hash}`;
  const about = { check: "hash_matches", subject, owner: of.table.source.owner } as const;
  if (counted instanceof WarehouseError) {
    const evidence = { hashes: null, matching: null };
    return unknown(about, "not_counted", `It could not be counted: ${messageOf(counted)}`, { evidence });
  }
  const { hashes, matching } = counted;
  const evidence = { hashes, matching };
  const others = unmatchedAre === null ? "" : `; the others are ${unmatchedAre}`;
  const text = `${formatNumber(matching)} of ${formatNumber(hashes)} different persons of ${of.table.id} are also in ${among.table.id}${hashes === 0 ? "" : ` (${formatPercent(matching / hashes, 0)})`}${others}.`;
  if (hashes === 0)
    return unknown(about, "not_counted", text, { evidence, actions: ["Has anything been hashed yet?"] });
  if (matching > 0) return ok(about, text, evidence);
  return found(about, {
    status: "critical",
    code: "hashes_do_not_meet",
    text,
    evidence,
    actions: [
      "No hash matches, so the two tables were hashed differently: compare _key_generation of both clean tables",
    ],
  });
}
