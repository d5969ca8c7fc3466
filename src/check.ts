/** `sallyport check`: compiles a folder or one file and prints what the compiler has to say. */
import { readFileSync, statSync } from "node:fs";
import { basename, dirname } from "node:path";
import { compilePolicies, type SourceFile } from "../dsl/index.ts";
import { AppError } from "./app-error.ts";
import { scheme } from "./describe/field-table.ts";
import { diagnosticsText } from "./judge/diagnostics-text.ts";
import { PolicyFolder } from "./judge/policy-folder.ts";

/** Prints all diagnostics; returns the exit code: 0 when it compiles, 1 when not. Throws AppError `policies_unreadable`. */
export function checkPolicies(path: string): 0 | 1 {
  const { folder, files } = readSources(path);
  const { ir, diagnostics } = compilePolicies(files, scheme, folder);
  const text = diagnosticsText(diagnostics, files, process.stdout.isTTY);
  if (text !== "") console.log(text);
  const errors = diagnostics.filter(({ severity }) => severity === "error").length;
  console.log(`${files.length} files, ${errors} errors, ${diagnostics.length - errors} warnings`);
  return ir ? 0 : 1;
}

function readSources(path: string): { folder: PolicyFolder; files: SourceFile[] } {
  try {
    if (statSync(path).isDirectory()) {
      const folder = new PolicyFolder(path);
      return { folder, files: folder.sources() };
    }
    const file = { name: basename(path), text: readFileSync(path, "utf8") };
    return { folder: new PolicyFolder(dirname(path)), files: [file] };
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw new AppError("policies_unreadable", `cannot read ${path}`, cause);
  }
}
