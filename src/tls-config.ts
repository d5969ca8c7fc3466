/** The flags of HTTPS: which of them belong together, and what is wrong when they do not. */
import type { EdgeTlsOptions } from "./accept/edge-listener.ts";
import type { CertificateFiles, ClientCertificates } from "./accept/tls/certificates.ts";
import { AppError } from "./app-error.ts";

/** What HTTPS is set up with. */
export interface TlsConfig extends Pick<EdgeTlsOptions, "hostname" | "port" | "way"> {
  /** At least one pair. */
  readonly files: readonly CertificateFiles[];
  /** Undefined when clients are not asked for certificates. */
  readonly clientCertificates: ClientCertificates | undefined;
}

/** The flags as commander gives them. */
export interface TlsFlags {
  readonly tlsListen?: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly tlsClientCa?: string;
  readonly tlsClientAuth?: string;
  readonly tlsWay: string;
}

/** Checks them; undefined without `--tls-listen`. Throws AppError `bad_option` naming the flag. */
export function parseTlsConfig(
  flags: TlsFlags,
  parseEndpoint: (flag: string, text: string) => { readonly hostname: string; readonly port: number },
): TlsConfig | undefined {
  const { tlsListen, tlsWay } = flags;
  if (tlsListen === undefined) {
    refuseWithout("--tls-listen", {
      "--tls-cert": flags.tlsCert,
      "--tls-key": flags.tlsKey,
      "--tls-client-ca": flags.tlsClientCa,
      "--tls-client-auth": flags.tlsClientAuth,
    });
    return undefined;
  }
  if (tlsWay !== "same_socket" && tlsWay !== "splice") {
    throw new AppError("bad_option", `--tls-way wants same_socket or splice, not \`${tlsWay}\``);
  }
  return {
    ...parseEndpoint("--tls-listen", tlsListen),
    way: tlsWay,
    files: parseFiles(flags),
    clientCertificates: parseClientCertificates(flags),
  };
}

function parseFiles({ tlsCert, tlsKey }: TlsFlags): CertificateFiles[] {
  const certs = fileList(tlsCert);
  const keys = fileList(tlsKey);
  if (certs.length === 0 || keys.length === 0) {
    throw new AppError("bad_option", "--tls-listen needs --tls-cert and --tls-key, PEM files");
  }
  if (certs.length !== keys.length) {
    throw new AppError(
      "bad_option",
      `--tls-cert and --tls-key go in pairs: ${counted(certs.length, "certificate")}, ${counted(keys.length, "key")}`,
    );
  }
  return certs.map((cert, index) => ({ cert, key: keys[index]! }));
}

function parseClientCertificates({ tlsClientCa, tlsClientAuth }: TlsFlags): ClientCertificates | undefined {
  if (tlsClientCa === undefined) {
    refuseWithout("--tls-client-ca", { "--tls-client-auth": tlsClientAuth });
    return undefined;
  }
  const auth = tlsClientAuth ?? "required";
  if (auth !== "required" && auth !== "optional") {
    throw new AppError("bad_option", `--tls-client-auth wants optional or required, not \`${auth}\``);
  }
  return { ca: tlsClientCa, isRequired: auth === "required" };
}

/** A setting that would have no effect is a mistake of whoever gave it. */
function refuseWithout(needed: string, given: Readonly<Record<string, string | undefined>>): void {
  for (const [flag, value] of Object.entries(given)) {
    if (value !== undefined) throw new AppError("bad_option", `${flag} has no effect without ${needed}`);
  }
}

function fileList(text: string | undefined): string[] {
  return (text ?? "")
    .split(",")
    .map((file) => file.trim())
    .filter((file) => file !== "");
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
