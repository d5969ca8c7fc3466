import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type IToken, tokenMatcher } from "chevrotain";
import { sampleScheme } from "../sample-scheme.ts";
import * as t from "../tokens.ts";
import { complete } from "./complete.ts";
import { documentSymbols } from "./document-symbols.ts";
import { outlineOf } from "./file-outline.ts";
import { findReferences, renameName } from "./find-names.ts";
import { hover } from "./hover.ts";
import { keywordDoc } from "./keyword-docs.ts";
import { expectedAt } from "./syntax-walk.ts";

const text = readFileSync(join(import.meta.dir, "../fixtures/whole/whole-language.policy"), "utf8");

function sourcesOf(content: string) {
  return {
    files: [{ name: "a.policy", text: content }],
    scheme: sampleScheme,
    lists: { read: () => undefined },
  };
}

test("whatever the parser takes next was expected there", () => {
  const { tokens, places, scopes } = outlineOf({ name: "a.policy", text });
  expect(tokens.length).toBeGreaterThan(1_000);
  const isExpected = (token: IToken, at: number) =>
    expectedAt(places[at]).some(({ type }) => tokenMatcher(token, type));
  expect(tokens.filter((token, at) => !isExpected(token, at)).map(({ image }) => image)).toEqual([]);
  expect(scopes.filter((scope) => scope === undefined)).toEqual([]);
});

test("every name that is used is proposed where it is used", () => {
  const sources = sourcesOf(text);
  const missed: string[] = [];
  let asked = 0;
  for (const mention of outlineOf(sources.files[0]!).mentions) {
    const { role, start, before } = mention;
    if (role.kind !== "names" && role.kind !== "target" && !(role.kind === "operand" && before === "In"))
      continue;
    asked++;
    const [app, route] = mention.text.split(".");
    const name =
      role.kind !== "target" ? mention.text : role.isTagged ? app : [app, route].filter(Boolean).join(".");
    const { items } = complete(sources, { file: "a.policy", offset: start });
    if (!items.some(({ label }) => label === name)) missed.push(`${mention.text} at ${start}`);
  }
  expect(asked).toBeGreaterThan(70);
  expect(missed.filter((one) => !/^(known_good|traffic) /.test(one))).toEqual([]);
});

test("a text cut off anywhere can still be asked about anywhere", () => {
  for (let end = 0; end < text.length; end += 7) {
    const sources = sourcesOf(text.slice(0, end));
    const at = { file: "a.policy", offset: end };
    complete(sources, at);
    hover(sources, { file: "a.policy", offset: Math.floor(end / 2) });
    findReferences(sources, at);
    documentSymbols(sources.files[0]!);
  }
  const { problem } = renameName(sourcesOf("policy a on"), { file: "a.policy", offset: 8 }, "b");
  expect(problem).toBeUndefined();
});

test("deep and endless text costs no more than its length", () => {
  for (const hostile of ["any { ", "[", "json { a: ", "then ", '"', "}"]) {
    const start = performance.now();
    const sources = sourcesOf(`policy a on b { when { ${hostile.repeat(20_000)}`);
    complete(sources, { file: "a.policy", offset: sources.files[0]!.text.length });
    expect(performance.now() - start).toBeLessThan(2_000);
  }
});

test("every word of the language is explained, but for plain values", () => {
  const words = new Set(
    Object.values(t).flatMap((one) =>
      "PATTERN" in one && typeof one.PATTERN === "string" && /^[a-z]/.test(one.PATTERN) ? [one.PATTERN] : [],
    ),
  );
  expect(words.size).toBeGreaterThan(100);
  const bare = [...words].filter((word) => keywordDoc(word, "effects") === undefined);
  expect(bare.toSorted()).toEqual(["false", "null", "true"]);
});
