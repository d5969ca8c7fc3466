/** The compiler as the serving thread sees it: a Worker that lives for one compilation. */
import type { Diagnostic, PolicyIr, PreparedList, SourceFile } from "../../dsl/index.ts";
import { workerUrl } from "../worker-url.ts";
import type { CompileOrder, CompilePart } from "./compile.worker.ts";

/** A compilation that takes longer is given up, ms. */
const compileMs = 30_000;

/** What comes of a folder. */
export interface WorkerCompilation {
  /** The compiled form, and the same as JSON; undefined when it does not compile, and for known sources. */
  readonly compiled: { readonly ir: PolicyIr; readonly json: string } | undefined;
  readonly diagnostics: readonly Diagnostic[];
  /** The lists were read anew and nothing else: the sources are those that are known. */
  readonly isKnown: boolean;
  /** The lists of the set in their order. */
  readonly lists: readonly PreparedList[];
}

/** Compiles in a Worker; rejects when it dies or takes too long. Sources of the `known` hash are not compiled again. */
export function compileInWorker(
  folder: string,
  files: readonly SourceFile[],
  known?: { readonly hash: string; readonly lists: PolicyIr["lists"] },
): Promise<WorkerCompilation> {
  const { promise, resolve, reject } = Promise.withResolvers<WorkerCompilation>();
  const worker = new Worker(workerUrl("judge/compile"));
  const timer = setTimeout(() => reject(new Error("compiling took too long")), compileMs);
  const parts = new Parts();
  worker.onmessage = (event: MessageEvent<CompilePart>) => {
    if (!parts.take(event.data)) resolve(parts.whole());
    // A turn of the event loop for each part: requests come first.
    else setImmediate(() => worker.postMessage("next"));
  };
  worker.onerror = (event) => reject(new Error(event.message));
  worker.postMessage({ folder, files, known } satisfies CompileOrder);
  return promise.finally(() => {
    clearTimeout(timer);
    worker.terminate();
  });
}

/** Puts an answer together. */
class Parts {
  readonly #policies: PolicyIr["policies"][number][] = [];
  readonly #predicates: PolicyIr["predicates"][number][] = [];
  readonly #lists: PreparedList[] = [];
  #head: { readonly ir: PolicyIr; readonly json: string } | undefined;
  #diagnostics: readonly Diagnostic[] | undefined;

  /** Takes a part; false when it was the last. */
  take(part: CompilePart): boolean {
    switch (part.kind) {
      case "diagnostics":
        this.#diagnostics = part.diagnostics;
        return true;
      case "ir":
        this.#head = part;
        return true;
      case "policies":
        this.#policies.push(...part.policies);
        return true;
      case "predicates":
        this.#predicates.push(...part.predicates);
        return true;
      case "list":
        this.#lists.push(part.list);
        return true;
      case "end":
        return false;
    }
  }

  whole(): WorkerCompilation {
    const head = this.#head;
    const ir = head && { ...head.ir, policies: this.#policies, predicates: this.#predicates };
    return {
      compiled: ir && { ir, json: head.json },
      diagnostics: this.#diagnostics ?? [],
      isKnown: this.#diagnostics === undefined,
      lists: this.#lists,
    };
  }
}
