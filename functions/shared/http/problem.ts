import { messageOf, PlumblineError } from "../errors.ts";

/**
 * An answer that is an error, as RFC 9457 wants it: `application/problem+json`. `detail` is for a person and
 * says how to fix the problem; it never contains a secret (PlumblineError redacts its message).
 */
export class Problem extends Error {
  readonly status: number;
  readonly title: string;
  readonly errors: readonly string[];
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    title: string,
    detail: string,
    more: { readonly errors?: readonly string[]; readonly headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(detail);
    this.status = status;
    this.title = title;
    this.errors = more.errors ?? [];
    this.headers = more.headers ?? {};
  }

  toJSON(): Record<string, unknown> {
    const { status, title, message: detail, errors } = this;
    return { type: "about:blank", title, status, detail, ...(errors.length > 0 && { errors }) };
  }
}

const titles = {
  bad_request: [400, "Bad request"],
  configuration: [500, "The deployment is not set up right"],
  temporary: [503, "Try again later"],
  permanent: [502, "Another system refused"],
} as const;

/** A stranger's error keeps its message to the log: it may quote what was read. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (!(error instanceof PlumblineError)) {
    return new Problem(
      500,
      "Internal error",
      "An unexpected error occurred; the log of this function has the details.",
    );
  }
  const [status, title] = titles[error.kind];
  return new Problem(status, title, messageOf(error), {
    errors: error.details,
  });
}
