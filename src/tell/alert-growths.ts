/** Alerts between two writes: however many requests match, a group is one entry with counts. */
import type { Tell } from "../../dsl/index.ts";
import type { AlertGrowth } from "../store/outbox-rows.ts";
import type { TellSeal } from "./tell-seal.ts";
import type { ToldRequest } from "./told-request.ts";

type AlertTell = Extract<Tell, { kind: "alert" }>;

/** Without `every`, a message about an alert that grows comes at most so often. */
const defaultEveryMs = 3_600_000;
const mostGroups = 2000;
const mostKnown = 20_000;
const mostValues = 50;
const longestValue = 200;
const noKey = new Uint8Array();

interface Growing {
  readonly tell: AlertTell;
  readonly app: string;
  readonly key: Uint8Array;
  count: number;
  readonly firstAt: number;
  lastAt: number;
  readonly evidence: Map<string, Map<string, number>>;
}

/** Collects. */
export class AlertGrowths {
  readonly #seal: TellSeal;
  readonly #known = new Set<string>();
  #groups = new Map<string, Growing>();

  constructor(seal: TellSeal) {
    this.#seal = seal;
  }

  /** Groups that wait to be written. */
  get size(): number {
    return this.#groups.size;
  }

  /** Adds one request; true for a group that this process has not seen before. */
  add(tell: AlertTell, request: ToldRequest): boolean {
    const own = tell.once?.key ?? "";
    // With too many keys at once all further ones are one group.
    const once = this.#groups.size < mostGroups ? own : "";
    const id = JSON.stringify([tell.name, tell.policy, request.app, once]);
    let group = this.#groups.get(id);
    if (!group) {
      const key = once === "" ? noKey : this.#seal.onceKey("alert", tell.policy, tell.name, once);
      group = {
        tell,
        key,
        app: request.app,
        count: 0,
        firstAt: request.at,
        lastAt: request.at,
        evidence: new Map(),
      };
      this.#groups.set(id, group);
    }
    group.count++;
    group.lastAt = request.at;
    addEvidence(group.evidence, {
      ...request.evidence,
      reasons: request.reason(tell.policy),
      withheld: request.withheld(tell.policy),
    });
    if (this.#known.has(id)) return false;
    if (this.#known.size >= mostKnown) this.#known.clear();
    this.#known.add(id);
    return true;
  }

  /** Takes what grew since the last time. */
  take(): AlertGrowth[] {
    const groups = [...this.#groups.values()];
    this.#groups = new Map();
    return groups.map(({ tell, app, key, count, firstAt, lastAt, evidence }) => ({
      channel: `channel ${tell.name}`,
      policy: tell.policy,
      app,
      key,
      count,
      firstAt,
      lastAt,
      severity: tell.severity,
      everyMs: tell.once?.everyMs ?? defaultEveryMs,
      evidence: Object.fromEntries(
        Array.from(evidence, ([kind, counts]) => [kind, Object.fromEntries(counts)]),
      ),
    }));
  }
}

function addEvidence(into: Growing["evidence"], seen: ToldRequest["evidence"]): void {
  for (const kind in seen) {
    const value = seen[kind]?.slice(0, longestValue);
    if (value === undefined || value === "__proto__") continue;
    let counts = into.get(kind);
    if (!counts) {
      counts = new Map();
      into.set(kind, counts);
    }
    if (counts.size < mostValues || counts.has(value)) counts.set(value, (counts.get(value) ?? 0) + 1);
  }
}
