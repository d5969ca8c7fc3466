/** `sallyport check`: compiles a folder or one file and prints what the compiler has to say. */
import { compilePolicies } from "../dsl/index.ts";
import { scheme } from "./describe/field-table.ts";
import { diagnosticsText } from "./judge/diagnostics-text.ts";
import { readPolicySources } from "./policy-sources.ts";

/** Prints all diagnostics, as one JSON document where asked; returns the exit code: 0 when it compiles, 1 when not. Throws AppError `policies_unreadable`. */
export function checkPolicies(path: string, { json }: { readonly json?: boolean } = {}): 0 | 1 {
  const { folder, files } = readPolicySources(path);
  const { ir, diagnostics } = compilePolicies(files, scheme, folder);
  const errors = diagnostics.filter(({ severity }) => severity === "error").length;
  const warnings = diagnostics.length - errors;
  if (json) console.log(JSON.stringify({ files: files.length, errors, warnings, diagnostics }, null, 2));
  else {
    const text = diagnosticsText(diagnostics, files, process.stdout.isTTY);
    if (text !== "") console.log(text);
    console.log(
      `${counted(files.length, "file")}, ${counted(errors, "error")}, ${counted(warnings, "warning")}`,
    );
  }
  return ir ? 0 : 1;
}

const counted = (count: number, noun: string) => `${count} ${noun}${count === 1 ? "" : "s"}`;
