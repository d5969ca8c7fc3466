/** `sallyport lsp`: the language's editing functions as a language server over stdio. */
import {
  type Connection,
  createConnection,
  DidChangeWatchedFilesNotification,
  type InitializeParams,
  type InitializeResult,
  LSPErrorCodes,
  MarkupKind,
  ResponseError,
  TextDocumentSyncKind,
  TextDocuments,
} from "vscode-languageserver/node";
import { TextDocument } from "vscode-languageserver-textdocument";
import {
  complete,
  documentSymbols,
  findDefinition,
  findReferences,
  findRenamable,
  formatPolicy,
  hover,
  type PolicyCost,
  quickFixes,
  renameName,
  type SourcePosition,
} from "../../dsl/index.ts";
import { version } from "../version.ts";
import { measuredCosts } from "./measured-costs.ts";
import { PolicyDocuments, type PolicySetDocuments } from "./policy-documents.ts";
import {
  changes,
  codeAction,
  completionItems,
  location,
  wireDiagnostic,
  wireSymbols,
} from "./protocol-values.ts";

/** How long the typing must pause before diagnostics are made, ms. */
const pauseMs = 150;

/** A place in an open document. */
interface AskedPlace {
  readonly textDocument: { readonly uri: string };
  readonly position: { readonly line: number; readonly character: number };
}

/**
 * Serves one editor on this process's stdin and stdout; the process ends when the editor says so or goes. With a data
 * directory it shows what live policies were measured to cost.
 */
export function runLanguageServer(dataDir: string | undefined): void {
  const connection = createConnection(process.stdin, process.stdout);
  new LanguageServer(connection, dataDir === undefined ? undefined : measuredCosts(dataDir)).listen();
}

class LanguageServer {
  readonly #connection: Connection;
  readonly #texts = new TextDocuments(TextDocument);
  readonly #documents = new PolicyDocuments();
  readonly #pauses = new Map<PolicySetDocuments, Timer>();
  /** The documents of each set that were last said to have mistakes. */
  readonly #faulty = new Map<PolicySetDocuments, ReadonlySet<string>>();
  readonly #costs: ((policy: string) => PolicyCost | undefined) | undefined;
  #canWatch = false;

  constructor(connection: Connection, costs: ((policy: string) => PolicyCost | undefined) | undefined) {
    this.#connection = connection;
    this.#costs = costs;
  }

  listen(): void {
    const connection = this.#connection;
    connection.onInitialize((params) => this.#initialize(params));
    connection.onInitialized(() => void this.#watchFiles());
    connection.onShutdown(() => {
      for (const timer of this.#pauses.values()) clearTimeout(timer);
    });
    connection.onDidChangeWatchedFiles(() => {
      for (const set of this.#documents.refreshed()) this.#checkSoon(set);
    });
    this.#texts.onDidChangeContent(({ document }) => this.#checkSoon(this.#documents.put(document)));
    this.#texts.onDidSave(({ document }) => {
      this.#documents.of(document.uri)?.refresh();
      this.#checkSoon(this.#documents.of(document.uri));
    });
    this.#texts.onDidClose(({ document }) => this.#closed(document.uri));
    this.#answerQuestions();
    this.#answerEdits();
    this.#texts.listen(connection);
    connection.listen();
  }

  #initialize({ capabilities, workspaceFolders, rootUri }: InitializeParams): InitializeResult {
    const root = rootUri === null || rootUri === undefined ? [] : [rootUri];
    this.#documents.setRoots(workspaceFolders?.map(({ uri }) => uri) ?? root);
    this.#canWatch = capabilities.workspace?.didChangeWatchedFiles?.dynamicRegistration === true;
    return {
      serverInfo: { name: "sallyport", version },
      capabilities: {
        textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental, save: true },
        completionProvider: { triggerCharacters: ["."] },
        hoverProvider: true,
        definitionProvider: true,
        referencesProvider: true,
        renameProvider: { prepareProvider: true },
        documentSymbolProvider: true,
        documentFormattingProvider: true,
        codeActionProvider: { codeActionKinds: ["quickfix"] },
      },
    };
  }

  async #watchFiles(): Promise<void> {
    if (!this.#canWatch) return;
    const watchers = [{ globPattern: "**/*.{policy,txt,csv}" }];
    await this.#connection.client.register(DidChangeWatchedFilesNotification.type, { watchers });
  }

