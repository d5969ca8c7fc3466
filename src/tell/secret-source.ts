/** Reads secrets where policies say that they stand, at the moment that they are needed; nothing keeps them. */
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { SecretIr } from "../../dsl/index.ts";

const mostBytes = 16_384;

/** A secret, or why it cannot be read; the words never hold it. */
export type SecretText = { readonly text: string } | { readonly problem: string };

/** Reads one; relative paths are below `folder`. Never throws. */
export function readSecret({ from, name }: SecretIr, folder: string): SecretText {
  if (from === "env") {
    const text = process.env[name]?.trim() ?? "";
    return text === "" ? { problem: `the environment has no ${name}` } : { text };
  }
  try {
    const path = name.startsWith("/") ? name : join(folder, name);
    const found = statSync(path);
    // A pipe would be waited for, and a device read, for ever.
    if (!found.isFile()) return { problem: `${name} is no file` };
    if (found.size > mostBytes) return { problem: `the file ${name} is too large for a secret` };
    const text = readFileSync(path, "utf8").trim();
    return text === "" ? { problem: `the file ${name} is empty` } : { text };
  } catch {
    return { problem: `the file ${name} cannot be read` };
  }
}
