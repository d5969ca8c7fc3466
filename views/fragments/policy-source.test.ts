import { expect, test } from "bun:test";
import * as fc from "fast-check";
import { highlightLine, policySource } from "./policy-source.ts";

const textOf = (markup: string) => {
  let text = "";
  new HTMLRewriter()
    .onDocument({
      text(chunk) {
        text += chunk.text;
      },
    })
    .transform(markup);
  return text
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&amp;", "&");
};

test("colours never change a line's text", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...Array.from("ab.01 #\"/\\{}<>&'=%-_é\t")) }), (line) => {
      expect(textOf(highlightLine(line).join(""))).toBe(line);
    }),
  );
});

test("the parts of a policy are told apart", () => {
  const line = highlightLine('policy stuffing on tagged auth { then { block 403 label "ato" } } # why').join(
    "",
  );
  expect(line).toContain('<span class="tok-keyword">policy</span> <span class="tok-name">stuffing</span>');
  expect(line).toContain('<span class="tok-effect">block</span> <span class="tok-number">403</span>');
  expect(line).toContain('<span class="tok-string">&quot;ato&quot;</span>');
  expect(line).toContain('<span class="tok-comment"># why</span>');
});

test("lines keep their numbers in the file, and wrong ones are marked", () => {
  const source = String(policySource("a\nb\n", { firstLine: 9, lineHref: "#L", wrongLines: new Set([10]) }));
  expect([...source.matchAll(/id="L(\d+)"/g)].map((match) => match[1])).toEqual(["9", "10"]);
  expect(source).toContain('class="line wrong" id="L10"');
});
