/** Texts in a file that nobody reads without the key: AES-256-GCM (NIST SP 800-38D), part by part. */
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";

const algorithm = "aes-256-gcm";
const nonceBytes = 12;
const tagBytes = 16;
const headBytes = 4 + nonceBytes + tagBytes;

/** Seals parts, each bound to its place; opens a file of them again. */
export class SealedParts {
  readonly #key: Uint8Array;
  #place = 0;

  /** `key`: 32 secret bytes; another one is derived of it, so that it may have other uses. */
  constructor(key: Uint8Array) {
    this.#key = new Bun.CryptoHasher("sha256", key).update("sealed parts").digest();
  }

  /** The next part. */
  seal(text: string): Buffer {
    const nonce = randomBytes(nonceBytes);
    const cipher = createCipheriv(algorithm, this.#key, nonce);
    cipher.setAAD(placeBytes(this.#place++));
    const sealed = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
    const length = Buffer.alloc(4);
    length.writeUInt32LE(sealed.length);
    return Buffer.concat([length, nonce, cipher.getAuthTag(), sealed]);
  }

  /** The texts of all parts in order; undefined where one is spoiled, cut, out of place, or of another key. */
  open(file: Uint8Array): string[] | undefined {
    const bytes = Buffer.from(file.buffer, file.byteOffset, file.length);
    const texts: string[] = [];
    try {
      for (let at = 0; at < bytes.length; ) {
        const end = at + headBytes + bytes.readUInt32LE(at);
        if (end > bytes.length) return undefined;
        const nonce = bytes.subarray(at + 4, at + 4 + nonceBytes);
        const decipher = createDecipheriv(algorithm, this.#key, nonce);
        decipher.setAAD(placeBytes(texts.length));
        decipher.setAuthTag(bytes.subarray(at + 4 + nonceBytes, at + headBytes));
        const opened = Buffer.concat([
          decipher.update(bytes.subarray(at + headBytes, end)),
          decipher.final(),
        ]);
        texts.push(opened.toString("utf8"));
        at = end;
      }
    } catch {
      return undefined;
    }
    return texts;
  }
}

function placeBytes(place: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(place);
  return bytes;
}
