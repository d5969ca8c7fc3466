/** The outline that an editor shows beside a file. */
import type { SourceFile } from "../source-file.ts";
import { type OutlineChild, type OutlineDeclaration, outlineOf } from "./file-outline.ts";

/** A declaration or a named part of one; `nameStart` and `nameEnd` lie between `start` and `end`. */
export interface DocumentSymbolNode {
  readonly name: string;
  readonly kind: OutlineDeclaration["word"] | OutlineChild["kind"];
  readonly start: number;
  readonly end: number;
  readonly nameStart: number;
  readonly nameEnd: number;
  readonly children: readonly DocumentSymbolNode[];
}

/** The declarations of a file in their order, with routes, requests and cases inside; also of broken text. */
export function documentSymbols(file: SourceFile): DocumentSymbolNode[] {
  return outlineOf(file).declarations.map(({ word, name, start, end, children }) => ({
    name: name?.text ?? word,
    kind: word,
    start,
    end,
    nameStart: name?.start ?? start,
    nameEnd: name?.end ?? end,
    children: children.map((child) => ({
      name: child.text,
      kind: child.kind,
      start: child.start,
      end: child.end,
      nameStart: child.start,
      nameEnd: child.end,
      children: [],
    })),
  }));
}
