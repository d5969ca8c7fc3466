/** A policy's guard: a few good people are let through by lot, and what becomes of them tells whether the policy hurts. */
import { createHmac } from "node:crypto";
import type { Hold } from "../hold-port.ts";
import type { GuardIr } from "../policy-safety-ir.ts";
import type { Outcome } from "../policy-set.ts";
import type { SafetyPort } from "../safety-port.ts";
import type { LinkedCohort } from "./linked-cohort.ts";
import { PeopleWindow } from "./people-window.ts";
import { highestShare, lowestShare } from "./share-bounds.ts";

/** Part of the known good people who are let through: enough to notice harm, too few to be worth an attack. */
export const holdoutShare = 0.02;
/** A guard that broke stays broken for its window, but at least so long, ms. */
const leastBrokenMs = 1_800_000;
const dayMs = 86_400_000;
/** While broken, harm of this part of the bound keeps it so. */
const releaseFactor = 0.5;

/** What a guard is made of. */
export interface GuardParts<F> {
  readonly policy: string;
  readonly ir: GuardIr;
  readonly knownGood: LinkedCohort<F>;
  readonly port: SafetyPort;
  readonly lasting: Hold;
  /** Secret of the host: nobody can work out who is drawn. */
  readonly salt: string;
  /** Part of one. */
  readonly share: number;
}

interface GuardState {
  readonly people: PeopleWindow;
  brokenUntil: number;
  isTold: boolean;
  isNew: boolean;
}

/** The guard of one enforced policy. */
export class LinkedGuard<F> {
  private readonly parts: GuardParts<F>;
  private readonly state: GuardState;

  constructor(parts: GuardParts<F>) {
    this.parts = parts;
    const { event, kinds, stays, percent, windowMs } = parts.ir;
    this.state = parts.port.keep(
      `guard ${parts.policy} ${JSON.stringify({ event, kinds, stays, percent, windowMs })}`,
      () => ({ people: new PeopleWindow(windowMs), brokenUntil: 0, isTold: false, isNew: true }),
    );
  }

  /** The person, if he is among the known good ones who are let through today. */
  drawn(facts: F, now: number): string | undefined {
    const { knownGood, policy, salt, share } = this.parts;
    if (share <= 0 || !knownGood.has(facts)) return undefined;
    const person = knownGood.person(facts);
    if (person === undefined) return undefined;
    const day = Math.floor(now / dayMs);
    const digest = createHmac("sha256", salt).update(`holdout\0${policy}\0${day}\0${person}`).digest();
    return digest.readUInt32BE(0) / 0x1_0000_0000 < share ? person : undefined;
  }

  /** A request of a person who was let through is over. */
  settle(person: string, outcome: Outcome, now: number): void {
    const { event, kinds, windowMs } = this.parts.ir;
    if (outcome.event !== event || outcome.kind === "stopped") return;
    this.state.people.add(person, kinds.includes(outcome.kind), now);
    const isBroken = this.isBroken(now);
    if (!this.isViolated(now, isBroken ? releaseFactor : 1)) return;
    this.state.brokenUntil = now + Math.max(windowMs, leastBrokenMs);
    this.parts.lasting.hold(`guard ${this.parts.policy}`, now);
    if (!isBroken) this.tell(true, now);
  }

  /** Whether the policy only marks now. */
  isBroken(now: number): boolean {
    const { state, parts } = this;
    if (state.isNew) {
      state.isNew = false;
      if (parts.lasting.isHeld(`guard ${parts.policy}`, now)) {
        state.brokenUntil = now + leastBrokenMs;
        state.isTold = true;
      }
    }
    // The clock was ahead by more than the window.
    const lasts = Math.max(parts.ir.windowMs, leastBrokenMs);
    if (state.brokenUntil > now + lasts + parts.ir.windowMs) state.brokenUntil = 0;
    if (now < state.brokenUntil) return true;
    if (state.isTold) {
      parts.lasting.release(`guard ${parts.policy}`, now);
      this.tell(false, now);
    }
    return false;
  }

  /** What is measured, for people. */
  figures(now: number): string {
    const { people, hits } = this.state.people.counts(now);
    const { event, text } = this.parts.ir;
    return `${hits} of ${people} people let through by lot (${event}); ${text}`;
  }

  // By certainty and not by the bare share: of ten people three are chance.
  private isViolated(now: number, factor: number): boolean {
    const { stays, percent, atLeast } = this.parts.ir;
    const { people, hits } = this.state.people.counts(now);
    if (people < atLeast * factor) return false;
    const bound = percent / 100;
    if (stays === "lt") return lowestShare(hits, people) >= bound * factor;
    return highestShare(hits, people) <= 1 - (1 - bound) * factor;
  }

  private tell(isActive: boolean, now: number): void {
    this.state.isTold = isActive;
    const { policy, port } = this.parts;
    port.changed({ at: now, kind: "guard", name: policy, isActive, detail: this.figures(now) });
  }
}
