import type { LogFields } from "../log.ts";
import type { Headers } from "./tick.ts";

/**
 * Cloud Logging's fields that put a line beside the request it belongs to. functions-framework adds neither: it
 * does not know the project.
 */
export function traceFields(headers: Headers, project: string | undefined): LogFields {
  const found = fromTraceparent(headers.traceparent) ?? fromCloudTrace(headers["x-cloud-trace-context"]);
  if (found === null || !project) return {};
  const { trace, span, sampled } = found;
  return {
    "logging.googleapis.com/trace": `projects/${project}/traces/${trace}`,
    ...(span !== null && { "logging.googleapis.com/spanId": span }),
    "logging.googleapis.com/trace_sampled": sampled,
  };
}

interface Trace {
  readonly trace: string;
  /** 16 hexadecimal digits. */
  readonly span: string | null;
  readonly sampled: boolean;
}

/** https://www.w3.org/TR/trace-context/#traceparent-header */
function fromTraceparent(header: Headers[string]): Trace | null {
  const match = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})/.exec(String(header));
  if (match === null) return null;
  const [, trace = "", span = "", flags = ""] = match;
  return { trace, span, sampled: (Number.parseInt(flags, 16) & 1) === 1 };
}

/** `TRACE/SPAN;o=1`, the span in decimal. */
function fromCloudTrace(header: Headers[string]): Trace | null {
  const match = /^([0-9a-f]{32})(?:\/(\d{1,20}))?(?:;o=(\d))?$/i.exec(String(header));
  if (match === null) return null;
  const [, trace = "", span, sampled] = match;
  return {
    trace: trace.toLowerCase(),
    span: span === undefined ? null : BigInt.asUintN(64, BigInt(span)).toString(16).padStart(16, "0"),
    sampled: sampled === "1",
  };
}
