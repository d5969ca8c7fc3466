/** The compiler as the serving thread sees it: a Worker that lives for one compilation. */
import type { Compilation, SourceFile } from "../../dsl/index.ts";
import { workerUrl } from "../worker-url.ts";
import type { CompileOrder } from "./compile.worker.ts";

/** A compilation that takes longer is given up, ms. */
const compileMs = 30_000;

/** Compiles in a Worker; rejects when it dies or takes too long. */
export function compileInWorker(folder: string, files: readonly SourceFile[]): Promise<Compilation> {
  const { promise, resolve, reject } = Promise.withResolvers<Compilation>();
  const worker = new Worker(workerUrl("judge/compile"));
  const timer = setTimeout(() => reject(new Error("compiling took too long")), compileMs);
  worker.onmessage = (event: MessageEvent<Compilation>) => resolve(event.data);
  worker.onerror = (event) => reject(new Error(event.message));
  worker.postMessage({ folder, files } satisfies CompileOrder);
  return promise.finally(() => {
    clearTimeout(timer);
    worker.terminate();
  });
}
