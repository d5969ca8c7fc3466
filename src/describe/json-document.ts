/**
 * A JSON reader that keeps what `JSON.parse` throws away and a policy needs: whether a key came twice,
 * the order of keys that look like integers, and the digits of long numbers.
 */

/** One value of a document; scalars keep their text (numbers as sent). */
export type JsonNode =
  | {
      readonly kind: "object";
      readonly members: ReadonlyMap<string, JsonNode>;
      readonly ambiguous: ReadonlySet<string>;
    }
  | { readonly kind: "array"; readonly items: readonly JsonNode[] }
  | { readonly kind: "string" | "number" | "boolean" | "null"; readonly text: string };

/** Deeper documents are not read; no sign-in or checkout nests so far. */
const maxDepth = 64;

/** Reads a whole document (RFC 8259, strict); undefined when it is malformed or too deep. */
export function parseJson(text: string): JsonNode | undefined {
  const reader = new Reader(text);
  const node = reader.value(0);
  return node && reader.isAtEnd() ? node : undefined;
}

const numberPattern = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  isAtEnd(): boolean {
    return this.#peek() === undefined;
  }

  value(depth: number): JsonNode | undefined {
    const next = this.#peek();
    if (next === "{") return depth < maxDepth ? this.#object(depth) : undefined;
    if (next === "[") return depth < maxDepth ? this.#array(depth) : undefined;
    if (next === '"') {
      const text = this.#string();
      return text === undefined ? undefined : { kind: "string", text };
    }
    return (
      this.#word("true", "boolean") ??
      this.#word("false", "boolean") ??
      this.#word("null", "null") ??
      this.#number()
    );
  }

  #object(depth: number): JsonNode | undefined {
    const members = new Map<string, JsonNode>();
    const ambiguous = new Set<string>();
    const spellings = new Map<string, string>();
    this.#at++;
    if (this.#take("}")) return { kind: "object", members, ambiguous };
    do {
      if (this.#peek() !== '"') return undefined;
      const key = this.#string();
      if (key === undefined || !this.#take(":")) return undefined;
      const member = this.value(depth + 1);
      if (!member) return undefined;
      // Some readers match keys without regard to case, and of two they take the last, others the first.
      const folded = key.toLowerCase();
      const earlier = spellings.get(folded);
      if (earlier !== undefined) ambiguous.add(earlier).add(key);
      spellings.set(folded, key);
      members.set(key, member);
    } while (this.#take(","));
    return this.#take("}") ? { kind: "object", members, ambiguous } : undefined;
  }

  #array(depth: number): JsonNode | undefined {
    const items: JsonNode[] = [];
    this.#at++;
    if (this.#take("]")) return { kind: "array", items };
    do {
      const item = this.value(depth + 1);
      if (!item) return undefined;
      items.push(item);
    } while (this.#take(","));
    return this.#take("]") ? { kind: "array", items } : undefined;
  }

  #string(): string | undefined {
    const start = this.#at;
    let hasEscape = false;
    for (let index = start + 1; index < this.#text.length; index++) {
      const code = this.#text.charCodeAt(index);
      if (code < 0x20) return undefined;
      if (code === 0x5c) {
        hasEscape = true;
        index++;
      } else if (code === 0x22) {
        this.#at = index + 1;
        return hasEscape ? unescape(this.#text.slice(start, index + 1)) : this.#text.slice(start + 1, index);
      }
    }
    return undefined;
  }

  #number(): JsonNode | undefined {
    numberPattern.lastIndex = this.#at;
    const match = numberPattern.exec(this.#text);
    if (!match) return undefined;
    this.#at += match[0].length;
    return { kind: "number", text: match[0] };
  }

  #word(text: string, kind: "boolean" | "null"): JsonNode | undefined {
    if (!this.#text.startsWith(text, this.#at)) return undefined;
    this.#at += text.length;
    return { kind, text };
  }

  #take(character: string): boolean {
    if (this.#peek() !== character) return false;
    this.#at++;
    return true;
  }

  /** The next character that is no white space, left in place. */
  #peek(): string | undefined {
    for (;;) {
      const code = this.#text.charCodeAt(this.#at);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return this.#text[this.#at];
      this.#at++;
    }
  }
}

function unescape(quoted: string): string | undefined {
  try {
    return JSON.parse(quoted) as string;
  } catch {
    return undefined;
  }
}
