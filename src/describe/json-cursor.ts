/** What all readers of JSON share: how its words, numbers and strings are passed over (RFC 8259, strict). */

/** Deeper documents are not read; no sign-in or checkout nests so far. */
export const maxDepth = 64;

export const [quote, comma, minus, colon] = [0x22, 0x2c, 0x2d, 0x3a] as const;
export const [openBrace, closeBrace, openBracket, closeBracket] = [0x7b, 0x7d, 0x5b, 0x5d] as const;
const [dot, zero, nine, backslash] = [0x2e, 0x30, 0x39, 0x5c];
const [smallE, bigE, plus] = [0x65, 0x45, 0x2b];

const ascii = 0x80;
/** Of the characters that neither end a string nor need a second look. */
const isInside = new Uint8Array(ascii).fill(1, 0x20);
isInside[quote] = 0;
isInside[backslash] = 0;

/** A place in a document. What returns false has met something that is no JSON; then nothing more is to be asked. */
export class JsonCursor {
  protected readonly text: string;
  protected at = 0;
  /** The string that was passed last has an escape. */
  protected hasEscape = false;

  constructor(text: string) {
    this.text = text;
  }

  isAtEnd(): boolean {
    this.peek();
    return this.at >= this.text.length;
  }

  /** The next character that is no white space, left in place; not a number at the end. */
  protected peek(): number {
    for (;;) {
      const code = this.text.charCodeAt(this.at);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return code;
      this.at++;
    }
  }

  protected take(code: number): boolean {
    if (this.peek() !== code) return false;
    this.at++;
    return true;
  }

  /** Passes a string that begins here. Its escapes are not looked into. */
  protected passString(): boolean {
    const { text } = this;
    this.hasEscape = false;
    for (let index = this.at + 1; index < text.length; index++) {
      const code = text.charCodeAt(index);
      if (code >= ascii || isInside[code] === 1) continue;
      if (code < 0x20) return false;
      if (code === backslash) {
        this.hasEscape = true;
        index++;
      } else if (code === quote) {
        this.at = index + 1;
        return true;
      }
    }
    return false;
  }

  /** The text of the string that began at `start` and was passed last; undefined where an escape is none. */
  protected stringFrom(start: number): string | undefined {
    if (!this.hasEscape) return this.text.slice(start + 1, this.at - 1);
    return unescape(this.text.slice(start, this.at));
  }

  /** Passes a number (RFC 8259 §6): what does not belong to it is left for the caller to stumble over. */
  protected passNumber(): boolean {
    const { text } = this;
    const start = this.at;
    const first = text.charCodeAt(start) === minus ? start + 1 : start;
    let end = text.charCodeAt(first) === zero ? first + 1 : this.digits(first);
    if (end === first) return false;
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
    return true;
  }

  protected passWord(word: string): boolean {
    if (!this.text.startsWith(word, this.at)) return false;
    this.at += word.length;
    return true;
  }

  /** Where the digits from `from` on end. */
  private digits(from: number): number {
    let end = from;
    while (isDigit(this.text.charCodeAt(end))) end++;
    return end;
  }
}

/** True of the characters 0 to 9. */
export function isDigit(code: number): boolean {
  return code >= zero && code <= nine;
}

function unescape(quoted: string): string | undefined {
  try {
    return JSON.parse(quoted) as string;
  } catch {
    return undefined;
  }
}
