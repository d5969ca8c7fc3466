/** The listener's certificates: chosen by server name, read again when their files change. */
import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { createSecureContext } from "node:tls";
import { AppError } from "../../app-error.ts";

/** A certificate chain and its key, PEM files. */
export interface CertificateFiles {
  readonly cert: string;
  readonly key: string;
}

/** Whether clients are asked for a certificate of their own, and who must have signed it. */
export interface ClientCertificates {
  /** PEM file of the authorities. */
  readonly ca: string;
  /** True: a client without a valid one is refused; false: it is only not authorised. */
  readonly isRequired: boolean;
}

/** A loaded certificate. */
export interface Certificate {
  /** The DNS names it is for, lower case; wildcards begin with "*.". */
  readonly names: readonly string[];
  /** Ms since the epoch. */
  readonly expiresAt: number;
  readonly cert: string;
  readonly key: string;
  /** Text of the authorities' file; undefined when clients are not asked. */
  readonly clientCa: string | undefined;
  /** Ready for handshakes; session tickets live and die with it. */
  readonly context: unknown;
}

/** How to open a store. */
export interface CertificatesOptions {
  /** At least one; the first serves clients that send no name or a strange one. */
  readonly files: readonly CertificateFiles[];
  readonly clientCertificates?: ClientCertificates;
  /** How often files are looked at, ms; 0 never. 5 s when left out. */
  readonly pollMs?: number;
  /** A certificate is over, or will be soon; said for each at the start, and then once a day. */
  onExpiry?(message: string): void;
  /** A changed file could not be used, so the old certificate stays; said once per change. */
  onProblem?(message: string): void;
  /** Files were read again and are in use. */
  onReload?(names: readonly string[]): void;
}

/** From when on its end is told, ms: whoever renews by itself has done so long before. */
const soonMs = 14 * 86_400_000;
const tellEveryMs = 86_400_000;

interface Loaded {
  readonly files: readonly string[];
  stamp: string;
  certificate: Certificate;
}

/** The open store. */
export class Certificates {
  readonly #options: CertificatesOptions;
  readonly #loaded: Loaded[];
  readonly #poll: ReturnType<typeof setInterval> | undefined;
  #byName: ReadonlyMap<string, Certificate>;
  #tellAt = 0;

  /** Reads all files; throws AppError `bad_option` naming the file that cannot be used. */
  constructor(options: CertificatesOptions) {
    this.#options = options;
    this.#loaded = options.files.map((pair) => {
      const ca = options.clientCertificates?.ca;
      const files = ca === undefined ? [pair.cert, pair.key] : [pair.cert, pair.key, ca];
      const stamp = stampOf(files);
      return { files, stamp, certificate: load(pair, options.clientCertificates) };
    });
    if (this.#loaded.length === 0) throw new AppError("bad_option", "HTTPS needs at least one certificate");
    this.#byName = indexOf(this.all);
    const pollMs = options.pollMs ?? 5_000;
    this.#tellEnds(Date.now());
    if (pollMs > 0) {
      this.#poll = setInterval(() => this.refresh(), pollMs);
      this.#poll.unref();
    }
  }

  /** Those in use, in the order of the options. */
  get all(): readonly Certificate[] {
    return this.#loaded.map(({ certificate }) => certificate);
  }

  /** The certificate of a server name: exact, then a wildcard for its first label (RFC 6125 §6.4.3), then the first. */
  find(serverName: string | undefined): Certificate {
    if (serverName !== undefined) {
      const name = serverName.endsWith(".") ? serverName.slice(0, -1) : serverName;
      const exact = this.#byName.get(name);
      if (exact) return exact;
      const dot = name.indexOf(".");
      const wildcard = dot > 0 ? this.#byName.get(`*${name.slice(dot)}`) : undefined;
      if (wildcard) return wildcard;
    }
    return this.#loaded[0]!.certificate;
  }

  /** Looks at the files now; a pair that does not fit together keeps the old one and is tried at its next change. */
  refresh(now = Date.now()): void {
    for (const [index, loaded] of this.#loaded.entries()) {
      const stamp = stampOf(loaded.files);
      if (stamp === loaded.stamp) continue;
      loaded.stamp = stamp;
      try {
        loaded.certificate = load(this.#options.files[index]!, this.#options.clientCertificates);
        this.#byName = indexOf(this.all);
        this.#options.onReload?.(loaded.certificate.names);
      } catch (error) {
        this.#options.onProblem?.(error instanceof AppError ? error.publicMessage : String(error));
      }
    }
    if (now >= this.#tellAt) this.#tellEnds(now);
  }

  #tellEnds(now: number): void {
    this.#tellAt = now + tellEveryMs;
    for (const { files, certificate } of this.#loaded) {
      const { expiresAt } = certificate;
      if (expiresAt - now > soonMs) continue;
      const verb = expiresAt <= now ? "is over since" : "ends on";
      this.#options.onExpiry?.(
        `the certificate in ${files[0]} ${verb} ${new Date(expiresAt).toISOString()}: clients refuse it then`,
      );
    }
  }

  /** Stops looking at the files. */
  close(): void {
    clearInterval(this.#poll);
  }
}

