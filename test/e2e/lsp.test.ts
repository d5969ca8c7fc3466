/** A whole editing session with the language server: the real process, over stdio. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { openStore } from "../../src/store/open-store.ts";
import { LspClient } from "../support/lsp-client.ts";

const shop = `app shop {
  hosts  shop.example
  route  login POST /login tagged auth
  identify username = body.email
  outcome login success status 303 failure status 401
}

# Companies that rent out machines.
list bad_asn: asn = [9009]
list office: cidr = [10.9.0.0/24]
`;

const broken = `policy stop on shop.logn {
  mode shadow
  when {
    ip.asn in bad_asn
  }
  then { block }
}
`;

interface Place {
  readonly uri: string;
  readonly range: { readonly start: { line: number; character: number } };
}
interface TextEdit {
  readonly range: { readonly start: Position; readonly end: Position };
  readonly newText: string;
}
interface Position {
  readonly line: number;
  readonly character: number;
}

let folder = "";
let client: LspClient;
const uriOf = (name: string) => pathToFileURL(join(folder, name)).href;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sallyport-lsp-"));
  await writeFile(join(folder, "shop.policy"), shop);
  await writeCosts(join(folder, "data"));
  const main = resolve(import.meta.dir, "../../src/main.ts");
  client = new LspClient([process.execPath, main, "lsp", "--data", join(folder, "data")]);
});

afterAll(async () => {
  client.kill();
  await rm(folder, { recursive: true, force: true });
});

/** What a running Sallyport would have measured of the policy. */
async function writeCosts(dataDir: string): Promise<void> {
  const store = await openStore({ dataDir });
  const revision = await store.commands.saveRevision({
    hash: "x",
    irVersion: 1,
    ir: {},
    files: [],
    note: "",
  });
  const cost = { policy: "stop", meanNs: 85, requests: 1000, asked: 120, matched: 3 };
  await store.commands.saveCosts({ revision, costs: [cost] });
  await store.close();
}

/** The edited document, kept as an editor keeps it. */
const edited = { text: broken, version: 1 };

function positionOf(mark: string, offsetInMark: number): Position {
  const offset = edited.text.indexOf(mark) + offsetInMark;
  const before = edited.text.slice(0, offset).split("\n");
  return { line: before.length - 1, character: before.at(-1)?.length ?? 0 };
}

function offsetOf({ line, character }: Position): number {
  const lines = edited.text.split("\n").slice(0, line);
  return lines.reduce((sum, text) => sum + text.length + 1, character);
}

/** Makes edits in the document and sends each as the change of a stretch. */
function edit(edits: readonly TextEdit[]): void {
  const latestFirst = [...edits].sort(
    (left, right) => offsetOf(right.range.start) - offsetOf(left.range.start),
  );
  edited.version++;
  for (const { range, newText } of latestFirst) {
    edited.text =
      edited.text.slice(0, offsetOf(range.start)) + newText + edited.text.slice(offsetOf(range.end));
  }
  client.notify("textDocument/didChange", {
    textDocument: { uri: uriOf("stop.policy"), version: edited.version },
    contentChanges: latestFirst.map(({ range, newText }) => ({ range, text: newText })),
  });
}

function at(mark: string, offsetInMark: number) {
  return { textDocument: { uri: uriOf("stop.policy") }, position: positionOf(mark, offsetInMark) };
}

/** Types a text behind a mark, asks for proposals there, and takes it out again. */
async function proposals(mark: string, typed: string) {
  const place = positionOf(mark, mark.length);
  edit([{ range: { start: place, end: place }, newText: typed }]);
  const end = { line: place.line, character: place.character + typed.length };
  const items = await client.request<{ label: string; detail?: string; textEdit: TextEdit }[]>(
    "textDocument/completion",
    { textDocument: { uri: uriOf("stop.policy") }, position: end },
  );
  edit([{ range: { start: place, end }, newText: "" }]);
  return items;
}

