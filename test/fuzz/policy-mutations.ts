/** Policy files as people and attackers would spoil them: bytes, words, lines and whole shapes, from real files. */
import type { Dice } from "./mutations.ts";

const signs = [
  "{",
  "}",
  "[",
  "]",
  "(",
  ")",
  '"',
  "'",
  "/",
  "#",
  ",",
  ":",
  "=",
  "|",
  "..",
  "*",
  "+",
  "%",
  ".",
  "\\",
  "@",
];
const characters = [
  "\0",
  "\u0001",
  "\u001b[2J",
  "\u2028",
  "\ufeff",
  "\ud800",
  "😀",
  "é",
  "ﬁ",
  "İ",
  "\r",
  "\n",
  "\t",
  "\u202e",
  "x".repeat(2_000),
];
const numbers = [
  "0",
  "-1",
  "00",
  "1e9",
  "4294967296",
  "9007199254740993",
  "9".repeat(400),
  "0.1",
  "1..2",
  "100%",
  "101%",
  "999999d",
  "0s",
  "3x",
  "2026-13-45",
  "1.2.3.4/99",
  "::/129",
  "1:2:3:4:5:6:7:8:9",
];
const patterns = [
  "/(/",
  "/a{1000}{1000}/",
  "/(a*)*b/",
  "/[/",
  "/(?=a)/",
  `/${"(".repeat(200)}/`,
  "/\\1/",
  "/\\p{Foo}/i",
];
const nestings = [
  ["any { ", " }"],
  ["{ ", " }"],
  ["[", "]"],
  ["(", ")"],
] as const;
const longest = 200_000;

/** One spoiled file. */
export function mutatePolicy(files: readonly string[], dice: Dice): string {
  let text = dice.pick(files);
  for (let left = 1 + dice.below(6); left > 0; left--)
    text = dice.pick(edits)(text, files, dice).slice(0, longest);
  return text;
}

type Edit = (text: string, files: readonly string[], dice: Dice) => string;

/** Puts something at a place, over some characters of what is there. */
function put(text: string, what: string, dice: Dice, over = dice.below(8)): string {
  const at = dice.below(text.length + 1);
  return text.slice(0, at) + what + text.slice(at + over);
}

function words(text: string): { word: string; at: number }[] {
  return Array.from(text.matchAll(/[\w.-]+|"[^"\n]*"|\S/g), (match) => ({ word: match[0], at: match.index }));
}

/** Replaces one word that a test accepts. */
function swap(text: string, isFit: (word: string) => boolean, by: string, dice: Dice): string {
  const fitting = words(text).filter(({ word }) => isFit(word));
  if (fitting.length === 0) return put(text, ` ${by} `, dice);
  const { word, at } = dice.pick(fitting);
  return text.slice(0, at) + by + text.slice(at + word.length);
}

/** Top-level declarations, roughly. */
function parts(text: string): string[] {
  return text.split(/\n(?=[a-z])/);
}

const anyWord = () => true;
const edits: readonly Edit[] = [
  (text, _, dice) => put(text, String.fromCharCode(dice.below(256)), dice),
  (text, _, dice) => put(text, "", dice, 1 + dice.below(40)),
  (text, _, dice) => put(text, dice.pick(signs), dice),
  (text, _, dice) => put(text, dice.pick(characters), dice),
  (text, _, dice) => swap(text, (word) => /^\d/.test(word), dice.pick(numbers), dice),
  (text, _, dice) => swap(text, (word) => word.startsWith("/"), dice.pick(patterns), dice),
  (text, files, dice) => swap(text, anyWord, dice.pick(words(dice.pick(files)))?.word ?? "x", dice),
  (text, _, dice) => swap(text, anyWord, dice.pick(words(text))?.word ?? "x", dice),
  (text, _, dice) => swap(text, anyWord, "", dice),
  // A piece of another file, or of the same one again.
  (text, files, dice) => {
    const other = dice.pick(files);
    const from = dice.below(other.length + 1);
    return put(text, other.slice(from, from + dice.below(2_000)), dice);
  },
  (text, files, dice) =>
    [...parts(text), ...parts(dice.pick(files))].sort(() => dice.below(3) - 1).join("\n"),
  (text, _, dice) => {
    const all = parts(text);
    return [...all, dice.pick(all)].join("\n");
  },
  // Many declarations of new names.
  (text, _, dice) => {
    const one = dice.pick(parts(text));
    const copies = Array.from({ length: dice.below(300) }, (_unused, index) => {
      return one.replace(/^(\w+ )(\w+)/, (_all, kind: string, name: string) => `${kind}${name}_${index}`);
    });
    return [text, ...copies].join("\n");
  },
  // Deep nesting.
  (text, _, dice) => {
    const depth = dice.pick([3, 10, 31, 33, 500]);
    const [open, close] = dice.pick(nestings);
    const at = dice.below(text.length + 1);
    const end = at + dice.below(200);
    return (
      text.slice(0, at) + open.repeat(depth) + text.slice(at, end) + close.repeat(depth) + text.slice(end)
    );
  },
  (text, _, dice) => text.slice(0, dice.below(text.length + 1)),
  (text, _, dice) =>
    put(text, dice.pick(["a ", "x = ", "# ", '"a" ', "1, ", "f { "]).repeat(dice.below(3_000)), dice),
];
