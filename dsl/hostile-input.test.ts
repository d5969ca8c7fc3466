/** Whatever the text, compiling ends soon, with diagnostics and without a throw. */
import { expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { compilePolicies } from "./compile-policies.ts";
import { formatDiagnostic } from "./format-diagnostic.ts";
import { sampleLists, sampleScheme } from "./sample-scheme.ts";

// Generous, since other tests may share the machine; each takes a fraction of it alone.
const limitMs = 10_000;

function compile(text: string) {
  const files = [{ name: "hostile.policy", text }];
  const start = performance.now();
  const { ir, diagnostics } = compilePolicies(files, sampleScheme, sampleLists);
  const texts = diagnostics.map((diagnostic) => formatDiagnostic(diagnostic, files, { color: true }));
  expect(performance.now() - start).toBeLessThan(limitMs);
  expect(diagnostics.length).toBeLessThanOrEqual(101);
  return { ir, codes: diagnostics.map((diagnostic) => diagnostic.code), texts };
}

const megabyte = 1 << 20;
const fill = (part: string) => part.repeat(Math.floor(megabyte / part.length));

test("deep nesting is refused", () => {
  expect(compile(`policy p on everything { when ${"{ any ".repeat(50_000)}`).codes).toContain("P011");
  expect(compile(`response r { json ${"[".repeat(200_000)} }`).codes).toContain("P011");
});

test("a megabyte of anything ends with a bounded number of diagnostics", () => {
  for (const part of [
    "policy ",
    "}",
    "{}",
    "\u0000",
    '"',
    '"a" ',
    "/",
    "policy p on q { ",
    "a = ",
    "::1 ",
    "1.2.3.4/",
    "# x\n",
  ]) {
    compile(fill(part));
  }
  expect(compile("policy p on q {} ".repeat(13_000)).codes).toEqual(["L005"]);
  expect(compile(fill("} ")).codes).toEqual(["P010"]);
  expect(compile("\u0000 ".repeat(1000)).codes).toContain("P012");
  expect(compile(`app a { ${"route x\n".repeat(1000)} }`).codes).toContain("P012");
}, 60_000);

test("a larger file is refused unread", () => {
  expect(compile(`${fill("a")}aaaaaaaaaaaaaaaaa`).codes).toEqual(["P010"]);
});

test("hundreds of names near each other do not make suggestions slow", () => {
  const lists = Array.from({ length: 5000 }, (_, index) => `list network_list_${index}: asn = [1]`).join(
    "\n",
  );
  const uses = Array.from({ length: 5000 }, (_, index) => `ip.asn in network_lisst_${index}`).join("\n");
  compile(`${lists}\napp a { }\npolicy p on a { when { ${uses} } then { block } }`);
});

test("too many declarations are refused", () => {
  const hosts = Array.from({ length: 1001 }, (_, index) => `app a${index} { hosts h${index}.example }`);
  expect(compile(hosts.join("\n")).codes).toEqual(["L005"]);
});

test("a list of more than 500,000 entries is refused", () => {
  const lists = { read: () => "1\n".repeat(500_001) };
  const files = [{ name: "a.policy", text: 'list big: asn from "big.txt"' }];
  expect(compilePolicies(files, sampleScheme, lists).diagnostics.map((one) => one.code)).toEqual(["L004"]);
});

test("terminal escapes in a policy do not reach the terminal", () => {
  const { texts } = compile('policy \u001B[2J on "\u001B]0;x\u0007" \u0007`rm -rf`');
  for (const text of texts) {
    // oxlint-disable-next-line no-control-regex -- only the formatter's own colours may be left
    expect(text.replaceAll(/\u001B\[[\d;]*m/g, "")).not.toMatch(/[\u0000-\u0009\u000B-\u001F]/);
  }
});

test("mutated fixtures never make the compiler throw", () => {
  const folder = join(import.meta.dir, "fixtures", "accepted");
  const texts = readdirSync(folder).map((file) => readFileSync(join(folder, file), "utf8"));
  const words = texts.join(" ").match(/\S+/g) ?? [];
  const edit = fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    cut: fc.integer({ min: 0, max: 30 }),
    put: fc.oneof(
      fc.constantFrom(...words),
      fc.string({ maxLength: 5 }),
      fc.constantFrom("{", "}", '"', "/", "["),
    ),
  });
  fc.assert(
    fc.property(fc.constantFrom(...texts), fc.array(edit, { minLength: 1, maxLength: 5 }), (text, edits) => {
      let mutated = text;
      for (const { at, cut, put } of edits) {
        const offset = Math.floor(at * mutated.length);
        mutated = `${mutated.slice(0, offset)} ${put} ${mutated.slice(offset + cut)}`;
      }
      compile(mutated);
    }),
    { numRuns: 1000 },
  );
}, 60_000);

