/**
 * One value of a JSON document, found in a single pass that builds nothing: most requests are asked for one field of
 * their body, and a tree of all others would be thrown away again.
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

/** A dotted path, taken apart. */
export type JsonPath = readonly JsonStep[];

interface JsonStep {
  readonly name: string;
  readonly lowerName: string;
  /** Names beyond ASCII change in their length with their case, and are never compared in place. */
  readonly isAscii: boolean;
  /** The place in a list; -1 of a name. */
  readonly index: number;
}

/** Takes a path (`user.name`, `items.0.id`) apart. */
export function jsonPath(path: string): JsonPath {
  return path.split(".").map((name) => ({
    name,
    lowerName: name.toLowerCase(),
    isAscii: /^[\0-\x7f]*$/.test(name),
    index: /^\d{1,5}$/.test(name) ? Number(name) : -1,
  }));
}

/**
 * The text of the scalar at a path, as the whole document read by `parseJson` would have it: undefined where the document
 * is malformed anywhere, and where the value is missing, null, no scalar, or below a name that came twice in whatever case.
 */
export function findJsonScalar(text: string, path: JsonPath): string | undefined {
  const search = new Search(text, path);
  return search.pass(0, 0) && search.isAtEnd() ? search.found : undefined;
}

/** Of a value that the path does not lead to. */
const aside = -1;

type Likeness = "same" | "otherCase" | "other";

class Search extends JsonCursor {
  found: string | undefined;
  private readonly path: JsonPath;

  constructor(text: string, path: JsonPath) {
    super(text);
    this.path = path;
  }

  /** Passes a value, to which the first `level` steps of the path lead. */
  pass(depth: number, level: number): boolean {
    const next = this.peek();
    if (next === quote) return this.passText(level);
    if (next === openBrace) return depth < maxDepth && this.passObject(depth, level);
    if (next === openBracket) return depth < maxDepth && this.passArray(depth, level);
    const start = this.at;
    const isScalar =
      next === minus || isDigit(next) ? this.passNumber() : this.passWord("true") || this.passWord("false");
    if (!isScalar) return this.passWord("null");
    if (level === this.path.length) this.found = this.text.slice(start, this.at);
    return true;
  }

  private passText(level: number): boolean {
    const start = this.at;
    if (!this.passString()) return false;
    const isWanted = level === this.path.length;
    if (!isWanted && !this.hasEscape) return true;
    const text = this.stringFrom(start);
    if (isWanted) this.found = text;
    return text !== undefined;
  }

  private passObject(depth: number, level: number): boolean {
    const step = level === aside ? undefined : this.path[level];
    let alike = 0;
    this.at++;
    if (this.take(closeBrace)) return true;
    do {
      if (this.peek() !== quote) return false;
      const start = this.at;
      if (!this.passString()) return false;
      const likeness = this.likeness(step, start);
      if (likeness === undefined || !this.take(colon)) return false;
      if (likeness !== "other") alike++;
      // Of a name that comes twice neither counts, so that only the first can be worth reading.
      const isOnPath = likeness === "same" && alike === 1;
      if (!this.pass(depth + 1, isOnPath ? level + 1 : aside)) return false;
    } while (this.take(comma));
    if (alike > 1) this.found = undefined;
    return this.take(closeBrace);
  }

  private passArray(depth: number, level: number): boolean {
    const wanted = level === aside ? -1 : (this.path[level]?.index ?? -1);
    this.at++;
    if (this.take(closeBracket)) return true;
    let index = 0;
    do {
      if (!this.pass(depth + 1, index === wanted ? level + 1 : aside)) return false;
      index++;
    } while (this.take(comma));
    return this.take(closeBracket);
  }

  /** How the name that was just passed is like that of the step; undefined where it is no name at all. */
  private likeness(step: JsonStep | undefined, start: number): Likeness | undefined {
    if (this.hasEscape) return likenessOf(this.stringFrom(start), step);
    if (!step) return "other";
    const { text } = this;
    const { name, isAscii } = step;
    if (!isAscii) return likenessOf(this.stringFrom(start), step);
    // No name beyond ASCII becomes one within it by its case and changes its length.
    if (this.at - start - 2 !== name.length) return "other";
    let isSame = true;
    for (let at = 0; at < name.length; at++) {
      const code = text.charCodeAt(start + 1 + at);
      if (code > 0x7f) return likenessOf(this.stringFrom(start), step);
      if (code === name.charCodeAt(at)) continue;
      if (lowerCase(code) !== lowerCase(name.charCodeAt(at))) return "other";
      isSame = false;
    }
    return isSame ? "same" : "otherCase";
  }
}

function likenessOf(name: string | undefined, step: JsonStep | undefined): Likeness | undefined {
  if (name === undefined || !step) return name === undefined ? undefined : "other";
  if (name === step.name) return "same";
  return name.toLowerCase() === step.lowerName ? "otherCase" : "other";
}

function lowerCase(code: number): number {
  return code >= 0x41 && code <= 0x5a ? code | 0x20 : code;
}
