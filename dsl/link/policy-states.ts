/** What policies remember and draw: holds, rate limits, expiry, rollout and the labels of the request being judged. */
import { createHmac } from "node:crypto";
import type { Withheld } from "../decision.ts";
import type { Hold, HoldPort, RateLimit } from "../hold-port.ts";
import type { FieldIr, PolicyRuleIr } from "../policy-ir.ts";
import type { FieldReader } from "../scheme.ts";
import type { Evaluation } from "./evaluation.ts";
import { keyReader } from "./gauge-key.ts";

/** An expired policy stays in force for so long after it last matched, ms. */
const expiryGraceMs = 7 * 86_400_000;

const rulesPerStep = 1_000;

/** Where holds and limits are kept, and what rollouts are drawn with. */
export interface PolicyPorts {
  readonly holds: HoldPort;
  /** Secret of the host, so that nobody can work out who is outside of a rollout. */
  readonly salt: string;
}

/** How policies read their keys. */
export type BindReader<F> = (field: FieldIr) => FieldReader<F>;

/** The keys that a policy holds. */
export interface LinkedHold<F> {
  /** Undefined when the request lacks the key. */
  isHeld(facts: F): boolean | undefined;
  hold(facts: F): void;
}

/** A policy's rate limit; requests without the key are never over it. */
export interface LinkedRate<F> {
  /** Counts the request unless it is over the limit. */
  take(facts: F): boolean;
  isOver(facts: F): boolean;
  waitMs(facts: F): number;
}

/** Opens the state of policies, each once. */
export class PolicyStates<F> {
  private readonly rules = new Map<string, PolicyRuleIr>();
  private readonly ports: PolicyPorts;
  private readonly bind: BindReader<F>;
  private readonly evaluation: Evaluation;
  private readonly holds = new Map<string, LinkedHold<F>>();
  private readonly labels = new Map<string, number>();
  private labelStamps: Uint32Array;

  constructor(ports: PolicyPorts, bind: BindReader<F>, evaluation: Evaluation) {
    this.ports = ports;
    this.bind = bind;
    this.evaluation = evaluation;
    this.labelStamps = evaluation.stampsFor(0);
  }

  /** Takes up the rules of a set, some of them a step; comes before anything is opened. */
  *prepare(rules: readonly PolicyRuleIr[]): Generator<undefined, void> {
    for (const [index, rule] of rules.entries()) {
      this.rules.set(rule.name, rule);
      for (const label of rule.labels) {
        if (!this.labels.has(label)) this.labels.set(label, this.labels.size);
      }
      if (index % rulesPerStep === rulesPerStep - 1) yield undefined;
    }
    this.labelStamps = this.evaluation.stampsFor(this.labels.size);
  }

  /** The hold of a policy; undefined when it has none. */
  hold(policy: string): LinkedHold<F> | undefined {
    const known = this.holds.get(policy);
    const ir = this.rules.get(policy)?.hold;
    if (known || !ir) return known;
    const { evaluation } = this;
    const hold: Hold = this.ports.holds.openHold({ id: ir.id, name: policy, forMs: ir.forMs });
    const keyOf = this.keyOf(ir.by);
    const linked: LinkedHold<F> = {
      isHeld: (facts) => {
        const key = keyOf(facts);
        return key === undefined ? undefined : hold.isHeld(key, evaluation.now);
      },
      hold: (facts) => {
        const key = keyOf(facts);
        if (key !== undefined) hold.hold(key, evaluation.now);
      },
    };
    this.holds.set(policy, linked);
    return linked;
  }

  /** The rate limit of a policy; undefined when it has none. */
  rate({ name, stop }: PolicyRuleIr): LinkedRate<F> | undefined {
    if (stop?.kind !== "ratelimit") return undefined;
    const { evaluation } = this;
    const { id, limit, windowMs, by } = stop;
    const rate: RateLimit = this.ports.holds.openRate({ id, name, limit, windowMs });
    const keyOf = this.keyOf(by);
    const ask = <T>(question: (key: string, now: number) => T, otherwise: T) => {
      return (facts: F) => {
        const key = keyOf(facts);
        return key === undefined ? otherwise : question(key, evaluation.now);
      };
    };
    return {
      take: ask((key, now) => rate.take(key, now), true),
      isOver: ask((key, now) => rate.isOver(key, now), false),
      waitMs: ask((key, now) => rate.waitMs(key, now), 0),
    };
  }

  /** Why a policy that matches is not in force for a request; undefined for a policy that always is. */
  withheld(rule: PolicyRuleIr): ((facts: F) => Withheld | undefined) | undefined {
    const isOut = this.outsideRollout(rule);
    const isExpired = this.expired(rule);
    if (!isOut && !isExpired) return undefined;
    return (facts) => {
      if (isExpired?.()) return "expired";
      return isOut?.(facts) ? "rollout" : undefined;
    };
  }

  /** Gives the request a label. */
  give(label: string): void {
    const index = this.labels.get(label);
    if (index !== undefined) this.labelStamps[index] = this.evaluation.epoch;
  }

  /** Whether the request has a label. */
  hasLabel(label: string): () => boolean {
    const index = this.labels.get(label);
    if (index === undefined) return () => false;
    return () => this.labelStamps[index] === this.evaluation.epoch;
  }

  private outsideRollout({ name, rollout }: PolicyRuleIr): ((facts: F) => boolean) | undefined {
    if (!rollout || rollout.percent >= 100) return undefined;
    const keyOf = this.keyOf(rollout.by);
    const { salt } = this.ports;
    return (facts) => {
      // A client that leaves the key out must not choose its side: it is drawn anew each time.
      const key = keyOf(facts) ?? `\0${this.evaluation.now}`;
      const digest = createHmac("sha256", salt).update(`${name}\0${key}`).digest();
      return digest.readUInt32BE(0) / 0x1_0000_0000 >= rollout.percent / 100;
    };
  }

  // The last matches are kept as a hold, which outlives a restart: as long as there are any, the policy goes on.
  private expired({ name, expiry }: PolicyRuleIr): (() => boolean) | undefined {
    if (!expiry) return undefined;
    const recent = this.ports.holds.openHold({
      id: expiry.id,
      name: `${name} expires`,
      forMs: expiryGraceMs,
    });
    return () => {
      const { now } = this.evaluation;
      if (now < expiry.at - expiryGraceMs) return false;
      if (now >= expiry.at && !recent.isHeld("", now) && !recent.isSaturated(now)) return true;
      recent.hold("", now);
      return false;
    };
  }

  private keyOf(fields: readonly FieldIr[]): (facts: F) => string | undefined {
    return keyReader(fields.map(this.bind));
  }
}