/** Names to certificates; where two have a name, the earlier one is used. */
function indexOf(certificates: readonly Certificate[]): ReadonlyMap<string, Certificate> {
  const byName = new Map<string, Certificate>();
  for (const certificate of certificates) {
    for (const name of certificate.names) if (!byName.has(name)) byName.set(name, certificate);
  }
  return byName;
}

/** Changes whenever one of the files does; a missing file is a state like another. */
function stampOf(files: readonly string[]): string {
  return files
    .map((file) => {
      const stat = statSync(file, { throwIfNoEntry: false });
      return stat ? `${stat.ino}:${stat.size}:${stat.mtimeMs}` : "missing";
    })
    .join(" ");
}

function load(files: CertificateFiles, clients: ClientCertificates | undefined): Certificate {
  const cert = readText(files.cert);
  const key = readText(files.key);
  const clientCa = clients && readText(clients.ca);
  const leaf = parse(files.cert, () => new X509Certificate(cert));
  const privateKey = parse(files.key, () => createPrivateKey(key));
  if (!leaf.checkPrivateKey(privateKey)) {
    throw new AppError(
      "bad_option",
      `the key in ${files.key} is not that of the certificate in ${files.cert}`,
    );
  }
  const { context }: { context: unknown } = parse(files.cert, () =>
    createSecureContext({
      cert,
      key,
      minVersion: "TLSv1.2",
      // A context that asks for client certificates must have been made for it.
      ...(clients && { ca: clientCa, requestCert: true, rejectUnauthorized: clients.isRequired }),
    }),
  );
  return { names: namesOf(leaf), expiresAt: Date.parse(leaf.validTo), cert, key, clientCa, context };
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    throw new AppError("bad_option", `cannot read ${file}`, cause);
  }
}

/** The cause may quote the file, which can be a key: it stays private. */
function parse<Value>(file: string, read: () => Value): Value {
  try {
    return read();
  } catch (cause) {
    throw new AppError("bad_option", `${file} holds no usable PEM`, cause);
  }
}

/** RFC 6125 §6.4.4: the common name counts only where there is no DNS name. */
function namesOf(leaf: X509Certificate): string[] {
  const alternatives = (leaf.subjectAltName ?? "").matchAll(/(?:^|, )DNS:([^,"]+)/g);
  const names = Array.from(alternatives, (match) => match[1]!.toLowerCase());
  if (names.length > 0) return names;
  const commonName = /^CN=(.+)$/m.exec(leaf.subject)?.[1];
  return commonName === undefined ? [] : [commonName.toLowerCase()];
}
