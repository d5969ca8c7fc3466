/**
 * A JSON reader that keeps what `JSON.parse` throws away and a policy needs: whether a key came twice,
 * the order of keys that look like integers, and the digits of long numbers.
 */
import {
  closeBrace,
  closeBracket,
  colon,
  comma,
  isDigit,
  JsonCursor,
  maxDepth,
  minus,
  openBrace,
  openBracket,
  quote,
} from "./json-cursor.ts";
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

/** Reads a whole document (RFC 8259, strict); undefined when it is malformed or too deep. */
export function parseJson(text: string): JsonNode | undefined {
  const reader = new Reader(text);
  const node = reader.value(0);
  return node && reader.isAtEnd() ? node : undefined;
}

class Reader extends JsonCursor {
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
    const start = this.at;
    return this.passString() ? this.stringFrom(start) : undefined;
  }

  private number(): JsonNode | undefined {
    const start = this.at;
    return this.passNumber() ? { kind: "number", text: this.text.slice(start, this.at) } : undefined;
  }

  private word(text: string, kind: "boolean" | "null"): JsonNode | undefined {
    return this.passWord(text) ? { kind, text } : undefined;
  }
}
