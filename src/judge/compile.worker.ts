/** Compiles a policies folder away from the thread that serves: parsing 10,000 policies takes a second. */

import { type Compilation, compilePolicies, type SourceFile } from "../../dsl/index.ts";
import { scheme } from "../describe/field-table.ts";
import { yieldToServing } from "../thread-priority.ts";
import { PolicyFolder } from "./policy-folder.ts";

/** What is asked: compile these sources, with the lists below this folder. */
export interface CompileOrder {
  readonly folder: string;
  readonly files: readonly SourceFile[];
}

declare const self: Worker;

yieldToServing();

self.onmessage = (event: MessageEvent<CompileOrder>) => {
  const { folder, files } = event.data;
  const answer: Compilation = compilePolicies(files, scheme, new PolicyFolder(folder));
  self.postMessage(answer);
};
