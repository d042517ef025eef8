import { fileURLToPath } from "node:url";
import {
  loadPackageDefinition,
  Server,
  ServerCredentials,
  type ServiceClientConstructor,
} from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import { providerArguments, schemaOf } from "./schema.ts";

export interface MockedProvider {
  /** For a terraform process that is to use it in place of hashicorp/google. */
  readonly env: { readonly TF_REATTACH_PROVIDERS: string };
  close(): void;
}

type Answer = (call: unknown, done: (error: null, value: object) => void) => void;

/**
 * A google provider that knows its schema and nothing else. `terraform test` mocks the rest, so the whole module can be
 * planned and applied where no provider can be installed: every reference, every type, every argument's name.
 */
export async function serveMockedProvider(): Promise<MockedProvider> {
  const file = fileURLToPath(new URL("tfplugin5.proto", import.meta.url));
  const { tfplugin5 } = loadPackageDefinition(
    loadSync(file, { keepCase: true, enums: String }),
  ) as unknown as {
    tfplugin5: { Provider: ServiceClientConstructor };
  };
  const nothing: Answer = (_, done) => done(null, {});
  const server = new Server();
  server.addService(tfplugin5.Provider.service, {
    GetSchema: ((_, done) => done(null, schemas())) satisfies Answer,
    PrepareProviderConfig: ((call, done) =>
      done(null, {
        prepared_config: (call as { request: { config: object } }).request.config,
      })) satisfies Answer,
    ValidateResourceTypeConfig: nothing,
    ValidateDataSourceConfig: nothing,
    Stop: nothing,
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  const reattach = {
    "registry.terraform.io/hashicorp/google": {
      Protocol: "grpc",
      ProtocolVersion: 5,
      Pid: process.pid,
      Test: true,
      Addr: { Network: "tcp", String: `127.0.0.1:${port}` },
    },
  };
  return {
    env: { TF_REATTACH_PROVIDERS: JSON.stringify(reattach) },
    close: () => server.forceShutdown(),
  };
}

function schemas(): object {
  const all = Object.keys(providerArguments);
  const of = (types: readonly string[]) => Object.fromEntries(types.map((type) => [type, schemaOf(type)]));
  return {
    provider: { block: { attributes: [], block_types: [] } },
    resource_schemas: of(all.filter((type) => type !== "google_project")),
    data_source_schemas: of(["google_project"]),
  };
}
