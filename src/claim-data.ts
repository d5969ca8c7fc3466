/** Who starts on a data directory that is in use is told so, unless that is what was asked for. */
import type { Logger } from "pino";
import type { Config } from "./config.ts";
import { DataOwner } from "./store/data-owner.ts";

/** Claims the data directory; says aloud when another process serves from the same directory, unless it is to be taken over. */
export function claimData({ dataDir, reusePort }: Config, log: Pick<Logger, "info" | "error">): DataOwner {
  const owner = new DataOwner(dataDir);
  const what = { dataDir, pid: owner.other };
  if (owner.other === undefined) return owner;
  if (reusePort) log.info(what, "another process runs on this data directory: this one takes over");
  else {
    log.error(
      what,
      "ANOTHER PROCESS RUNS ON THIS DATA DIRECTORY: each counts its own requests only, and only this one saves its measures; stop one of them, or give it a directory of its own with --data",
    );
  }
  return owner;
}
