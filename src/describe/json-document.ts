/**
 * A JSON reader that keeps what `JSON.parse` throws away and a policy needs: whether a key came twice,
 * the order of keys that look like integers, and the digits of long numbers.
 */
import { JsonMembers, spellingHash } from "./json-members.ts";

/** One value of a document; scalars keep their text (numbers as sent). */
export type JsonNode =
  | {
      readonly kind: "object";
      readonly members: JsonMembers<JsonNode>;
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

const [quote, comma, minus, dot, zero, nine, colon, backslash] = [
  0x22, 0x2c, 0x2d, 0x2e, 0x30, 0x39, 0x3a, 0x5c,
];
const [openBrace, closeBrace, openBracket, closeBracket] = [0x7b, 0x7d, 0x5b, 0x5d];
const [smallE, bigE, plus] = [0x65, 0x45, 0x2b];

class Reader {
  private readonly text: string;
  private at = 0;

  constructor(text: string) {
    this.text = text;
  }

  isAtEnd(): boolean {
    this.peek();
    return this.at >= this.text.length;
  }

  value(depth: number): JsonNode | undefined {
    const next = this.peek();
    if (next === quote) {
      const text = this.string();
      return text === undefined ? undefined : { kind: "string", text };
    }
    if (next === openBrace) return depth < maxDepth ? this.object(depth) : undefined;
    if (next === openBracket) return depth < maxDepth ? this.array(depth) : undefined;
    if (next === minus || isDigit(next)) return this.number();
    return this.word("true", "boolean") ?? this.word("false", "boolean") ?? this.word("null", "null");
  }

  private object(depth: number): JsonNode | undefined {
    const members = new JsonMembers<JsonNode>();
    this.at++;
    if (!this.take(closeBrace)) {
      do {
        if (this.peek() !== quote) return undefined;
        const start = this.at + 1;
        const key = this.string();
        if (key === undefined) return undefined;
        // Read in place where nothing is escaped: cutting a name out costs more than looking at it.
        const end = this.at - 1;
        const hash = key.length === end - start ? spellingHash(this.text, start, end) : undefined;
        if (!this.take(colon)) return undefined;
        const member = this.value(depth + 1);
        if (!member) return undefined;
        members.add(key, member, hash);
      } while (this.take(comma));
      if (!this.take(closeBrace)) return undefined;
    }
    return { kind: "object", members, ambiguous: members.ambiguous };
  }

  private array(depth: number): JsonNode | undefined {
    const items: JsonNode[] = [];
    this.at++;
    if (this.take(closeBracket)) return { kind: "array", items };
    do {
      const item = this.value(depth + 1);
      if (!item) return undefined;
      items.push(item);
    } while (this.take(comma));
    return this.take(closeBracket) ? { kind: "array", items } : undefined;
  }

  private string(): string | undefined {
    const { text } = this;
    const start = this.at;
    let hasEscape = false;
    for (let index = start + 1; index < text.length; index++) {
      const code = text.charCodeAt(index);
      if (code < 0x20) return undefined;
      if (code === backslash) {
        hasEscape = true;
        index++;
      } else if (code === quote) {
        this.at = index + 1;
        return hasEscape ? unescape(text.slice(start, index + 1)) : text.slice(start + 1, index);
      }
    }
    return undefined;
  }

  /** A number (RFC 8259 §6): what does not belong to it is left for the caller to stumble over. */
  private number(): JsonNode | undefined {
    const { text } = this;
    const start = this.at;
    const first = text.charCodeAt(start) === minus ? start + 1 : start;
    let end = text.charCodeAt(first) === zero ? first + 1 : this.digits(first);
    if (end === first) return undefined;
    if (text.charCodeAt(end) === dot) {
      const fraction = this.digits(end + 1);
      if (fraction > end + 1) end = fraction;
    }
    const exponent = text.charCodeAt(end);
    if (exponent === smallE || exponent === bigE) {
      const sign = text.charCodeAt(end + 1);
      const from = sign === plus || sign === minus ? end + 2 : end + 1;
      const digits = this.digits(from);
      if (digits > from) end = digits;
    }
    this.at = end;
    return { kind: "number", text: text.slice(start, end) };
  }

  /** Where the digits from `from` on end. */
  private digits(from: number): number {
    let end = from;
    while (isDigit(this.text.charCodeAt(end))) end++;
    return end;
  }

  private word(text: string, kind: "boolean" | "null"): JsonNode | undefined {
    if (!this.text.startsWith(text, this.at)) return undefined;
    this.at += text.length;
    return { kind, text };
  }

  private take(code: number): boolean {
    if (this.peek() !== code) return false;
    this.at++;
    return true;
  }

  /** The next character that is no white space, left in place; not a number at the end. */
  private peek(): number {
    for (;;) {
      const code = this.text.charCodeAt(this.at);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return code;
      this.at++;
    }
  }
}

function isDigit(code: number): boolean {
  return code >= zero && code <= nine;
}

function unescape(quoted: string): string | undefined {
  try {
    return JSON.parse(quoted) as string;
  } catch {
    return undefined;
  }
}
