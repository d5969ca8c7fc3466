/** Bodies of calls name accounts: they lie in the database sealed, and once-keys only as keyed hashes. */
import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from "node:crypto";

const nonceBytes = 12;
const tagBytes = 16;

/** Seals and opens under a key of this installation. */
export class TellSeal {
  readonly #sealing: Buffer;
  readonly #hashing: Buffer;

  /** `key`: 32 random bytes. */
  constructor(key: Uint8Array) {
    this.#sealing = Buffer.from(hkdfSync("sha256", key, "", "outbox bodies", 32));
    this.#hashing = Buffer.from(hkdfSync("sha256", key, "", "once keys", 32));
  }

  /** AES-256-GCM (NIST SP 800-38D) with the delivery's id as associated data, so that bodies cannot be swapped. */
  seal(id: string, body: string): Uint8Array {
    const nonce = randomBytes(nonceBytes);
    const cipher = createCipheriv("aes-256-gcm", this.#sealing, nonce);
    cipher.setAAD(Buffer.from(id));
    return Buffer.concat([nonce, cipher.update(body, "utf8"), cipher.final(), cipher.getAuthTag()]);
  }

  /** The body; undefined when it was sealed under another key, or altered. */
  open(id: string, sealed: Uint8Array): string | undefined {
    const bytes = Buffer.from(sealed);
    if (bytes.length < nonceBytes + tagBytes) return undefined;
    const cipher = createDecipheriv("aes-256-gcm", this.#sealing, bytes.subarray(0, nonceBytes));
    cipher.setAAD(Buffer.from(id));
    cipher.setAuthTag(bytes.subarray(-tagBytes));
    try {
      const text = cipher.update(bytes.subarray(nonceBytes, -tagBytes));
      return Buffer.concat([text, cipher.final()]).toString("utf8");
    } catch {
      return undefined;
    }
  }

  /** 16 bytes that are the same for the same parts, and say nothing of them. */
  onceKey(...parts: readonly string[]): Uint8Array {
    return createHmac("sha256", this.#hashing).update(JSON.stringify(parts)).digest().subarray(0, 16);
  }
}
