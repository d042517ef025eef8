import { status } from "@grpc/grpc-js";

/** An error as gRPC carries it to the client: `code` is a gRPC status code. */
class PubSubError extends Error {
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.name = "PubSubError";
    this.code = code;
  }
}

export const notFound = (message: string) => new PubSubError(status.NOT_FOUND, message);
export const alreadyExists = (message: string) => new PubSubError(status.ALREADY_EXISTS, message);
export const invalidArgument = (message: string) => new PubSubError(status.INVALID_ARGUMENT, message);
export const outOfRange = (message: string) => new PubSubError(status.OUT_OF_RANGE, message);
export const unimplemented = (what: string) =>
  new PubSubError(status.UNIMPLEMENTED, `${what} is not covered by the local Pub/Sub`);

/** Any error as gRPC wants it. */
export function asStatus(error: unknown): { code: number; details: string } {
  if (error instanceof PubSubError) return { code: error.code, details: error.message };
  return { code: status.INTERNAL, details: error instanceof Error ? error.message : String(error) };
}
