/**
 * Compiles a policies folder away from the thread that serves: parsing 10,000 policies takes a second, and so does
 * reading long lists. Even unpacking the answer would hold up traffic, so that it goes back in parts, each when asked for.
 */

import {
  buffersOf,
  compilePolicies,
  type Diagnostic,
  type ListIr,
  type ListPort,
  type PolicyIr,
  type PreparedList,
  policyHash,
  prepareList,
  type SourceFile,
} from "../../dsl/index.ts";
import { scheme } from "../describe/field-table.ts";
import { yieldToServing } from "../thread-priority.ts";
import { PolicyFolder } from "./policy-folder.ts";

/** What is asked: compile these sources, with the lists below this folder. */
export interface CompileOrder {
  readonly folder: string;
  readonly files: readonly SourceFile[];
  /** What decides already; of the same sources only the lists are read. */
  readonly known: { readonly hash: string; readonly lists: readonly ListIr[] } | undefined;
}

/** A part of the answer. */
export type CompilePart =
  | { readonly kind: "diagnostics"; readonly diagnostics: readonly Diagnostic[] }
  /** The compiled form without its policies and predicates, and all of it as JSON; never for known sources. */
  | { readonly kind: "ir"; readonly ir: PolicyIr; readonly json: string }
  | { readonly kind: "policies"; readonly policies: PolicyIr["policies"] }
  | { readonly kind: "predicates"; readonly predicates: PolicyIr["predicates"] }
  | { readonly kind: "list"; readonly list: PreparedList }
  | { readonly kind: "end" };

declare const self: Worker;

const policiesAPart = 100;
const predicatesAPart = 500;

yieldToServing();

let parts: Generator<CompilePart> | undefined;

self.onmessage = (event: MessageEvent<CompileOrder | "next">) => {
  if (event.data !== "next") parts = answer(event.data);
  const part = parts?.next();
  if (!part || part.done) return;
  const buffers = part.value.kind === "list" ? buffersOf(part.value.list) : [];
  self.postMessage(part.value, buffers as ArrayBuffer[]);
};

function* answer({ folder, files, known }: CompileOrder): Generator<CompilePart> {
  const port = new PolicyFolder(folder);
  const lists = known && policyHash(files, scheme) === known.hash ? soundLists(known.lists, port) : undefined;
  if (lists) yield* lists.map((list) => ({ kind: "list", list }) as const);
  else yield* compiled(files, port);
  yield { kind: "end" };
}

/** The lists; undefined when there is something to say about one, which is the compiler's to say. */
function soundLists(lists: readonly ListIr[], folder: PolicyFolder): PreparedList[] | undefined {
  let isSound = true;
  const unsound = () => {
    isSound = false;
  };
  const port: ListPort = { read: (name) => folder.read(name), unsound };
  const prepared = lists.map((list) => prepareList(list, port));
  return isSound ? prepared : undefined;
}

function* compiled(files: readonly SourceFile[], folder: PolicyFolder): Generator<CompilePart> {
  const { ir, diagnostics } = compilePolicies(files, scheme, folder);
  yield { kind: "diagnostics", diagnostics };
  if (!ir) return;
  yield { kind: "ir", ir: { ...ir, policies: [], predicates: [] }, json: JSON.stringify(ir) };
  for (let at = 0; at < ir.policies.length; at += policiesAPart) {
    yield { kind: "policies", policies: ir.policies.slice(at, at + policiesAPart) };
  }
  for (let at = 0; at < ir.predicates.length; at += predicatesAPart) {
    yield { kind: "predicates", predicates: ir.predicates.slice(at, at + predicatesAPart) };
  }
  for (const list of ir.lists) yield { kind: "list", list: prepareList(list, folder) };
}
