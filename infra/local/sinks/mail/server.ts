import type { AddressInfo } from "node:net";
import PostalMime from "postal-mime";
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from "smtp-server";

export interface MailOptions {
  /** 0, the default, takes a free one. */
  readonly port?: number;
  /** Stamps mails. */
  readonly clock?: () => Date;
  /** When given, nobody sends without it; else any credentials, or none, will do. */
  readonly auth?: { readonly user: string; readonly password: string };
}

export interface Mail {
  readonly id: string;
  readonly at: Date;
  readonly from: string;
  /** Recipients of the envelope: who really gets it. */
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
  readonly html: string | null;
  /** With its angle brackets, like the two that follow. */
  readonly messageId: string;
  readonly inReplyTo: string | null;
  readonly references: readonly string[];
  /** Names in lower case; of a repeated header the last. */
  readonly headers: Readonly<Record<string, string>>;
  readonly raw: string;
}

/** SMTP reply code: 4xx is worth another try, 5xx is not. */
export type MailRefusal = 421 | 450 | 451 | 452 | 550 | 552 | 554;

export interface MailSink {
  readonly port: number;
  /** SMTP URL without credentials. */
  readonly url: string;
  /** In order of arrival. */
  readonly mails: readonly Mail[];
  /** Refuses one recipient; null takes it again. */
  refuse(recipient: string, code: MailRefusal | null): void;
  /** Refuses every recipient. */
  refuseAll(code: MailRefusal | null): void;
  /** Takes the recipients and refuses the message after it was sent. */
  refuseContent(code: MailRefusal | null): void;
  /** Takes the connection and never says a word. */
  hang(hangs: boolean): void;
  /** Takes the message and never says so. */
  keepQuiet(quiet: boolean): void;
  close(): Promise<void>;
}

const maxBytes = 10 * 1024 * 1024;

/** An SMTP server on loopback that keeps what it is given. Plain text: there is no TLS to loopback. */
export async function startMailSink(options: MailOptions = {}): Promise<MailSink> {
  const { clock = () => new Date(), auth } = options;
  const mails: Mail[] = [];
  const refused = new Map<string, MailRefusal>();
  let refusedAll: MailRefusal | null = null;
  let refusedContent: MailRefusal | null = null;
  let hangs = false;
  let keepsQuiet = false;

  async function receive(stream: SMTPServerDataStream, session: SMTPServerSession): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of stream) chunks.push(chunk);
    if (stream.sizeExceeded) throw reply(552, `The message is larger than ${maxBytes} bytes`);
    if (refusedContent !== null) throw reply(refusedContent, "The message is refused");
    mails.push(await readMail(Buffer.concat(chunks), session, `mail-${mails.length + 1}`, clock()));
  }

  const server = new SMTPServer({
    size: maxBytes,
    disabledCommands: ["STARTTLS"],
    disableReverseLookup: true,
    allowInsecureAuth: true,
    authOptional: auth === undefined,
    closeTimeout: 100,
    onConnect(_session, callback) {
      if (!hangs) callback();
    },
    onAuth({ username, password }, _session, callback) {
      const known = auth === undefined || (username === auth.user && password === auth.password);
      if (known) callback(null, { user: username });
      else callback(reply(535, "Authentication failed"));
    },
    onRcptTo({ address }, _session, callback) {
      const code = refusedAll ?? refused.get(address.toLowerCase()) ?? null;
      callback(code === null ? null : reply(code, code < 500 ? "Mailbox busy" : "Mailbox unavailable"));
    },
    onData(stream, session, callback) {
      receive(stream, session).then(() => keepsQuiet || callback(), callback);
    },
  });
  // A client that breaks off is its own business; without a listener it would end the process.
  server.on("error", () => {});
  const port = await listen(server, options.port ?? 0);

  return {
    port,
    url: `smtp://127.0.0.1:${port}`,
    mails,
    refuse(recipient, code) {
      if (code === null) refused.delete(recipient.toLowerCase());
      else refused.set(recipient.toLowerCase(), code);
    },
    refuseAll(code) {
      refusedAll = code;
    },
    refuseContent(code) {
      refusedContent = code;
    },
    keepQuiet(does) {
      keepsQuiet = does;
    },
    hang(does) {
      hangs = does;
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

async function readMail(raw: Buffer, session: SMTPServerSession, id: string, at: Date): Promise<Mail> {
  const email = await PostalMime.parse(raw);
  const { mailFrom, rcptTo } = session.envelope;
  return {
    id,
    at,
    from: email.from?.address ?? (mailFrom ? mailFrom.address : ""),
    to: rcptTo.map(({ address }) => address),
    subject: email.subject ?? "",
    text: email.text ?? "",
    html: email.html ?? null,
    messageId: email.messageId ?? "",
    inReplyTo: email.inReplyTo ?? null,
    references: email.references?.split(/\s+/).filter(Boolean) ?? [],
    headers: Object.fromEntries(email.headers.map(({ key, value }) => [key, value])),
    raw: raw.toString("utf8"),
  };
}

function reply(responseCode: number, message: string): Error & { responseCode: number } {
  return Object.assign(new Error(message), { responseCode });
}

function listen(server: SMTPServer, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      server.server.off("error", reject);
      resolve((server.server.address() as AddressInfo).port);
    });
  });
}
