/** Turns requests into other, mostly worse requests; the same seed always gives the same ones. */

/** A deterministic source of numbers (mulberry32). */
export class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** An integer from 0 up to but without `bound`. */
  below(bound: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % bound;
  }

  /** One member of a list that is not empty. */
  pick<Value>(list: readonly Value[]): Value {
    return list[this.below(list.length)]!;
  }
}

const nastyBytes = '\0\t\n\r\x0b\x0c\x1f "#%&*+,-./0159:;<=?@AZ[\\]^_`az{|}~\x7f\x80\xa0\xff'.split("");

const nastyLines = [
  "Content-Length: 0",
  "Content-Length: 5",
  "Content-Length: +5",
  "Content-Length: 5, 5",
  "Content-Length : 5",
  "content-length:\t7",
  "Transfer-Encoding: chunked",
  "Transfer-Encoding: Chunked",
  "Transfer-Encoding: chunked, identity",
  "Transfer-Encoding: gzip, chunked",
  "Transfer-Encoding:\x0bchunked",
  "Transfer-Encoding : chunked",
  "Transfer_Encoding: chunked",
  "TRANSFER-ENCODING: xchunked",
  "Host: b.example",
  "Host:",
  "Connection: close",
  "Connection: keep-alive",
  "Connection: content-length",
  "Connection: upgrade, x-a",
  "Upgrade: websocket",
  "Expect: 100-continue",
  "Trailer: X-T",
  "X-A: 1",
  " folded",
  "\tfolded: 1",
  ": nameless",
  "0",
  "",
  "5;ext",
  "GET /smuggled HTTP/1.1",
];

const lineEnds = ["\r\n", "\n", "\r", "\r\r\n", "\n\r", "\r\n\r\n", " \r\n", "\0\r\n", ""];
const numbers = [
  "0",
  "00",
  "1",
  "5",
  "05",
  "0x5",
  "-1",
  "+1",
  "ffffffff",
  "7fffffffffffffff",
  "18446744073709551617",
  "1e1",
];
const targets = [
  "*",
  "/",
  "//",
  "http://a.example/",
  "http://b.example/",
  "/a?b#c",
  "/%00",
  "/\\x",
  "a.example:80",
  "/é",
  "?x",
];
const spaces = [" ", "\t", "  ", "\x0b", "\xa0", "\0", ""];

type Mutation = (text: string, dice: Dice, corpus: readonly string[]) => string;

const mutations: readonly Mutation[] = [
  (text, dice) => replaceAt(text, dice.below(text.length + 1), 0, dice.pick(nastyBytes)),
  (text, dice) => replaceAt(text, dice.below(text.length + 1), 1, dice.pick(nastyBytes)),
  (text, dice) => replaceAt(text, dice.below(text.length + 1), 1 + dice.below(4), ""),
  (text, dice) =>
    withLines(text, (lines) => lines.splice(dice.below(lines.length + 1), 0, dice.pick(nastyLines))),
  (text, dice) => withLines(text, (lines) => lines.splice(1, 0, dice.pick(nastyLines))),
  (text, dice) => withLines(text, (lines) => lines.splice(dice.below(lines.length), 1)),
  (text, dice) => withLines(text, (lines) => lines.splice(dice.below(lines.length), 0, dice.pick(lines))),
  (text, dice) => replaceOne(text, /\r\n/g, dice, () => dice.pick(lineEnds)),
  (text, dice) => replaceOne(text, /[0-9a-f]+/gi, dice, () => dice.pick(numbers)),
  (text, dice) =>
    replaceOne(text, /\d+/g, dice, (digits) => String(Number(digits) + dice.pick([-2, -1, 1, 2]))),
  (text, dice) => replaceOne(text, /(?<= )[/*][^ ]*(?= HTTP)/g, dice, () => dice.pick(targets)),
  (text, dice) => replaceOne(text, /[ :]/g, dice, (found) => found + dice.pick(spaces)),
  (text, dice) => replaceOne(text, /:/g, dice, (found) => dice.pick(spaces) + found),
  (text, dice) => replaceOne(text, /[a-z]/gi, dice, (letter) => flipCase(letter)),
  (text, dice) =>
    replaceOne(text, /HTTP\/1\.1/g, dice, () => dice.pick(["HTTP/1.0", "HTTP/1.1 ", "HTTP/1.2", "http/1.1"])),
  (text, dice, corpus) => text + dice.pick(corpus),
  (text, dice, corpus) => text.slice(0, dice.below(text.length + 1)) + dice.pick(corpus),
  (text, dice) => text.slice(0, dice.below(text.length + 1)),
];

/** A request made from the corpus by a few mutations. */
export function mutate(corpus: readonly string[], dice: Dice): string {
  let text = dice.pick(corpus);
  for (let count = 1 + dice.below(4); count > 0; count--) text = dice.pick(mutations)(text, dice, corpus);
  return text;
}

/** Cuts bytes into pieces: often none at all, sometimes single bytes around a random place. */
export function pieces(bytes: Buffer, dice: Dice): Buffer[] {
  if (bytes.length === 0) return [];
  const cuts = Array.from({ length: dice.pick([0, 0, 0, 1, 3]) }, () => dice.below(bytes.length));
  const ends = [...new Set([...cuts.flatMap((cut) => [cut, cut + 1]), bytes.length])].sort((a, b) => a - b);
  let from = 0;
  const cut: Buffer[] = [];
  for (const end of ends) {
    if (end > from) cut.push(bytes.subarray(from, end));
    from = end;
  }
  return cut;
}

function replaceAt(text: string, at: number, length: number, by: string): string {
  return text.slice(0, at) + by + text.slice(at + length);
}

function withLines(text: string, change: (lines: string[]) => void): string {
  const lines = text.split("\r\n");
  change(lines);
  return lines.join("\r\n");
}

function replaceOne(text: string, pattern: RegExp, dice: Dice, by: (found: string) => string): string {
  const found = [...text.matchAll(pattern)];
  if (found.length === 0) return text;
  const one = dice.pick(found);
  return replaceAt(text, one.index, one[0].length, by(one[0]));
}

function flipCase(letter: string): string {
  return letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase();
}