  #closed(uri: string): void {
    const closing = this.#documents.of(uri);
    const left = this.#documents.close(uri);
    if (left || !closing) return this.#checkSoon(left);
    clearTimeout(this.#pauses.get(closing));
    this.#pauses.delete(closing);
    for (const faulty of this.#faulty.get(closing) ?? []) this.#send(faulty, []);
    this.#faulty.delete(closing);
  }

  #checkSoon(set: PolicySetDocuments | undefined): void {
    if (!set) return;
    clearTimeout(this.#pauses.get(set));
    this.#pauses.set(
      set,
      setTimeout(() => this.#check(set), pauseMs),
    );
  }

  #check(set: PolicySetDocuments): void {
    this.#pauses.delete(set);
    const before = this.#faulty.get(set) ?? new Set();
    const faulty = new Set<string>();
    for (const name of set.names) {
      const uri = set.uri(name);
      const own = set.diagnostics.filter(({ file }) => file === name);
      if (own.length > 0) faulty.add(uri);
      // An open document is told of its being clean too; of the others only those that changed.
      if (own.length > 0 || before.has(uri) || this.#texts.get(uri)) {
        this.#send(
          uri,
          own.map((diagnostic) => wireDiagnostic(diagnostic, set)),
        );
      }
    }
    this.#faulty.set(set, faulty);
  }

  #send(uri: string, diagnostics: ReturnType<typeof wireDiagnostic>[]): void {
    const open = this.#texts.get(uri);
    void this.#connection.sendDiagnostics({
      uri,
      diagnostics,
      ...(open ? { version: open.version } : {}),
    });
  }

  /** The set and place that an editor asks about. */
  #place({
    textDocument,
    position,
  }: AskedPlace): { set: PolicySetDocuments; at: SourcePosition } | undefined {
    const set = this.#documents.of(textDocument.uri);
    const text = this.#texts.get(textDocument.uri);
    if (!set || !text) return undefined;
    return { set, at: { file: set.name(textDocument.uri), offset: text.offsetAt(position) } };
  }

  #answerQuestions(): void {
    const connection = this.#connection;
    connection.onCompletion((asked) => {
      const place = this.#place(asked);
      if (!place) return [];
      const found = complete(place.set.sources, place.at);
      const range = place.set.range({ file: place.at.file, start: found.start, end: found.end });
      return completionItems(found, range);
    });
    connection.onHover((asked) => {
      const place = this.#place(asked);
      const found = place && hover(place.set.sources, place.at, this.#costs);
      if (!found) return null;
      const range = place.set.range({ file: place.at.file, start: found.start, end: found.end });
      return { contents: { kind: MarkupKind.Markdown, value: found.markdown }, range };
    });
    connection.onDefinition((asked) => {
      const place = this.#place(asked);
      return place
        ? findDefinition(place.set.sources, place.at).map((span) => location(span, place.set))
        : [];
    });
    connection.onReferences((asked) => {
      const place = this.#place(asked);
      if (!place) return [];
      return findReferences(place.set.sources, place.at)
        .filter(({ isDeclaration }) => asked.context.includeDeclaration || !isDeclaration)
        .map((span) => location(span, place.set));
    });
    connection.onDocumentSymbol(({ textDocument }) => {
      const { set, file } = this.#file(textDocument.uri);
      return set && file ? wireSymbols(documentSymbols(file), file.name, set) : [];
    });
  }

  #answerEdits(): void {
    const connection = this.#connection;
    connection.onPrepareRename((asked) => {
      const place = this.#place(asked);
      const span = place && findRenamable(place.set.sources, place.at);
      return span ? place.set.range(span) : null;
    });
    connection.onRenameRequest((asked) => {
      const place = this.#place(asked);
      if (!place) return null;
      const { edits, problem } = renameName(place.set.sources, place.at, asked.newName);
      if (!edits) return new ResponseError(LSPErrorCodes.RequestFailed, problem);
      return { changes: changes(edits, place.set) };
    });
    connection.onDocumentFormatting(({ textDocument }) => {
      const { set, file } = this.#file(textDocument.uri);
      if (!set || !file) return [];
      const formatted = formatPolicy(file);
      if (!("text" in formatted) || formatted.text === file.text) return [];
      const range = set.range({ file: file.name, start: 0, end: file.text.length });
      return [{ range, newText: formatted.text }];
    });
    connection.onCodeAction(({ textDocument, range }) => {
      const { set, file } = this.#file(textDocument.uri);
      const text = this.#texts.get(textDocument.uri);
      if (!set || !file || !text) return [];
      const start = text.offsetAt(range.start);
      const end = text.offsetAt(range.end);
      return set.diagnostics
        .filter((one) => one.file === file.name && one.start <= end && one.end >= start)
        .flatMap((one) => quickFixes(set.sources, one).map((fix) => codeAction(fix, one, set)));
    });
  }

  #file(uri: string) {
    const set = this.#documents.of(uri);
    return { set, file: set?.sources.files.find(({ name }) => name === set.name(uri)) };
  }
}
