/** Signatures as Standard Webhooks specifies them (standard-webhooks, "Signature scheme", symmetric): HMAC-SHA256 over id, time and body. */
import { createHmac, timingSafeEqual } from "node:crypto";

/** How far a signed time may be from ours, s (Standard Webhooks, "Verifying webhook authenticity"). */
const toleranceS = 5 * 60;
const mostSignatures = 20;

/** The keys in a secret's text: one a line or word, several while keys change hands, what follows a `#` left out; `whsec_` ones are base64, others are taken as they are. */
export function signingKeys(text: string): Buffer[] {
  return (
    text
      // A comment's words would be keys that anybody can guess.
      .replaceAll(/(?<!\S)#.*/g, "")
      .split(/\s+/)
      .filter((word) => word !== "")
      .map((word) =>
        word.startsWith("whsec_") ? Buffer.from(word.slice("whsec_".length), "base64") : Buffer.from(word),
      )
      .filter((key) => key.length > 0)
  );
}

/** The three headers of a call; a signature for every key. */
export function signedHeaders(
  keys: readonly Uint8Array[],
  id: string,
  body: string,
  now: number,
): [string, string][] {
  const seconds = String(Math.floor(now / 1000));
  const headers: [string, string][] = [
    ["webhook-id", id],
    ["webhook-timestamp", seconds],
  ];
  const signatures = keys.map((key) => `v1,${signature(key, id, seconds, body)}`);
  if (signatures.length > 0) headers.push(["webhook-signature", signatures.join(" ")]);
  return headers;
}

/** What a call says of itself. */
export interface SignedCall {
  readonly id: string;
  readonly timestamp: string;
  readonly signatures: string;
  readonly body: string;
}

/** True when one of the signatures is right by one of the keys, and the time is ours. */
export function isSigned(call: SignedCall, keys: readonly Uint8Array[], now: number): boolean {
  if (!/^\d{1,12}$/.test(call.timestamp)) return false;
  if (Math.abs(Number(call.timestamp) - now / 1000) > toleranceS) return false;
  const given = call.signatures.split(" ").slice(0, mostSignatures);
  return keys.some((key) => {
    const expected = Buffer.from(`v1,${signature(key, call.id, call.timestamp, call.body)}`);
    return given.some((text) => {
      const bytes = Buffer.from(text);
      return bytes.length === expected.length && timingSafeEqual(bytes, expected);
    });
  });
}

function signature(key: Uint8Array, id: string, timestamp: string, body: string): string {
  return createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64");
}
