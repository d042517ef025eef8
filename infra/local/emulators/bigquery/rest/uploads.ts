import { randomBytes } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { invalid, notFound } from "../errors.ts";
import { parseJson, readBody } from "./http.ts";
import type { JsonObject } from "./json.ts";

/** A load job's description and its file. */
export interface Upload {
  readonly project: string;
  readonly job: JsonObject;
  readonly media: Buffer;
}

/** What an upload request came to. */
export type UploadStep =
  | { readonly kind: "started"; readonly id: string }
  | { readonly kind: "incomplete"; readonly received: number }
  | { readonly kind: "complete"; readonly upload: Upload };

/** Google's media upload: multipart in one request, or resumable in several. */
export class Uploads {
  readonly #open = new Map<string, { project: string; job: JsonObject; chunks: Buffer[] }>();

  async receive(request: IncomingMessage, project: string, query: URLSearchParams): Promise<UploadStep> {
    const body = await readBody(request);
    if (request.method === "PUT") return this.#resume(query.get("upload_id") ?? "", body, request);
    if (query.get("uploadType") === "resumable") {
      const id = randomBytes(12).toString("hex");
      this.#open.set(id, { project, job: parseJson(body), chunks: [] });
      return { kind: "started", id };
    }
    return {
      kind: "complete",
      upload: { project, ...splitMultipart(body, request.headers["content-type"]) },
    };
  }

  #resume(id: string, body: Buffer, request: IncomingMessage): UploadStep {
    const open = this.#open.get(id);
    if (!open) throw notFound("Not found: upload session");
    const range = request.headers["content-range"] ?? "";
    const length = () => open.chunks.reduce((sum, chunk) => sum + chunk.length, 0);
    const start = Number(/^bytes (\d+)-/.exec(range)?.[1] ?? length());
    if (start > length()) throw invalid(`Bytes ${length()} to ${start} of the upload are missing.`);
    // A chunk whose answer was lost is sent again, from its beginning.
    open.chunks.push(body.subarray(length() - start));
    const received = length();
    const total = /\/(\d+|\*)$/.exec(range)?.[1];
    if (total === "*" || (total !== undefined && received < Number(total)))
      return { kind: "incomplete", received };
    this.#open.delete(id);
    return {
      kind: "complete",
      upload: { project: open.project, job: open.job, media: Buffer.concat(open.chunks) },
    };
  }
}

const LONGEST_HEADER = 4096;

/** multipart/related of two parts: the job as JSON, then the file. */
function splitMultipart(body: Buffer, contentType = ""): { job: JsonObject; media: Buffer } {
  const boundary = /boundary="?([^";]+)"?/.exec(contentType)?.[1];
  if (!boundary) throw invalid("A multipart upload must name its boundary in Content-Type.");
  const parts: Buffer[] = [];
  const mark = Buffer.from(`--${boundary}`);
  let start = body.indexOf(mark);
  while (start >= 0) {
    const end = body.indexOf(mark, start + mark.length);
    if (end < 0) break;
    const part = body.subarray(start + mark.length, end);
    const header = /\r?\n\r?\n/.exec(part.toString("latin1", 0, LONGEST_HEADER));
    if (header) parts.push(part.subarray(header.index + header[0].length));
    start = end;
  }
  const [job, media] = parts;
  if (!job || !media) throw invalid("A multipart upload has two parts: the job as JSON, and the file.");
  return { job: parseJson(job), media: withoutLineEnd(media) };
}

/** The line end before a boundary belongs to the boundary. */
function withoutLineEnd(part: Buffer): Buffer {
  if (part.subarray(-2).toString() === "\r\n") return part.subarray(0, -2);
  return part.subarray(-1).toString() === "\n" ? part.subarray(0, -1) : part;
}
