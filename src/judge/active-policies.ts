/** The policy set that decides now: loaded from the stored form, replaced whole when the folder changes. */
import {
  compilePolicies,
  type Diagnostic,
  irVersion,
  type ListPort,
  linkPolicies,
  type PolicyIr,
  type PolicySet,
  policyHash,
  type SourceFile,
  type StatePorts,
} from "../../dsl/index.ts";
import { AppError } from "../app-error.ts";
import type { Facts } from "../describe/facts.ts";
import { scheme } from "../describe/field-table.ts";
import type { GaugeStore } from "../gauge/gauge-store.ts";
import type { Store } from "../store/open-store.ts";
import { changedFiles, waitOf } from "./folder-changes.ts";
import type { LiveSafety } from "./live-safety.ts";
import { compileInWorker } from "./policy-compiler.ts";
import { PolicyFolder } from "./policy-folder.ts";
import { recordingPorts } from "./recording-ports.ts";

/** How often the folder is looked at, ms; an edit counts once two looks agree, so that half a file never goes live. */
const lookMs = 200;

/** A set with where it came from. */
export interface LiveSet {
  readonly set: PolicySet<Facts>;
  readonly revision: number;
  readonly files: readonly SourceFile[];
  /** ms since the epoch. */
  readonly since: number;
}

/** What the last look at the folder said. */
export interface FolderReport {
  readonly diagnostics: readonly Diagnostic[];
  readonly files: readonly SourceFile[];
  /** The folder's content does not compile, and an older set decides. */
  readonly isBroken: boolean;
}

/** What the active policies need, and whom they tell. */
export interface ActivePoliciesOptions {
  readonly folder: string;
  readonly store: Pick<Store, "boot" | "commands">;
  readonly gauges: StatePorts & Pick<GaugeStore, "retain">;
  /** Secret that stays the same over restarts: what rollouts and fake values are drawn with. */
  readonly salt: string;
  /** Caps, guards, freezes and switches; without it nothing is switched off. */
  readonly safety?: LiveSafety;
  /** A new set went live, or an edit was refused. */
  changed(report: FolderReport, live: LiveSet): void;
  /** The folder could not be read or the store could not keep the revision. */
  failed(error: unknown): void;
}

/** Holds the live set. */
export class ActivePolicies {
  readonly #options: ActivePoliciesOptions;
  readonly #folder: PolicyFolder;
  #live: LiveSet;
  #ir: PolicyIr;
  #report: FolderReport;
  #signature: string;
  #pending = "";
  #isBusy = false;
  readonly #watch: Timer;
  /** True when the first set came from the store without parsing. */
  readonly startedFromStore: boolean;

  private constructor(options: ActivePoliciesOptions, folder: PolicyFolder, first: FirstSet) {
    this.#options = options;
    this.#folder = folder;
    this.#live = first.live;
    this.#ir = first.ir;
    this.#report = first.report;
    this.startedFromStore = first.isFromStore;
    this.#signature = first.signature;
    this.#watch = setInterval(() => void this.#look(), lookMs);
  }

  /** Loads the folder: from the store when nothing changed, else compiled. Rejects with AppError `policies_invalid` when it does not compile and no older set is stored. */
  static async open(options: ActivePoliciesOptions): Promise<ActivePolicies> {
    const folder = new PolicyFolder(options.folder);
    return new ActivePolicies(options, folder, await firstSet(options, folder));
  }

  get live(): LiveSet {
    return this.#live;
  }

  get report(): FolderReport {
    return this.#report;
  }

