/** `sallyport fmt`: brings policy files into their one form. */
import { renameSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { formatPolicy, type SourceFile } from "../dsl/index.ts";
import { AppError } from "./app-error.ts";
import { diagnosticsText } from "./judge/diagnostics-text.ts";
import { readPolicySources } from "./policy-sources.ts";

/** Formats files in place, or with `check` only names those that are not formatted; returns 0 when all are or were made so, 1 when `check` found one, 2 when one cannot be read. Throws AppError `policies_unreadable`. */
export function formatPolicies(path: string, { check }: { readonly check?: boolean } = {}): 0 | 1 | 2 {
  const { folder, files } = readPolicySources(path);
  const isFolder = statSync(path).isDirectory();
  let code: 0 | 1 | 2 = 0;
  for (const file of files) {
    const formatted = formatPolicy(file);
    if ("diagnostics" in formatted) {
      console.log(diagnosticsText(formatted.diagnostics, files, process.stdout.isTTY));
      code = 2;
    } else if (formatted.text !== file.text) {
      console.log(file.name);
      if (!check) replace(isFolder ? join(folder.path, file.name) : path, file, formatted.text);
      else if (code === 0) code = 1;
    }
  }
  return code;
}

// Under another name first: a process that is killed halfway must not leave half a policy behind.
function replace(path: string, file: SourceFile, text: string): void {
  try {
    writeFileSync(`${path}.new`, text);
    renameSync(`${path}.new`, path);
  } catch (cause) {
    throw new AppError("policies_unreadable", `cannot write ${file.name}`, cause);
  }
}
