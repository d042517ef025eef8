/** Runs GoogleSQL through BigQuery's REST API, as any client would. */
export interface WarehouseClient {
  /** @returns the first page of rows, at most 10 MB of them, each value as BigQuery's REST API writes it */
  query(sql: string): Promise<readonly Readonly<Record<string, string | null>>[]>;
}

interface QueryReply {
  readonly error?: { readonly message: string };
  readonly jobComplete?: boolean;
  readonly schema?: { readonly fields: readonly { readonly name: string }[] };
  readonly rows?: readonly { readonly f: readonly { readonly v: string | null }[] }[];
}

const timeoutMs = 60_000;

export function createWarehouseClient(options: {
  readonly url: string;
  readonly project: string;
  readonly location: string;
}): WarehouseClient {
  return {
    async query(sql) {
      const response = await fetch(`${options.url}/bigquery/v2/projects/${options.project}/queries`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({
          query: sql,
          useLegacySql: false,
          location: options.location,
          timeoutMs,
        }),
      });
      const reply = (await response.json()) as QueryReply;
      if (reply.error !== undefined) throw new Error(reply.error.message);
      if (reply.jobComplete === false) throw new Error(`The query took longer than ${timeoutMs / 1000} s.`);
      const names = (reply.schema?.fields ?? []).map((field) => field.name);
      return (reply.rows ?? []).map(({ f }) =>
        Object.fromEntries(names.map((name, index) => [name, f[index]?.v ?? null])),
      );
    },
  };
}
