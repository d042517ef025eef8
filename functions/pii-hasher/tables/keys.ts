import { ConfigurationError, messageOf, PlumblineError } from "../../shared/errors.ts";
import { type KeyChain, keyChain } from "../../shared/identity/key-chain.ts";
import { KeyRefusedError } from "../../shared/identity/key-refusal.ts";
import { type IdentityKey, identityKey } from "../../shared/identity/keyed-hash.ts";
import { readSecretVersion } from "../../shared/secrets.ts";
import { instantOf, numberOf, textOf } from "../../shared/stores/bigquery/row.ts";
import type { Warehouse } from "../../shared/stores/bigquery/types.ts";

export type KeyStatus = "active" | "retired" | "building" | "proved" | "swapping" | "undoing" | "undone";

/** A row of the key registry. */
export interface RegisteredKey {
  readonly generation: number;
  /** `projects/P/secrets/S/versions/V` */
  readonly secretVersion: string;
  readonly fingerprint: string;
  readonly status: KeyStatus;
  readonly registeredAt: Date;
}

/** Why nothing is hashed. */
export interface KeyProblem {
  readonly code:
    | "key_refused"
    | "key_unreadable"
    | "key_changed"
    | "key_unregistered"
    | "old_key_unreadable"
    | "rotation_stuck";
  readonly text: string;
  readonly actions: readonly string[];
  readonly retry: boolean;
}

/** The usable keys. */
export interface Keys {
  readonly chain: KeyChain;
  /** Fingerprint of the newest key. */
  readonly fingerprint: string;
  readonly secretVersion: string;
  /** The registry is empty: this key is registered before it is used. */
  readonly isNew: boolean;
}

/** Oldest first. @throws WarehouseError */
export async function readRegistry(warehouse: Warehouse): Promise<readonly RegisteredKey[]> {
  const rows = await warehouse.query("pii-hasher/keys");
  return rows.map((row) => ({
    generation: numberOf(row, "generation"),
    secretVersion: textOf(row, "secret_version"),
    fingerprint: textOf(row, "fingerprint"),
    status: textOf(row, "status") as KeyStatus,
    registeredAt: instantOf(row, "registered_at"),
  }));
}

/** Keys of today's hashes, oldest first; empty if none was registered. */
export function keysInUse(registry: readonly RegisteredKey[]): readonly RegisteredKey[] {
  return registry.filter(({ status }) => status === "active" || status === "retired");
}

/** The rotation in progress; null if there is none. */
export function rotationIn(registry: readonly RegisteredKey[]): RegisteredKey | null {
  const underWay: readonly KeyStatus[] = ["building", "proved", "swapping", "undoing"];
  return registry.find(({ status }) => underWay.includes(status)) ?? null;
}

/**
 * Reads the keys for hashing again. The newest must be the registered one: with another key, new rows would
 * not match the hashes of old ones.
 *
 * @param hasHashes whether clean tables already hold hashes
 */
export async function loadKeys(
  secret: string,
  registry: readonly RegisteredKey[],
  hasHashes: boolean,
): Promise<Keys | KeyProblem> {
  const newest = await loadKey(secret);
  const used = keysInUse(registry);
  const registered = used.at(-1);
  if (!("key" in newest)) return registered === undefined ? newest : broken(newest, registered);
  const { key, version } = newest;
  if (registered === undefined) {
    if (hasHashes) return unregistered;
    return { chain: keyChain([key]), fingerprint: key.fingerprint, secretVersion: version, isNew: true };
  }
  if (registered.fingerprint !== key.fingerprint) return changed(registered, key, version);
  const older = await loadOlder(used.slice(0, -1));
  if ("code" in older) return older;
  const chain = keyChain([...older.keys, key]);
  return { chain, fingerprint: key.fingerprint, secretVersion: version, isNew: false };
}

/** Keys before the present one, each in its registered version. */
async function loadOlder(
  registered: readonly RegisteredKey[],
): Promise<{ readonly keys: readonly IdentityKey[] } | KeyProblem> {
  const keys: IdentityKey[] = [];
  for (const one of registered) {
    const loaded = await loadKey(one.secretVersion);
    if ("key" in loaded && loaded.key.fingerprint === one.fingerprint) keys.push(loaded.key);
    else
      return {
        code: "old_key_unreadable",
        text: `Key ${one.generation} is needed for new rows too, and ${
          "key" in loaded ? `${one.secretVersion} is another one now` : `could not be read: ${loaded.text}`
        }`,
        actions: [`Enable ${one.secretVersion} again: every hash is made with all keys there have been`],
        retry: "key" in loaded ? false : loaded.retry,
      };
  }
  return { keys };
}

/** @param name a secret, for its latest version, or a version of one */
export async function loadKey(
  name: string,
): Promise<{ readonly key: IdentityKey; readonly version: string } | KeyProblem> {
  try {
    const { value, version } = await readSecretVersion(name);
    return { key: identityKey(value, version), version };
  } catch (error) {
    if (!(error instanceof PlumblineError)) throw error;
    return {
      code: error instanceof KeyRefusedError ? "key_refused" : "key_unreadable",
      text: messageOf(error),
      actions: [
        error instanceof ConfigurationError
          ? "Correct the secret as described in the message; no rows were hashed, and no data is lost"
          : "Nothing if Secret Manager was busy: the run is retried",
      ],
      retry: error.retry,
    };
  }
}

const unregistered: KeyProblem = {
  code: "key_unregistered",
  text: "Clean tables contain hashes, and the registry of keys is empty, so their key is unknown",
  actions: [
    "Bring back the table pii_keys of the ops dataset as it was: it can be queried FOR SYSTEM_TIME AS OF for some days",
    "Or drop the clean tables, and have the loader bring all rows again: they are made anew",
  ],
  retry: false,
};

function changed(registered: RegisteredKey, key: IdentityKey, version: string): KeyProblem {
  return {
    code: "key_changed",
    text: `The key in ${version} (fingerprint ${key.fingerprint}) is not the registered one (${registered.fingerprint}, of ${registered.secretVersion}): hashed with it, no new row would be found among the old ones`,
    actions: [
      `If the change was a mistake, make the old key the newest version again: ${copyAs(registered.secretVersion)}`,
      "If it is to be changed: POST /pii-hasher/rotation makes the new hashes of the old ones, proves that joins stay the same, and goes over to them",
    ],
    retry: false,
  };
}

/** If a key is in use, a new key does not help, because its hashes would differ. */
function broken(problem: KeyProblem, registered: RegisteredKey): KeyProblem {
  if (problem.retry) return problem;
  const fix = `A key is already in use, so do not create another one. Make it the newest version again: ${copyAs(registered.secretVersion)}`;
  return { ...problem, actions: [fix, ...problem.actions] };
}

/** The command that makes an old version of a secret its newest again. */
function copyAs(version: string): string {
  const [, project, , secret, , number] = version.split("/");
  const where = `--project=${project}`;
  return `gcloud secrets versions access ${number} --secret=${secret} ${where} | gcloud secrets versions add ${secret} ${where} --data-file=-`;
}
