import type { PiiTable } from "../../shared/config/types.ts";
import { messageOf } from "../../shared/errors.ts";
import { formatCount, formatInstant, formatNumber } from "../../shared/report/format.ts";
import { WarehouseError } from "../../shared/stores/bigquery/error.ts";
import type { Status } from "../result.ts";
import type { Claim, Coverage, Health, Recoverable, RegisteredKey, Remembered, TableProof } from "./types.ts";

/** BigQuery's fail-safe, https://cloud.google.com/bigquery/docs/time-travel#fail-safe. */
const failSafeMs = 7 * 86_400_000;
const hourMs = 3_600_000;
/** Six ticks of five minutes. */
const maxSilenceMs = 30 * 60_000;

/** The claims about one table, from its counts. Pure. */
export function judgeTable(
  table: PiiTable,
  coverage: Coverage | WarehouseError,
  remembered: Remembered | null,
  timeTravelHours: number | null,
): TableProof {
  const recoverable = recoverableOf(remembered?.emptiedAt ?? null, timeTravelHours);
  if (coverage instanceof WarehouseError) {
    const text = `It could not be counted: ${messageOf(coverage)}`;
    const actions = ["Check whether the function has hashed it and may read both tables: GET /pii-hasher"];
    const claim: Claim = { claim: "hashed", subject: table.id, status: "unknown", text, actions };
    return { table, coverage: null, recoverable, claims: [claim] };
  }
  const claimOf = (claim: string, status: Status, text: string, actions: readonly string[] = []): Claim => ({
    claim,
    subject: table.id,
    status,
    text,
    actions: status === "ok" ? [] : actions,
  });
  return {
    table,
    coverage,
    recoverable,
    claims: [
      claimOf("hashed", ...hashed(coverage, remembered)),
      claimOf("readable", ...readable(coverage, remembered)),
      claimOf("nulls", ...nulls(coverage)),
      claimOf("format", ...format(coverage)),
      claimOf("one_key", ...oneKey(coverage)),
    ],
  };
}

type ClaimParts = readonly [status: Status, text: string, actions?: readonly string[]];

function hashed(
  { rawRows, cleanRows, cleanKeys, missingKeys }: Coverage,
  remembered: Remembered | null,
): ClaimParts {
  if (rawRows === 0 && cleanRows === 0)
    return [
      "unknown",
      "Neither the raw table nor the clean one has a row.",
      ["Has the loader brought anything yet?"],
    ];
  if (cleanKeys !== cleanRows)
    return [
      "critical",
      `The clean table has ${formatCount(cleanRows, "row")} of ${formatNumber(cleanKeys)} facts: some are there twice.`,
      ["Only the function may write the clean table: find the other writer, and delete the duplicate rows"],
    ];
  if (missingKeys > 0)
    return [
      "critical",
      `Missing in the clean table: ${formatCount(missingKeys, "fact")} of the raw one${remembered !== null && remembered.rowsLeft > 0 ? `; the last run left ${formatCount(remembered.rowsLeft, "row")} to the next` : ""}.`,
      ["Wait for the next run; if they stay, GET /pii-hasher shows the reason"],
    ];
  return [
    "ok",
    `All facts of the ${formatCount(rawRows, "row")} are in the clean table, once each: ${formatCount(cleanRows, "row")}.`,
  ];
}

function readable({ readableRows, columns }: Coverage, remembered: Remembered | null): ClaimParts {
  if (readableRows === 0) return ["ok", "No PII column of the raw table has readable values."];
  const where = columns
    .filter((it) => it.readable > 0)
    .map((it) => `${it.column}: ${formatNumber(it.readable)}`)
    .join(", ");
  const what = `${formatCount(readableRows, "row")} of the raw table can be read${where === "" ? "" : ` (${where})`}`;
  const pending = remembered?.pendingRows ?? 0;
  if (pending >= readableRows)
    return [
      "warning",
      `${what}: they are hashed, and have been in the streaming buffer since ${remembered?.pendingSince ? formatInstant(remembered.pendingSince) : "a while"}.`,
      ["Nothing: they are emptied after they leave the buffer, usually within 90 minutes"],
    ];
  return [
    "critical",
    `${what}${pending > 0 ? `, ${formatNumber(pending)} of them hashed and still in the streaming buffer` : ""}.`,
    [
      "Wait for the next run. Values that stay are not an address or number, or are in rows without a key: GET /pii-hasher lists them",
    ],
  ];
}

function nulls({ columns }: Coverage): ClaimParts {
  const unusable = columns.filter((it) => it.unusable > 0);
  const given = columns
    .map((it) => `${it.hash}: ${formatNumber(it.hashed)} hashes, ${formatNumber(it.neverGiven)} never given`)
    .join("; ");
  if (unusable.length === 0)
    return ["ok", `Every row without a hash belongs to a person who gave no value. ${given}.`];
  const which = unusable.map((it) => `${it.column}: ${formatNumber(it.unusable)}`).join(", ");
  // The function leaves such values out and reports them; a hash of one would join with nothing.
  return ["ok", `${given}. No hash, because the value is not an address or number: ${which}.`];
}

