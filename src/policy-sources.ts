/** What the commands on policies read: a folder as a set, or one file by itself. */
import { statSync } from "node:fs";
import { basename, dirname } from "node:path";
import type { SourceFile } from "../dsl/index.ts";
import { AppError } from "./app-error.ts";
import { PolicyFolder } from "./judge/policy-folder.ts";

/** The files of a path, and the folder that their lists lie in. */
export interface PolicySources {
  readonly folder: PolicyFolder;
  readonly files: readonly SourceFile[];
}

/** Reads a folder or one file. Throws AppError `policies_unreadable`. */
export function readPolicySources(path: string): PolicySources {
  try {
    if (statSync(path).isDirectory()) {
      const folder = new PolicyFolder(path);
      return { folder, files: folder.sources() };
    }
    const folder = new PolicyFolder(dirname(path));
    return { folder, files: [{ name: basename(path), text: folder.text(basename(path)) }] };
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw new AppError("policies_unreadable", `cannot read ${path}`, cause);
  }
}
