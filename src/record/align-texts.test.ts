import { expect, test } from "bun:test";
import * as fc from "fast-check";
import { alignTexts } from "./align-texts.ts";
import { jsonForm, jsonTokens, textTokens } from "./answer-tokens.ts";

const tokens = fc.array(fc.constantFrom("a", "b", "c", "<", ">", " "), { maxLength: 40 });

test("laid beside each other, texts lose and gain nothing", () => {
  fc.assert(
    fc.property(fc.array(tokens, { minLength: 1, maxLength: 6 }), (texts) => {
      const stretches = alignTexts(texts);
      for (const [index, text] of texts.entries()) {
        const again = stretches.map((one) => (typeof one === "string" ? one : (one[index] ?? ""))).join("");
        expect(again).toBe(text.join(""));
      }
    }),
  );
});

test("tokens of any text are that text", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => {
      expect(textTokens(text).join("")).toBe(text);
      expect(jsonTokens(text).join("")).toBe(text);
    }),
  );
});

const page = (token: string, extra: string) => `<form><input value="${token}"></form>${extra}<p>end</p>`;

test("what is inserted in one text is found as what differs", () => {
  const texts = [page("aaa", ""), page("bbb", "<b>new</b>"), page("ccc", "")].map(textTokens);
  expect(alignTexts(texts)).toEqual([
    '<form><input value="',
    ["aaa", "bbb", "ccc"],
    '"></form',
    ["", "><b>new</b", ""],
    "><p>end</p>",
  ]);
});

test("pages of thousands of words are compared by the words that come once", () => {
  const words = Array.from({ length: 4000 }, (_, at) => `w${at} `);
  const others = words.with(2000, "x ").toSpliced(3000, 0, "y ", "z ");
  const differing = alignTexts([words, others]).filter((one) => typeof one !== "string");
  expect(differing).toEqual([
    ["w2000 ", "x "],
    ["", "y z "],
  ]);
});

test("the form of a JSON text keeps its keys and white space, and none of its values", () => {
  expect(jsonForm('{ "a" : "x", "b":[1,-2.5e3,null],"c": true }')).toBe('{ "a" : v, "b":[v,v,v],"c": v }');
  // Unfinished texts are read once, however many quotes they hold.
  expect(jsonTokens('"\\'.repeat(30_000)).length).toBeLessThan(10);
});
