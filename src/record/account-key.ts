/** Usernames leave the process only as keyed hashes: equal names compare equal, and nobody can read them back. */

/** Hashes usernames under one key. */
export class AccountKey {
  readonly #key: Uint8Array;

  /** `key`: 32 random bytes that never leave this installation. */
  constructor(key: Uint8Array) {
    this.#key = key;
  }

  /** The first 128 bits of HMAC-SHA-256 (RFC 2104) over the normalised username, as 32 hex characters. */
  hash(username: string): string {
    return new Bun.CryptoHasher("sha256", this.#key).update(username).digest("hex").slice(0, 32);
  }
}
