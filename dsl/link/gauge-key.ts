/** Texts under which measures count: short, and different for different values. */
import type { FieldReader, FieldValue } from "../scheme.ts";

const longestPart = 96;

/** A field's value as text; long values are cut and told apart by a hash. */
export function keyText(value: FieldValue): string {
  if (typeof value === "string") return value.length > longestPart ? shortened(value) : value;
  if (typeof value !== "object") return String(value);
  return "family" in value ? value.text : keyText(value.join(","));
}

// Not cryptographic: 106 bits by two independent 53-bit mixes over all characters, so that padding cannot merge keys.
function shortened(text: string): string {
  return `${text.slice(0, longestPart / 2)}~${text.length}~${mix(text, 0x9e3779b1)}${mix(text, 0x85ebca77)}`;
}

function mix(text: string, seed: number): string {
  let high = 0xdeadbeef ^ seed;
  let low = 0x41c6ce57 ^ seed;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    high = Math.imul(high ^ code, 2654435761);
    low = Math.imul(low ^ code, 1597334677);
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
  return (4294967296 * (2097151 & low) + (high >>> 0)).toString(36);
}

/** Reads the key of several fields; undefined when one of them is missing. */
export function keyReader<F>(readers: readonly FieldReader<F>[]): (facts: F) => string | undefined {
  const [only, ...more] = readers;
  if (only && more.length === 0) {
    return (facts) => {
      const value = only(facts);
      return value === undefined ? undefined : keyText(value);
    };
  }
  return (facts) => {
    let key = "";
    for (const read of readers) {
      const value = read(facts);
      if (value === undefined) return undefined;
      const text = keyText(value);
      // Lengths keep ("ab", "c") and ("a", "bc") apart.
      key += `${text.length}:${text}`;
    }
    return key;
  };
}
