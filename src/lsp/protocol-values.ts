/** What the language says, in the words of the Language Server Protocol. */
import {
  type CodeAction,
  CodeActionKind,
  type CompletionItem,
  CompletionItemKind,
  DiagnosticSeverity,
  DiagnosticTag,
  type DocumentSymbol,
  type Location,
  MarkupKind,
  type Range,
  SymbolKind,
  type TextEdit,
  type Diagnostic as WireDiagnostic,
} from "vscode-languageserver/node";
import {
  type Completion,
  type Completions,
  type Diagnostic,
  type DocumentSymbolNode,
  meansUnused,
  type QuickFix,
  type SourceEdit,
  type Span,
} from "../../dsl/index.ts";
import type { PolicySetDocuments } from "./policy-documents.ts";

const itemKinds: Readonly<Record<Completion["kind"], CompletionItemKind>> = {
  keyword: CompletionItemKind.Keyword,
  operator: CompletionItemKind.Operator,
  field: CompletionItemKind.Field,
  value: CompletionItemKind.Value,
  outcome: CompletionItemKind.Event,
  app: CompletionItemKind.Module,
  route: CompletionItemKind.Method,
  tag: CompletionItemKind.Constant,
  list: CompletionItemKind.Enum,
  condition: CompletionItemKind.Variable,
  cohort: CompletionItemKind.Class,
  response: CompletionItemKind.Struct,
  webhook: CompletionItemKind.Function,
  channel: CompletionItemKind.Interface,
  smtp: CompletionItemKind.Interface,
  policy: CompletionItemKind.Class,
  label: CompletionItemKind.Constant,
  request: CompletionItemKind.Variable,
};

const symbolKinds: Readonly<Record<DocumentSymbolNode["kind"], SymbolKind>> = {
  app: SymbolKind.Module,
  list: SymbolKind.Enum,
  fingerprint: SymbolKind.Boolean,
  measure: SymbolKind.Number,
  remember: SymbolKind.Variable,
  sequence: SymbolKind.Array,
  cohort: SymbolKind.Object,
  response: SymbolKind.Struct,
  webhook: SymbolKind.Function,
  channel: SymbolKind.Interface,
  smtp: SymbolKind.Interface,
  policy: SymbolKind.Class,
  test: SymbolKind.Namespace,
  route: SymbolKind.Method,
  request: SymbolKind.Variable,
  case: SymbolKind.Event,
};

/** Proposals; the order in which the language gave them stays. */
export function completionItems({ items }: Completions, range: Range): CompletionItem[] {
  return items.map(({ label, kind, detail, doc, insert }, index) => ({
    label,
    kind: itemKinds[kind],
    sortText: String(index).padStart(5, "0"),
    textEdit: { range, newText: insert ?? label },
    ...(detail === undefined ? {} : { detail }),
    ...(doc === undefined ? {} : { documentation: { kind: MarkupKind.Markdown, value: doc } }),
  }));
}

/** A diagnostic with its help below the message. */
export function wireDiagnostic(diagnostic: Diagnostic, set: PolicySetDocuments): WireDiagnostic {
  const { code, severity, message, help, related } = diagnostic;
  return {
    range: set.range(diagnostic),
    severity: severity === "error" ? DiagnosticSeverity.Error : DiagnosticSeverity.Warning,
    code,
    source: "sallyport",
    message: help === undefined ? message : `${message}\nhelp: ${help}`,
    ...(meansUnused(code) ? { tags: [DiagnosticTag.Unnecessary] } : {}),
    ...(related === undefined
      ? {}
      : {
          relatedInformation: related.map((place) => ({
            location: location(place, set),
            message: place.message,
          })),
        }),
  };
}

/** A place with its document. */
export function location(span: Span, set: PolicySetDocuments): Location {
  return { uri: set.uri(span.file), range: set.range(span) };
}

/** Edits by document. */
export function changes(edits: readonly SourceEdit[], set: PolicySetDocuments): Record<string, TextEdit[]> {
  const found: Record<string, TextEdit[]> = {};
  for (const edit of edits) {
    const own = (found[set.uri(edit.file)] ??= []);
    own.push({ range: set.range(edit), newText: edit.text });
  }
  return found;
}

/** A mend of a diagnostic. */
export function codeAction(fix: QuickFix, diagnostic: Diagnostic, set: PolicySetDocuments): CodeAction {
  return {
    title: fix.title,
    kind: CodeActionKind.QuickFix,
    isPreferred: fix.isPreferred,
    diagnostics: [wireDiagnostic(diagnostic, set)],
    edit: { changes: changes(fix.edits, set) },
  };
}

/** Declarations with what is inside them. */
export function wireSymbols(
  nodes: readonly DocumentSymbolNode[],
  file: string,
  set: PolicySetDocuments,
): DocumentSymbol[] {
  return nodes.map((node) => ({
    name: node.name,
    kind: symbolKinds[node.kind],
    range: set.range({ file, start: node.start, end: node.end }),
    selectionRange: set.range({ file, start: node.nameStart, end: node.nameEnd }),
    children: wireSymbols(node.children, file, set),
  }));
}