test("an editor opens a broken file, mends, completes, renames, formats, and leaves", async () => {
  const { capabilities } = await client.request<{ capabilities: Record<string, unknown> }>("initialize", {
    processId: process.pid,
    rootUri: pathToFileURL(folder).href,
    capabilities: {},
  });
  expect(capabilities).toMatchObject({ hoverProvider: true, renameProvider: { prepareProvider: true } });
  client.notify("initialized", {});
  const uri = uriOf("stop.policy");
  client.notify("textDocument/didOpen", {
    textDocument: { uri, languageId: "policy", version: 1, text: broken },
  });

  // The app is in a file that is not open.
  const [mistake] = await client.diagnostics(uri, (found) => found.length > 0);
  expect(mistake).toMatchObject({
    code: "N005",
    range: { start: { line: 0, character: 15 }, end: { line: 0, character: 24 } },
  });
  expect(mistake?.message).toContain("did you mean `login`?");

  const [action] = await client.request<
    { title: string; isPreferred: boolean; edit: { changes: Record<string, TextEdit[]> } }[]
  >("textDocument/codeAction", {
    textDocument: { uri },
    range: mistake?.range,
    context: { diagnostics: [mistake] },
  });
  expect(action).toMatchObject({ title: "replace by `login`", isPreferred: true });
  edit(action?.edit.changes[uri] ?? []);
  expect(edited.text).toContain("on shop.login {");
  const left = await client.diagnostics(uri, (found) => !found.some(({ code }) => code === "N005"));
  expect(left.filter(({ code }) => !code.startsWith("W"))).toEqual([]);

  const fields = await proposals("ip.asn in bad_asn\n", "    ip.");
  expect(fields.find(({ label }) => label === "ip.class")).toMatchObject({ detail: "text, observed" });
  expect(fields.find(({ label }) => label === "ip.class")?.textEdit.range.start.character).toBe(4);
  const lists = await proposals("ip.asn in bad_asn\n", "    ip in ");
  expect(lists.map(({ label }) => label)).toEqual(["office"]);

  const classes = await proposals("ip.asn in bad_asn\n", "    ip.class = h");
  expect(classes.map(({ label }) => label)).toEqual(expect.arrayContaining(["hosting", "mobile"]));

  const field = await client.request<{ contents: { value: string } }>("textDocument/hover", at("ip.asn", 4));
  expect(field.contents.value).toContain("observed");
  expect(field.contents.value).toContain("ns");
  const list = await client.request<{ contents: { value: string } }>("textDocument/hover", at("bad_asn", 2));
  expect(list.contents.value).toContain("Companies that rent out machines.");

  const named = await client.request<{ contents: { value: string } }>("textDocument/hover", at("stop on", 2));
  expect(named.contents.value).toContain("about 85 ns a request it is asked about, asked on 12.0 %");

  const definition = await client.request<Place[]>("textDocument/definition", at("bad_asn", 2));
  expect(definition).toMatchObject([
    { uri: uriOf("shop.policy"), range: { start: { line: 8, character: 5 } } },
  ]);
  const references = await client.request<Place[]>("textDocument/references", {
    ...at("bad_asn", 2),
    context: { includeDeclaration: true },
  });
  expect(references.map((place) => place.uri).sort()).toEqual([uriOf("shop.policy"), uri]);

  const refused = await client
    .request("textDocument/rename", { ...at("bad_asn", 2), newName: "office" })
    .then(() => "renamed", String);
  expect(refused).toContain("in use already");
  const renaming = await client.request<{ changes: Record<string, TextEdit[]> }>("textDocument/rename", {
    ...at("bad_asn", 2),
    newName: "rented",
  });
  expect(Object.keys(renaming.changes).sort()).toEqual([uriOf("shop.policy"), uri]);
  edit(renaming.changes[uri] ?? []);
  // Only half of it is done as long as the other file has not changed on disk.
  await client.diagnostics(uri, (found) => found.some(({ code }) => code === "N002"));
  await writeFile(join(folder, "shop.policy"), shop.replace("bad_asn", "rented"));
  client.notify("textDocument/didSave", { textDocument: { uri } });
  const after = await client.diagnostics(uri, (found) => !found.some(({ code }) => code === "N002"));
  expect(after.filter(({ code }) => !code.startsWith("W"))).toEqual([]);

  const symbols = await client.request<{ name: string }[]>("textDocument/documentSymbol", {
    textDocument: { uri },
  });
  expect(symbols.map(({ name }) => name)).toEqual(["stop"]);

  edit([{ range: { start: positionOf("mode", 0), end: positionOf("mode", 0) }, newText: "      " }]);
  const formatting = { textDocument: { uri }, options: { tabSize: 2, insertSpaces: true } };
  edit(await client.request<TextEdit[]>("textDocument/formatting", formatting));
  expect(edited.text).toContain("\n  mode shadow\n");
  expect(await client.request<TextEdit[]>("textDocument/formatting", formatting)).toEqual([]);

  // The server never writes files by itself.
  expect(await readFile(join(folder, "shop.policy"), "utf8")).toContain("list rented: asn = [9009]");
  expect(await client.request<null>("shutdown", null)).toBeNull();
  client.notify("exit", null);
  expect(await client.exited).toBe(0);
  expect(client.stderr).toBe("");
}, 90_000);

test("unsaved files of one folder are one set; a closed one counts as it is on disk; the server goes with its editor", async () => {
  const own = await mkdtemp(join(tmpdir(), "sallyport-lsp-"));
  const uri = (name: string) => pathToFileURL(join(own, name)).href;
  const other = new LspClient([process.execPath, resolve(import.meta.dir, "../../src/main.ts"), "lsp"]);
  try {
    await other.request("initialize", { processId: process.pid, rootUri: null, capabilities: {} });
    other.notify("initialized", {});
    const open = (name: string, text: string) =>
      other.notify("textDocument/didOpen", {
        textDocument: { uri: uri(name), languageId: "policy", version: 1, text },
      });
    open("stop.policy", broken.replace("logn", "login"));
    await other.diagnostics(uri("stop.policy"), (found) => found.some(({ code }) => code === "N004"));
    open("shop.policy", shop);
    await other.diagnostics(uri("stop.policy"), (found) => !found.some(({ code }) => code.startsWith("N")));
    // Never saved: on disk there is no such file.
    other.notify("textDocument/didClose", { textDocument: { uri: uri("shop.policy") } });
    await other.diagnostics(uri("stop.policy"), (found) => found.some(({ code }) => code === "N004"));
    other.hangUp();
    expect(await other.exited).toBe(1);
  } finally {
    other.kill();
    await rm(own, { recursive: true, force: true });
  }
}, 90_000);
