/** The documents that an editor has open, as sets: those of one folder belong together, with its unopened files from disk. */
import { existsSync, readdirSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Range } from "vscode-languageserver/node";
import { TextDocument } from "vscode-languageserver-textdocument";
import {
  compilePolicies,
  type Diagnostic,
  type PolicySources,
  type SourceFile,
  type Span,
} from "../../dsl/index.ts";
import { scheme } from "../describe/field-table.ts";
import { PolicyFolder } from "../judge/policy-folder.ts";

/** Most documents of one folder that are looked at while open; more are read from disk. */
const mostOpen = 500;

/** One folder's documents. */
export class PolicySetDocuments {
  readonly #folder: PolicyFolder | undefined;
  readonly #open = new Map<string, TextDocument>();
  /** What was last made of each document, so that unchanged files stay the same objects. */
  readonly #made = new Map<string, { version: number; file: SourceFile }>();
  #disk: readonly SourceFile[] | undefined;
  #sources: PolicySources | undefined;
  #diagnostics: readonly Diagnostic[] | undefined;
  readonly #closed = new Map<string, TextDocument>();

  /** Without a folder, for a document that is no file, the set is that document. */
  constructor(folder: string | undefined) {
    this.#folder = folder === undefined ? undefined : new PolicyFolder(folder);
  }

  /** Takes a document that was opened or changed. */
  put(document: TextDocument): void {
    const name = this.name(document.uri);
    if (!this.#open.has(name)) {
      if (this.#open.size >= mostOpen) return;
      this.#disk = undefined;
    }
    this.#open.set(name, document);
    this.#forget();
  }

  /** Lets go of a document; true when none is left. */
  close(uri: string): boolean {
    this.#open.delete(this.name(uri));
    this.#made.delete(this.name(uri));
    this.refresh();
    return this.#open.size === 0;
  }

  /** Reads the folder again when next asked. */
  refresh(): void {
    this.#disk = undefined;
    this.#forget();
  }

  #forget(): void {
    this.#sources = undefined;
    this.#diagnostics = undefined;
    this.#closed.clear();
  }

  /** A document's name in the set. */
  name(uri: string): string {
    return this.#folder ? relative(this.#folder.path, fileURLToPath(uri)) : uri;
  }

  /** The document of a file. */
  uri(name: string): string {
    return this.#open.get(name)?.uri ?? (this.#folder ? fileUri(join(this.#folder.path, name)) : name);
  }

  /** The names of all files. */
  get names(): readonly string[] {
    return this.sources.files.map(({ name }) => name);
  }

  /** The set as it is being edited. */
  get sources(): PolicySources {
    this.#sources ??= { files: this.#files(), scheme, lists: { read: (name) => this.#folder?.read(name) } };
    return this.#sources;
  }

  /** Everything that there is to say about the set. */
  get diagnostics(): readonly Diagnostic[] {
    const { files, lists } = this.sources;
    this.#diagnostics ??= compilePolicies(files, scheme, lists).diagnostics;
    return this.#diagnostics;
  }

  #files(): SourceFile[] {
    const files = new Map<string, SourceFile>();
    for (const file of this.#unopened()) files.set(file.name, file);
    for (const [name, document] of this.#open) files.set(name, this.#fileOf(name, document));
    return [...files.values()].sort((left, right) => (left.name < right.name ? -1 : 1));
  }

  #fileOf(name: string, document: TextDocument): SourceFile {
    const made = this.#made.get(name);
    if (made?.version === document.version) return made.file;
    const file = { name, text: document.getText() };
    this.#made.set(name, { version: document.version, file });
    return file;
  }

  #unopened(): readonly SourceFile[] {
    if (this.#disk) return this.#disk;
    try {
      this.#disk = this.#folder?.sources() ?? [];
    } catch {
      // A folder that cannot be read must not keep the open documents from being edited.
      this.#disk = [];
    }
    return this.#disk;
  }

  /** The document of a file, opened or not. */
  document(name: string): TextDocument | undefined {
    const open = this.#open.get(name) ?? this.#closed.get(name);
    if (open) return open;
    const file = this.sources.files.find((one) => one.name === name);
    if (!file) return undefined;
    const document = TextDocument.create(this.uri(name), "policy", 0, file.text);
    this.#closed.set(name, document);
    return document;
  }

  /** A stretch in lines and characters. */
  range({ file, start, end }: Span): Range {
    const document = this.document(file);
    const zero = { line: 0, character: 0 };
    return document
      ? { start: document.positionAt(start), end: document.positionAt(end) }
      : { start: zero, end: zero };
  }
}

/** The sets of all open documents. */
export class PolicyDocuments {
  readonly #sets = new Map<string, PolicySetDocuments>();
  readonly #folders = new Map<string, string>();
  #roots: readonly string[] = [];

  /** The folders that the editor works in. */
  setRoots(uris: readonly string[]): void {
    this.#roots = uris.filter((uri) => uri.startsWith("file:")).map((uri) => fileURLToPath(uri));
  }

  /** Takes a document that was opened or changed; gives its set. */
  put(document: TextDocument): PolicySetDocuments {
    const key = this.#keyOf(document.uri);
    let set = this.#sets.get(key);
    if (!set) {
      set = new PolicySetDocuments(document.uri.startsWith("file:") ? key : undefined);
      this.#sets.set(key, set);
    }
    set.put(document);
    return set;
  }

  /** The set of an open document. */
  of(uri: string): PolicySetDocuments | undefined {
    return this.#sets.get(this.#keyOf(uri));
  }

  /** Lets go of a document; gives its set if others of it are open. */
  close(uri: string): PolicySetDocuments | undefined {
    const key = this.#keyOf(uri);
    const set = this.#sets.get(key);
    this.#folders.delete(uri);
    if (set?.close(uri) !== true) return set;
    this.#sets.delete(key);
    return undefined;
  }

  /** All sets, their folders to be read again. */
  refreshed(): PolicySetDocuments[] {
    const sets = [...this.#sets.values()];
    for (const set of sets) set.refresh();
    return sets;
  }

  #keyOf(uri: string): string {
    if (!uri.startsWith("file:")) return uri;
    let folder = this.#folders.get(uri);
    if (folder === undefined) {
      folder = this.#folderOf(dirname(fileURLToPath(uri)));
      this.#folders.set(uri, folder);
    }
    return folder;
  }

  /** The outermost folder with policies between the editor's own and the document's: sets may have folders inside. */
  #folderOf(own: string): string {
    const root = this.#roots.find((path) => own === path || own.startsWith(path + sep));
    if (root === undefined) return own;
    let path = root;
    for (const part of ["", ...relative(root, own).split(sep)]) {
      path = join(path, part);
      if (hasPolicies(path)) return path;
    }
    return own;
  }
}

function hasPolicies(path: string): boolean {
  try {
    return existsSync(path) && readdirSync(path).some((name) => name.endsWith(".policy"));
  } catch {
    return false;
  }
}

function fileUri(path: string): string {
  return pathToFileURL(path).href;
}
