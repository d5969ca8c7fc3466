import { describe, expect, test } from "bun:test";
import { compilePolicies } from "../compile-policies.ts";
import { type DocumentSymbolNode, documentSymbols } from "./document-symbols.ts";
import { applyEdits, findDefinition, findReferences, findRenamable, renameName } from "./find-names.ts";
import { hover } from "./hover.ts";
import { quickFixes } from "./quick-fixes.ts";
import { editing, shopText } from "./sample-sources.ts";

const policy =
  "policy stop on shop.login { when { ip.asn in bad_asn  failures >= 3 } then { deceive fake_page } }\n";

/** The text of the first place. */
function shown(text: string): string[] {
  const sources = editing(text);
  const textOf = new Map(sources.files.map((file) => [file.name, file.text]));
  return findDefinition(sources, sources.position).map(
    ({ file, start, end }) => `${file}:${start} ${textOf.get(file)?.slice(start, end)}`,
  );
}

/** The texts of all files after renaming what the cursor is on, or why it is refused. */
function renamed(text: string, name: string): string | Record<string, string> {
  const sources = editing(text);
  const { edits, problem } = renameName(sources, sources.position, name);
  if (!edits) return problem;
  return Object.fromEntries(
    sources.files.map((file) => [
      file.name,
      applyEdits(
        file.text,
        edits.filter((edit) => edit.file === file.name),
      ),
    ]),
  );
}

/** The text of a hover. */
const hoverText = (source: string) => {
  const sources = editing(source);
  return hover(sources, sources.position)?.markdown;
};

/** The file after the first mend of a code. */
const mended = (source: string, code: string) => {
  const sources = editing(source);
  const { diagnostics } = compilePolicies(sources.files, sources.scheme, sources.lists);
  const file = sources.files[0]!;
  const diagnostic = diagnostics.find((one) => one.code === code && one.file === file.name);
  if (!diagnostic) throw new Error(`no ${code}: ${diagnostics.map((one) => one.code).join()}`);
  const fix = quickFixes(sources, diagnostic)[0];
  return fix && applyEdits(file.text, fix.edits);
};

describe("definition and references", () => {
  test("a name leads to its declaration in another file", () => {
    const list = shopText.indexOf("bad_asn");
    expect(shown(policy.replace("in bad", "in b|ad"))).toEqual([`shop.policy:${list} bad_asn`]);
    const app = shopText.indexOf("shop {");
    expect(shown(policy.replace("on sh", "on s|h"))).toEqual([`shop.policy:${app} shop`]);
    const route = shopText.indexOf("login POST");
    expect(shown(policy.replace(".login", ".lo|gin"))).toEqual([`shop.policy:${route} login`]);
  });

  test("it works in a file that is broken", () => {
    const list = shopText.indexOf("office");
    const broken = "policy a on shop {\n  priorty {{{ 900\n  when { ip in off|ice\n\npolicy b on";
    expect(shown(broken)).toEqual([`shop.policy:${list} office`]);
  });

  test("references are found in all files, parts of targets and events included", () => {
    const sources = editing(
      `${policy}test stop { let a = POST /login  case "x" { send a answering lo|gin.failure } }`,
    );
    const found = findReferences(sources, sources.position);
    const perFile = (name: string) => found.filter(({ file }) => file === name).length;
    expect([perFile("edited.policy"), perFile("shop.policy")]).toEqual([2, 4]);
    expect(found.filter(({ isDeclaration }) => isDeclaration)).toHaveLength(1);
  });

  test("fields have no declaration", () => {
    expect(shown(policy.replace("ip.asn", "ip.|asn"))).toEqual([]);
  });
});

describe("renaming", () => {
  test("changes every file of the set, and the set means the same", () => {
    const after = renamed(policy.replace("shop.login", "shop.lo|gin"), "sign_in") as Record<string, string>;
    expect(after["edited.policy"]).toContain("on shop.sign_in {");
    expect(after["shop.policy"]).toContain("route  sign_in POST /login");
    expect(after["shop.policy"]).toContain("outcome sign_in success");
    expect(after["shop.policy"]).toContain("count at shop.sign_in.failure");
    const files = Object.entries(after).map(([name, text]) => ({ name, text }));
    const { diagnostics } = compilePolicies(files, editing("").scheme, editing("").lists);
    expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  });

  test("refuses names that are taken, reserved, malformed or a field's", () => {
    const on = policy.replace("failures", "fail|ures");
    expect(renamed(on, "logins")).toContain("in use already");
    expect(renamed(on, "scripted")).toContain("in use already");
    expect(renamed(on, "when")).toContain("cannot be a name");
    expect(renamed(on, "two words")).toContain("a name has letters");
    expect(renamed(on, "method")).toContain("field");
    expect(renamed(policy.replace("ip.asn", "ip.a|sn"), "x")).toContain("fields keep their names");
    const sources = editing(policy.replace("ip.asn", "ip.a|sn"));
    expect(findRenamable(sources, sources.position)).toBeUndefined();
  });

  test("merges no tags and no labels", () => {
    expect(renamed("policy x on tagged au|th { then { label a  block } }", "gift_card")).toContain(
      "in use already",
    );
    expect(renamed("policy x on shop { then { label a|a  label bb } }", "bb")).toContain("in use already");
  });
});