  /** Stops watching. */
  close(): void {
    clearInterval(this.#watch);
  }

  async #look(): Promise<void> {
    const signature = await this.#folder.signature();
    const isSettled = signature === this.#pending;
    this.#pending = signature;
    if (this.#isBusy || signature === "" || signature === this.#signature || !isSettled) return;
    if (this.#isEarly(signature)) return;
    this.#isBusy = true;
    this.#signature = signature;
    try {
      await this.#reload();
    } catch (error) {
      this.#options.failed(error);
    } finally {
      this.#isBusy = false;
    }
  }

  /** True while nothing but lists has changed that are not to be refreshed yet. */
  #isEarly(signature: string): boolean {
    const changed = changedFiles(this.#signature, signature);
    const waits = changed.map((path) => waitOf(this.#folder.path, path, this.#ir));
    return Date.now() - this.#live.since < Math.min(...waits);
  }

  async #reload(): Promise<void> {
    const files = this.#folder.sources();
    if (this.#relink(files)) return;
    const { ir, diagnostics } = await compileInWorker(this.#folder.path, files);
    this.#report = { diagnostics, files, isBroken: ir === undefined };
    if (ir) {
      const revision = await saveRevision(this.#options, ir, files, "edited").catch((error: unknown) => {
        // The edit must take effect even while the disk is full; events then carry the older number.
        this.#options.failed(error);
        return this.#live.revision;
      });
      this.#live = link(this.#options, this.#folder, ir, files, revision);
      this.#ir = ir;
    }
    this.#options.changed(this.#report, this.#live);
  }

  /** Takes up changed lists of unchanged policies without compiling; false when there is more to say about them. */
  #relink(files: readonly SourceFile[]): boolean {
    if (this.#report.isBroken || policyHash(files, scheme) !== this.#ir.hash) return false;
    let isSound = true;
    const unsound = () => {
      isSound = false;
    };
    const lists: ListPort = { read: (name) => this.#folder.read(name), unsound };
    const live = link(this.#options, lists, this.#ir, files, this.#live.revision);
    // The compiler tells what is wrong with the file; until it is mended the last good set decides.
    if (!isSound) return false;
    this.#live = live;
    this.#options.changed(this.#report, this.#live);
    return true;
  }
}

interface FirstSet {
  readonly ir: PolicyIr;
  readonly live: LiveSet;
  readonly report: FolderReport;
  readonly isFromStore: boolean;
  readonly signature: string;
}

async function firstSet(options: ActivePoliciesOptions, folder: PolicyFolder): Promise<FirstSet> {
  const signature = await folder.signature();
  const files = folder.sources();
  const stored = options.store.boot.latestRevision();
  if (stored && stored.irVersion === irVersion && stored.hash === policyHash(files, scheme)) {
    const known = stored.ir as PolicyIr;
    const live = link(options, folder, known, files, stored.id);
    const report = { diagnostics: [], files, isBroken: false };
    return { ir: known, live, report, isFromStore: true, signature };
  }
  const { ir, diagnostics } = compilePolicies(files, scheme, folder);
  const report = { diagnostics, files, isBroken: ir === undefined };
  if (ir) {
    const revision = await saveRevision(options, ir, files, stored ? "changed while stopped" : "first");
    return { ir, live: link(options, folder, ir, files, revision), report, isFromStore: false, signature };
  }
  if (!stored) throw new PoliciesInvalid(folder.path, diagnostics, files);
  const good = lastGood(folder, stored);
  const live = link(options, folder, good, stored.files, stored.id);
  return { ir: good, live, report, isFromStore: true, signature };
}

/** A stored set whose form this binary does not know is compiled again from its stored source. */
function lastGood(
  folder: PolicyFolder,
  stored: NonNullable<ReturnType<Store["boot"]["latestRevision"]>>,
): PolicyIr {
  const ir =
    stored.irVersion === irVersion
      ? (stored.ir as PolicyIr)
      : compilePolicies(stored.files, scheme, folder).ir;
  if (!ir) throw new PoliciesInvalid(folder.path, [], stored.files);
  return ir;
}

function link(
  options: ActivePoliciesOptions,
  lists: ListPort,
  ir: PolicyIr,
  files: readonly SourceFile[],
  revision: number,
): LiveSet {
  const { ports, ids } = recordingPorts(options.gauges);
  const safety = options.safety?.open();
  const set = linkPolicies(ir, scheme, {
    gauges: ports,
    lists,
    salt: options.salt,
    ...(safety && { safety: safety.port }),
  });
  safety?.finish();
  // State that this set does not read any more must not hold memory for ever.
  options.gauges.retain(ids);
  return { set, revision, files, since: Date.now() };
}

function saveRevision(
  options: ActivePoliciesOptions,
  ir: PolicyIr,
  files: readonly SourceFile[],
  note: string,
): Promise<number> {
  return options.store.commands.saveRevision({ hash: ir.hash, irVersion: ir.irVersion, ir, files, note });
}

/** The folder does not compile and there is nothing older to fall back on. */
export class PoliciesInvalid extends AppError {
  readonly diagnostics: readonly Diagnostic[];
  readonly files: readonly SourceFile[];

  constructor(folder: string, diagnostics: readonly Diagnostic[], files: readonly SourceFile[]) {
    super("policies_invalid", `the policies in ${folder} do not compile`);
    this.diagnostics = diagnostics;
    this.files = files;
  }
}
