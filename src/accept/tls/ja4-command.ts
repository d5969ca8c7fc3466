/** `sallyport ja4 FILE`: the fingerprint of a ClientHello as it was on the wire, for writing lists and policies. */
import { AppError } from "../../app-error.ts";
import { type ClientHello, extensionId, hasExtension } from "./client-hello.ts";
import { HelloReader } from "./hello-reader.ts";
import { ja4, ja4Raw, ja4Stable } from "./ja4.ts";

/** More than any hello takes with all its records. */
const maxBytes = 65_536;

/** What the command prints, as JSON; numbers are in four hexadecimal digits, in the order sent. */
export interface Ja4Report {
  readonly ja4: string;
  readonly ja4_stable: string;
  readonly ja4_raw: string;
  readonly sni: string | null;
  readonly alpn: readonly string[];
  readonly versions: readonly string[];
  readonly ciphers: readonly string[];
  readonly extensions: readonly string[];
  readonly groups: readonly string[];
  readonly signature_algorithms: readonly string[];
  readonly session_id_bytes: number;
  readonly resumes: boolean;
  readonly early_data: boolean;
}

/** Reports on a file, or on standard input if it is "-"; throws AppError `bad_input`. */
export async function ja4OfFile(path: string): Promise<Ja4Report> {
  const file = path === "-" ? Bun.stdin : Bun.file(path);
  let bytes: Uint8Array = new Uint8Array(0);
  try {
    for await (const chunk of file.stream()) {
      bytes = Buffer.concat([bytes, chunk]);
      if (bytes.length >= maxBytes) break;
    }
  } catch (cause) {
    throw new AppError("bad_input", `cannot read ${path}`, cause);
  }
  return ja4Report(bytes);
}

/** Reads raw TLS records; throws AppError `bad_input` saying what they are if they hold no ClientHello. */
export function ja4Report(records: Uint8Array): Ja4Report {
  const hello = new HelloReader().push(records);
  if (typeof hello === "string") throw new AppError("bad_input", `no ClientHello: ${problemText[hello]}`);
  return {
    ja4: ja4(hello),
    ja4_stable: ja4Stable(hello),
    ja4_raw: ja4Raw(hello),
    sni: hello.serverName ?? null,
    alpn: hello.alpn,
    versions: (hello.supportedVersions ?? [hello.legacyVersion]).map(hex),
    ciphers: hello.cipherSuites.map(hex),
    extensions: hello.extensions.map(({ id }) => hex(id)),
    groups: hello.supportedGroups.map(hex),
    signature_algorithms: hello.signatureAlgorithms.map(hex),
    session_id_bytes: hello.sessionIdLength,
    resumes: offersSession(hello),
    early_data: hasExtension(hello, extensionId.earlyData),
  };
}

const problemText = {
  incomplete: "the bytes end before it does",
  not_tls: "the bytes are not TLS records",
  plain_http: "the bytes look like plain HTTP",
  bad_record: "a record is malformed (RFC 8446 §5.1)",
  too_large: "it is longer than any server takes",
  bad_hello: "the message is malformed (RFC 8446 §4.1.2)",
  bad_extension: "an extension is malformed",
} as const;

/** TLS 1.3 shows a ticket by pre_shared_key, TLS 1.2 by a session_ticket with contents (RFC 5077 §3.2). */
function offersSession(hello: ClientHello): boolean {
  const ticket = hello.extensions.find(({ id }) => id === extensionId.sessionTicket);
  return hasExtension(hello, extensionId.preSharedKey) || (ticket?.length ?? 0) > 0;
}

function hex(value: number): string {
  return value.toString(16).padStart(4, "0");
}