describe("hover", () => {
  test("a field shows type, trust and cost", () => {
    const found = hoverText(policy.replace("ip.asn", "ip.a|sn"));
    expect(found).toContain("`asn`");
    expect(found).toContain("observed");
    expect(found).toContain("10 ns");
    expect(hoverText("policy x on shop { when { header x-|a missing } }")).toContain("claimed");
  });

  test("a name shows its declaration and the comment above it", () => {
    expect(hoverText(policy.replace("in bad", "in b|ad"))).toContain("list bad_asn: asn = [9009]");
    expect(hoverText(policy.replace("in bad", "in b|ad"))).toContain("Hosting companies.");
    expect(hoverText("policy x on sh|op { then { block } }")).toContain(
      "The shop itself.\nTwo routes matter.",
    );
    expect(hoverText("policy x on shop.lo|gin { then { block } }")).toContain("route  login POST /login");
  });

  test("a policy shows what it was measured to cost, where the host knows", () => {
    const sources = editing(policy.replace("stop", "st|op"));
    const cost = { policy: "stop", meanNs: 85.4, requests: 1000, asked: 120, matched: 3 };
    const known = hover(sources, sources.position, (name) => (name === "stop" ? cost : undefined));
    expect(known?.markdown).toContain(
      "about 85 ns a request it is asked about, asked on 12.0 % of requests where it applies, matched 0.3 %",
    );
    expect(hover(sources, sources.position, () => undefined)?.markdown).not.toContain("measured");
    expect(hover(sources, sources.position)?.markdown).toContain("policy stop on shop.login");
  });

  test("a keyword says what it does", () => {
    expect(hoverText("policy x on shop { unl|ess { ip in office } }")).toContain("Does not match");
  });
});

describe("quick fixes", () => {
  test("a misspelt word is replaced, and only it", () => {
    expect(mended("policy x on shop { when { ip.asm in bad_asn } then { block } }", "N001")).toContain(
      "{ ip.asn in",
    );
    expect(mended("policy x on shop { when { ip.asn in bad_asm } then { block } }", "N002")).toContain(
      "in bad_asn }",
    );
    expect(mended("policy x on shop.logn { then { block } }", "N005")).toContain("on shop.login {");
    expect(mended("policy x on shop { priorty 5 then { block } }", "P014")).toContain("{ priority 5");
  });

  test("what the help says to write is written", () => {
    expect(mended("policy x on auth { then { block } }", "N004")).toContain("on tagged auth {");
    expect(mended("policy x on shop { when { logins } then { block } }", "T004")).toContain(
      "{ logins >= 10 }",
    );
    expect(mended('policy x on shop { owner "me } then { block } }', "P002")).toBeDefined();
    expect(mended("policy x on shop { then { block }; }", "P001")).toBe(
      "policy x on shop { then { block } }",
    );
  });

  test("a list or response that there is not can be declared, a policy without test gets one", () => {
    const list = mended("policy x on shop { when { ip.asn in elsewhere } then { block } }", "N002");
    expect(list).toContain("\n\nlist elsewhere: asn = []\n");
    const response = mended("policy x on shop { then { deceive somebody } }", "N003");
    expect(response).toContain("response somebody {\n  status 200\n}");
    const tested = mended(
      "policy x on shop { when { ip in office ip.asn in bad_asn } then { block } }",
      "W020",
    );
    expect(tested).toContain("test x {");
    const { diagnostics } = compilePolicies(
      [{ name: "a.policy", text: tested ?? "" }, ...editing("").files],
      editing("").scheme,
      editing("").lists,
    );
    expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  });

  test("an open block is closed where it ends", () => {
    const after = mended(
      "policy x on shop {\n  then { block }\n\npolicy y on shop {\n  then { block }\n}\n",
      "P004",
    );
    expect(after).toContain("  then { block }\n}\n\npolicy y");
  });

  test("what nothing uses can go", () => {
    const after = mended(
      "list office_two: cidr = [10.0.0.0/8]\npolicy x on shop { when { ip in office ip.asn in bad_asn } then { block } }",
      "W001",
    );
    expect(after?.startsWith("policy x")).toBe(true);
  });
});

test("symbols have routes, requests and cases inside, also in broken text", () => {
  const sources = editing('test a {\n  let b = POST /x\n  case "it works" {\n    send b\n\nlist c: asn = [');
  const names = (nodes: readonly DocumentSymbolNode[]): unknown[] =>
    nodes.map(({ name, kind, children }) =>
      children.length > 0 ? [kind, name, names(children)] : [kind, name],
    );
  expect(names(documentSymbols(sources.files[0]!))).toEqual([
    [
      "test",
      "a",
      [
        ["request", "b"],
        ["case", '"it works"'],
      ],
    ],
    ["list", "c"],
  ]);
  expect(names(documentSymbols(sources.files[1]!))).toContainEqual([
    "app",
    "shop",
    [
      ["route", "login"],
      ["route", "card"],
    ],
  ]);
});