function format({ columns }: Coverage): ClaimParts {
  const wrong = columns.filter((it) => it.otherFormat > 0);
  if (wrong.length === 0) return ["ok", "Every hash is of 64 lower-case hexadecimal digits."];
  return [
    "critical",
    `${wrong.map((it) => `${it.hash} has another format in ${formatCount(it.otherFormat, "row")}`).join("; ")}.`,
    ["Find its other writer, and set it to NULL in these rows"],
  ];
}

function oneKey({ otherGenerations }: Coverage): ClaimParts {
  if (otherGenerations === 0) return ["ok", "All of its hashes are made with the registered key."];
  return [
    "critical",
    `Hashed with another key than the registered one, so they cannot be joined with the others: ${formatCount(otherGenerations, "row")} of the clean table.`,
    ["GET /pii-hasher/rotation shows whether a rotation is running; POST continues it"],
  ];
}

/** Pure. @param loaded fingerprint of the key that would be used now; null if it must not be used */
export function judgeKey(
  key: RegisteredKey | null | WarehouseError,
  loaded: { readonly fingerprint: string | null; readonly trouble: string | null },
): Claim {
  const claim = (status: Status, text: string, actions: readonly string[] = []): Claim => ({
    claim: "key",
    subject: "registry",
    status,
    text,
    actions,
  });
  if (key instanceof WarehouseError)
    return claim("unknown", `The registry of keys could not be read: ${messageOf(key)}`, [
      "Check that Plumbline's tables exist and the function may read them",
    ]);
  if (key === null)
    return claim("unknown", "No key is registered: no rows were hashed yet.", ["Wait for the first run"]);
  const what = `Key ${key.generation}, fingerprint ${key.fingerprint}, of ${key.secretVersion}, registered ${formatInstant(key.registeredAt)}`;
  if (loaded.trouble !== null)
    return claim("critical", `${what}. No rows are hashed: ${loaded.trouble}`, [
      "GET /pii-hasher/why shows the notices",
    ]);
  if (loaded.fingerprint !== key.fingerprint)
    return claim(
      "critical",
      `${what}; the secret now contains another key, fingerprint ${loaded.fingerprint}.`,
      ["Put the registered key back, or rotate: POST /pii-hasher/rotation"],
    );
  return claim("ok", `${what}; the secret contains the same key.`);
}

/** Pure. @param now the requested instant */
export function judgeHealth(health: Health | WarehouseError, now: Date): Claim {
  const claim = (status: Status, text: string, actions: readonly string[] = []): Claim => ({
    claim: "jobs",
    subject: "pii-hasher",
    status,
    text,
    actions,
  });
  if (health instanceof WarehouseError)
    return claim("unknown", `Its runs could not be read: ${messageOf(health)}`, [
      "May the function read the ops dataset?",
    ]);
  const { runs, failedRuns, quietRuns, lastRun, lastFinished, bytesBilled } = health;
  if (lastRun === null)
    return claim("unknown", "It has not run within a week.", [
      "Is its schedule paused? Does its last call answer 5xx?",
    ]);
  const text = `${formatCount(runs, "run")} in the last hour, ${formatNumber(quietRuns)} of them with nothing to do, ${formatNumber(failedRuns)} failed; the last at ${formatInstant(lastRun)}; ${formatNumber(bytesBilled / 2 ** 20)} MiB billed.`;
  if (lastFinished === null || now.getTime() - lastFinished.getTime() > maxSilenceMs)
    return claim(
      "critical",
      `${text} None has finished since ${lastFinished === null ? "a week ago" : formatInstant(lastFinished)}.`,
      ["Check the answer of its last call and its log"],
    );
  if (failedRuns > 0)
    return claim("critical", text, [
      "A failed run is retried and keeps what it has done: its log has the cause",
    ]);
  return claim("ok", text);
}

function recoverableOf(emptiedAt: Date | null, timeTravelHours: number | null): Recoverable {
  const queryableUntil =
    emptiedAt === null || timeTravelHours === null
      ? null
      : new Date(emptiedAt.getTime() + timeTravelHours * hourMs);
  return {
    emptiedAt,
    queryableUntil,
    failSafeUntil: queryableUntil === null ? null : new Date(queryableUntil.getTime() + failSafeMs),
    timeTravelHours,
  };
}

/** The worst status: critical first, then `unknown`. */
export function worstOf(claims: readonly { readonly status: Status }[]): Status {
  const order: readonly Status[] = ["critical", "unknown", "warning", "ok"];
  return order.find((status) => claims.some((it) => it.status === status)) ?? "unknown";
}