test("a label that rests on itself through a fingerprint is a mistake, not a fall", () => {
  const text = `app a { route login POST /login }
    fingerprint print { +1 labelled x match at 1 }
    policy p0 on a { when { method = GET } unless { labelled x } then { block } }
    policy p1 on a { when { print } then { label x } }`;
  const { diagnostics } = compilePolicies([{ name: "x.policy", text }], sampleScheme, sampleLists);
  expect(diagnostics.map(({ code }) => code)).toContain("S022");
});

test("fingerprints that rest on each other end as a diagnostic, also where they exempt", () => {
  const text = `
    app a { hosts *  route login POST /login }
    fingerprint x { +10 y match at 5 }
    fingerprint y { +10 x match at 5 }
    policy p on a.login { mode enforce when { method = "POST" } unless { x } then { block } }
    policy q on a.login { mode enforce when { y } then { allow from p } }`;
  const { ir, codes } = compile(text);
  expect(ir).toBeUndefined();
  expect(codes).toContain("S007");
});

function doubling(length: number): string {
  const levels = Array.from({ length }, (_, level) => {
    return `fingerprint f${level} { +10 f${level + 1}  +10 f${level + 1} match at 5 }`;
  });
  return `
  app a { hosts *  route login POST /login }
  ${levels.join("\n")}
  fingerprint f${length} { +10 header x-a present match at 5 }
  policy p on a.login { mode shadow when { method = "POST" } unless { f0 } then { block } }`;
}

test("fingerprints that each rest twice on the next are looked into once each", () => {
  expect(compile(doubling(9)).codes).toEqual(["S001"]);
  // Written out it would ask 2^40 questions.
  expect(compile(doubling(40)).codes).toContain("L006");
});

test("a chain of fingerprints or labels is refused before it is followed", () => {
  const fingerprints = Array.from(
    { length: 4000 },
    (_, at) => `fingerprint f${at} { +1 f${at + 1} match at 1 }`,
  );
  const chain = `${fingerprints.join("\n")} fingerprint f4000 { +1 method = GET match at 1 }`;
  expect(compile(chain).codes).toContain("L006");
  const ring = chain.replace("method = GET", "f0");
  expect(new Set(compile(ring).codes)).toEqual(new Set(["L006", "P012"]));
  const labels = Array.from({ length: 10_000 }, (_, at) => {
    return `policy p${at} on a { when { labelled l${at} } then { label l${at + 1} } }`;
  });
  expect(compile(`app a { }\n${labels.join("\n")}`).codes).toContain("L006");
});

test("thousands of policies that read one label of thousands are looked into once each", () => {
  const policies = Array.from({ length: 5000 }, (_, at) => {
    return `policy p${at} on a { when { ip = 10.0.0.1 } unless { labelled x labelled y } then { label x label z } }`;
  });
  compile(`app a { }\n${policies.join("\n")}`);
});

test("patterns of a million instructions are refused together, not compiled to the end", () => {
  const policies = Array.from({ length: 1500 }, (_, at) => {
    const patterns = Array.from({ length: 16 }, (_, index) => `path matches /x${at}-${index}[a-z]{1,200}/`);
    return `policy p${at} on a { when { any { ${patterns.join(" ")} } } then { block } }`;
  });
  expect(compile(`app a { }\n${policies.join("\n")}`).codes).toEqual(["L007"]);
});

test("a policy of thousands of questions is refused", () => {
  const questions = Array.from({ length: 2001 }, (_, at) => `ip.asn = ${at + 1}`).join(" ");
  const text = `app a { } policy p on a { when { any { ${questions} } } then { block } }`;
  expect(compile(text).codes).toEqual(["L006"]);
});
