/** Mail over the operator's own server: STARTTLS or TLS, verified, unless the server is this machine itself. */
import { isIP } from "node:net";
import { createTransport } from "nodemailer";

/** A mail and the server that takes it. */
export interface OutboundMail {
  readonly url: URL;
  /** Where the host was found to be. */
  readonly address: string;
  readonly sender: string;
  readonly to: readonly string[];
  readonly user: string | undefined;
  readonly password: string | undefined;
  readonly id: string;
  readonly subject: string;
  readonly text: string;
  readonly timeoutMs: number;
}

const ports = { "smtp:": 587, "smtps:": 465 } as const;

/** The port of a mail server's URL. */
export function mailPort(url: URL): number {
  return url.port === "" ? (url.protocol === "smtps:" ? ports["smtps:"] : ports["smtp:"]) : Number(url.port);
}

/** Hands one mail over. Rejects with an Error; `responseCode` is the server's, when it said something. */
export async function sendMail(mail: OutboundMail): Promise<void> {
  const { url, address, timeoutMs } = mail;
  const isSecure = url.protocol === "smtps:";
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const isOwn = address === "::1" || address.startsWith("127.");
  const transport = createTransport({
    host: address,
    port: mailPort(url),
    secure: isSecure,
    requireTLS: !isSecure && !isOwn,
    tls: { rejectUnauthorized: !isOwn, ...(isIP(host) === 0 && { servername: host }) },
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
    ...(mail.user !== undefined && { auth: { user: mail.user, pass: mail.password ?? "" } }),
  });
  try {
    await transport.sendMail({
      from: mail.sender,
      to: [...mail.to],
      subject: mail.subject,
      text: mail.text,
      // RFC 5322 §3.6.4: the same at every try, so that a mailbox can tell a repetition.
      messageId: `<${mail.id}@sallyport>`,
      headers: { "Auto-Submitted": "auto-generated" },
    });
  } finally {
    transport.close();
  }
}
