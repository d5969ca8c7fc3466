/** Certificates for tests, made by the openssl program in a folder of their own. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** PEM files of a certificate and its key. */
export interface MadeCertificate {
  readonly cert: string;
  readonly key: string;
}

const newKey = "-nodes -newkey ec -pkeyopt ec_paramgen_curve:P-256";

/** A folder of certificates; `remove` deletes it. */
export class TestCertificates {
  readonly folder = mkdtempSync(join(tmpdir(), "sallyport-tls-"));

  /** A self-signed certificate for DNS names; `name` is its file's, written over if there is one. */
  selfSigned(name: string, dnsNames: readonly string[]): MadeCertificate {
    const { cert, key } = this.#files(name);
    const names = dnsNames.map((dnsName) => `DNS:${dnsName}`).join(",");
    const extension = names === "" ? "" : ` -addext subjectAltName=${names}`;
    openssl(`req -x509 ${newKey} -days 2 -subj /CN=${name} -keyout ${key} -out ${cert}${extension}`);
    return { cert, key };
  }

  /** A certificate signed by `authority`, for a client. */
  signedBy(authority: MadeCertificate, name: string): MadeCertificate {
    const { cert, key } = this.#files(name);
    const request = join(this.folder, `${name}.csr`);
    const extensions = join(this.folder, `${name}.ext`);
    writeFileSync(extensions, "extendedKeyUsage=clientAuth\n");
    openssl(`req -new ${newKey} -subj /CN=${name} -keyout ${key} -out ${request}`);
    const signer = `-CA ${authority.cert} -CAkey ${authority.key} -CAcreateserial`;
    openssl(`x509 -req -in ${request} ${signer} -days 2 -extfile ${extensions} -out ${cert}`);
    return { cert, key };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  #files(name: string): MadeCertificate {
    return { cert: join(this.folder, `${name}.crt`), key: join(this.folder, `${name}.key`) };
  }
}

function openssl(line: string): void {
  const { exitCode, stderr } = Bun.spawnSync(["openssl", ...line.split(" ")], {
    stdout: "ignore",
    stderr: "pipe",
  });
  if (exitCode !== 0) throw new Error(`openssl ${line} failed: ${stderr.toString()}`);
}
