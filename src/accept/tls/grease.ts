/** GREASE: values that clients send to keep servers tolerant (RFC 8701 §2); they say nothing about the client. */

/** True for the sixteen reserved two-byte values 0x0A0A, 0x1A1A … 0xFAFA; 0x1A2A is none. */
export function isGrease(value: number): boolean {
  return (value & 0x0f0f) === 0x0a0a && value >> 8 === (value & 0xff);
}
