/** The policy set that decides now: loaded from the stored form, replaced whole when the folder changes. */
import {
  compilePolicies,
  type Diagnostic,
  irVersion,
  type ListPort,
  linkingSteps,
  linkPolicies,
  type PolicyIr,
  type PolicySet,
  type PreparedList,
  policyHash,
  type SourceFile,
  tuningSteps,
} from "../../dsl/index.ts";
import { AppError } from "../app-error.ts";
import type { Facts } from "../describe/facts.ts";
import { scheme } from "../describe/field-table.ts";
import type { AccountHistory } from "../gauge/account-history.ts";
import type { GaugeStore } from "../gauge/gauge-store.ts";
import type { Store } from "../store/open-store.ts";
import { type EvidencePorts, openHistory } from "./account-evidence.ts";
import { changedFiles, waitOf } from "./folder-changes.ts";
import { inTurns, nextTurn } from "./in-turns.ts";
import { keepCosts } from "./keep-costs.ts";
import type { LiveSafety } from "./live-safety.ts";
import { compileInWorker } from "./policy-compiler.ts";
import { PolicyFolder } from "./policy-folder.ts";
import { recordingPorts } from "./recording-ports.ts";

/** How often the folder is looked at, ms; an edit counts once two looks agree, so that half a file never goes live. */
const lookMs = 200;

/** How often the live set is arranged anew by what was counted of its requests, ms. */
const tuneMs = 60_000;

/** How often what policies cost is stored, ms. */
const costsMs = 300_000;

/** A set with where it came from. */
export interface LiveSet {
  readonly set: PolicySet<Facts>;
  readonly revision: number;
  readonly files: readonly SourceFile[];
  /** ms since the epoch. */
  readonly since: number;
  /** What accounts did before, where a policy of the set asks. */
  readonly history?: AccountHistory | undefined;
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
  readonly gauges: EvidencePorts & Pick<GaugeStore, "retain">;
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
  #isGone = false;
  readonly #watch: Timer;
  readonly #tuning: Timer;
  readonly #costs: Timer;
  #isClosed = false;
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
    this.#tuning = setInterval(() => void this.#tune(), tuneMs);
    this.#costs = setInterval(() => this.#keepCosts(), costsMs);
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

  /** Stops watching; what was measured last is on its way to the store. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#keepCosts();
    clearInterval(this.#costs);
    clearInterval(this.#watch);
    clearInterval(this.#tuning);
  }

  #keepCosts(): void {
    keepCosts(this.#options.store, this.#live).catch((error: unknown) => this.#options.failed(error));
  }

  async #look(): Promise<void> {
    const signature = await this.#folder.signature();
    const isSettled = signature === this.#pending;
    this.#pending = signature;
    if (isSettled) this.#tellIfGone(signature === "");
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

  /** Said once, until there is something again. */
  #tellIfGone(isGone: boolean): void {
    if (isGone && !this.#isGone && this.#live.files.length > 0) this.#options.failed(this.#nothingLeft());
    this.#isGone = isGone;
  }

  // A folder that was not mounted, or half copied, must not open every door.
  #nothingLeft(): AppError {
    return new AppError(
      "policies_unreadable",
      `no policy is left in ${this.#folder.path}; the last good set decides`,
    );
  }

  /** True while nothing but lists has changed that are not to be refreshed yet. */
  #isEarly(signature: string): boolean {
    const changed = changedFiles(this.#signature, signature);
    const waits = changed.map((path) => waitOf(this.#folder.path, path, this.#ir));
    return Date.now() - this.#live.since < Math.min(...waits);
  }

  async #reload(): Promise<void> {
    const files = this.#folder.sources();
    if (files.length === 0 && this.#live.files.length > 0) throw this.#nothingLeft();
    const known = this.#report.isBroken ? undefined : this.#ir;
    const { compiled, diagnostics, isKnown, lists } = await compileInWorker(
      this.#folder.path,
      files,
      known && { hash: known.hash, lists: known.lists },
    );
    // Changed lists of unchanged policies are taken up as they are.
    if (isKnown) await this.#swap({ ir: this.#ir, files, revision: this.#live.revision, lists });
    else {
      this.#report = { diagnostics, files, isBroken: compiled === undefined };
      if (compiled) {
        const { ir, json } = compiled;
        // Taking megabytes over from one thread and handing them to another are two pauses, not one.
        await nextTurn();
        const revision = await saveRevision(this.#options, ir, files, "edited", json).catch(
          (error: unknown) => {
            // The edit must take effect even while the disk is full; events then carry the older number.
            this.#options.failed(error);
            return this.#live.revision;
          },
        );
        await nextTurn();
        await this.#swap({ ir, files, revision, lists });
      }
    }
    this.#options.changed(this.#report, this.#live);
  }

  /** Links between requests, and swaps once all is ready. */
  async #swap({ ir, files, revision, lists }: NextSet): Promise<void> {
    const { gauges, salt } = this.#options;
    const { ports, ids } = recordingPorts(gauges);
    const safety = this.#options.safety?.open();
    const linkPorts = {
      gauges: ports,
      lists: this.#folder,
      prepared: lists,
      salt,
      ...(safety && { safety: safety.port }),
    };
    const set = await inTurns(linkingSteps(ir, scheme, linkPorts, this.#live.set), () => !this.#isClosed);
    if (!set) return;
    safety?.finish();
    this.#keepCosts();
    const history = openHistory(set, gauges, ids);
    // State that this set does not read any more must not hold memory for ever.
    gauges.retain(ids);
    this.#live = { set, revision, files, since: Date.now(), history };
    this.#ir = ir;
  }

  /** Arranges the live set by what was counted, so that requests ask first what tells most. */
  async #tune(): Promise<void> {
    if (this.#isBusy) return;
    const { set } = this.#live;
    await inTurns(tuningSteps(set), () => !this.#isClosed && this.#live.set === set);
  }
}

/** What is to go live. */
interface NextSet {
  readonly ir: PolicyIr;
  readonly files: readonly SourceFile[];
  readonly revision: number;
  readonly lists: readonly PreparedList[];
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
  const history = openHistory(set, options.gauges, ids);
  // State that this set does not read any more must not hold memory for ever.
  options.gauges.retain(ids);
  return { set, revision, files, since: Date.now(), history };
}

function saveRevision(
  options: ActivePoliciesOptions,
  ir: PolicyIr,
  files: readonly SourceFile[],
  note: string,
  json?: string,
): Promise<number> {
  const { hash, irVersion } = ir;
  return options.store.commands.saveRevision({ hash, irVersion, ir: json ?? ir, files, note });
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
