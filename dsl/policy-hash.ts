/** Identity of a set of sources. */
import { createHash } from "node:crypto";
import { irVersion } from "./policy-ir.ts";
import { compareText } from "./report.ts";
import type { Scheme } from "./scheme.ts";
import type { SourceFile } from "./source-file.ts";

/** Hash of sources, IR version and field names (32 hex characters): equal hashes compile to equal IR. Contents of list files are not part of it. */
export function policyHash<F>(files: readonly SourceFile[], scheme: Scheme<F>): string {
  const hash = createHash("sha256");
  const add = (text: string) => hash.update(`${text.length}:`).update(text);
  add(String(irVersion));
  for (const field of scheme.fields) add(`${field.name} ${field.type} ${field.trust}`);
  for (const file of [...files].sort((left, right) => compareText(left.name, right.name))) {
    add(file.name);
    add(file.text);
  }
  return hash.digest("hex").slice(0, 32);
}

/** Identity of a measure's definition (16 hex characters). */
export function definitionHash(definition: unknown): string {
  return createHash("sha256").update(JSON.stringify(definition)).digest("hex").slice(0, 16);
}
