/** The form in which accounts are stored. */

/** An account's hash as it is stored: 16 bytes for 32 lower-case hex characters, otherwise the text. */
export function encodeAccount(hash: string | undefined): Uint8Array | string | null {
  if (hash === undefined) return null;
  return /^[0-9a-f]{32}$/.test(hash) ? Uint8Array.from(Buffer.from(hash, "hex")) : hash;
}
