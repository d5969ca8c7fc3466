/** Joins cohorts, caps, guards and freezes of a set to the host; what no enforced stop needs is not opened. */
import type { Feed } from "../link/evidence-linker.ts";
import { keyReader } from "../link/gauge-key.ts";
import type { QuestionLinker } from "../link/question-linker.ts";
import { definitionHash } from "../policy-hash.ts";
import type { FieldIr, PolicyIr, PolicyRuleIr } from "../policy-ir.ts";
import type { CapSubjectIr, CohortIr } from "../policy-safety-ir.ts";
import { knownGoodName } from "../safety-bounds.ts";
import type { SafetyPort, SafetyState } from "../safety-port.ts";
import type { StatePorts } from "../state-ports.ts";
import { AppWeather } from "./app-weather.ts";
import { BucketSafety } from "./bucket-safety.ts";
import { type KnownGood, knownGood } from "./known-good.ts";
import { LinkedCap } from "./linked-cap.ts";
import { LinkedCohort } from "./linked-cohort.ts";
import { holdoutShare, LinkedGuard } from "./linked-guard.ts";
import { PolicySafety } from "./policy-safety.ts";
import { populationKey } from "./population-measures.ts";
import { TargetVolume } from "./target-volume.ts";

/** How long it is remembered that a key was being stopped, and that a cap or guard was beyond its bounds, ms. */
const lastingMs = 1_800_000;
const minuteMs = 60_000;
/** A normal volume below this is none, and half of it would be chance. */
const leastVolume = 20;
const policiesPerStep = 100;
/** Feeds come after all evidence. */
const firstOrder = 1_000_000;

/** What the safety of a set reaches outside of itself. */
export interface SafetyPorts {
  readonly state: StatePorts;
  readonly safety: SafetyPort;
  readonly salt: string;
  /** Part of known good people that guards let through; the usual 2 % unless told. */
  readonly holdout?: number | undefined;
}

/** The safety of one linked set. */
export class SafetyLinker<F> {
  private readonly ir: PolicyIr;
  private readonly linker: QuestionLinker<F>;
  private readonly ports: SafetyPorts;
  private readonly policies = new Map<string, PolicySafety<F>>();
  private readonly byRank: (PolicySafety<F> | undefined)[];
  private readonly volumes = new Map<string, TargetVolume<F>>();
  private readonly cohorts = new Map<number, LinkedCohort<F>>();
  private readonly weathers = new Map<string, AppWeather<F>>();
  private builtIn: { readonly source: KnownGood<F>; readonly cohort: LinkedCohort<F> } | undefined;

  constructor(ir: PolicyIr, linker: QuestionLinker<F>, ports: SafetyPorts) {
    this.ir = ir;
    this.linker = linker;
    this.ports = ports;
    this.byRank = ir.policies.map(() => undefined);
  }

  /** Opens what every enforced stop needs, some of them a step; comes before anything else is asked. */
  *open(): Generator<undefined, void> {
    for (const [at, rule] of this.ir.policies.entries()) {
      if (rule.mode === "enforce" && rule.stop) {
        this.add(rule);
        this.byRank[at] = this.policies.get(rule.name);
      }
      if (at % policiesPerStep === policiesPerStep - 1) yield undefined;
    }
  }

  /** What one app and route need; `policies` are those on it. */
  bucket(app: string, policies: readonly { readonly ir: PolicyRuleIr }[]): BucketSafety<F> {
    const safeguarded = policies.flatMap(({ ir }) => this.policies.get(ir.name) ?? []);
    const isCounting = safeguarded.some(({ isPopulation }) => isPopulation);
    return new BucketSafety({
      app,
      evaluation: this.linker.evaluation,
      port: this.ports.safety,
      byRank: this.byRank,
      isSafeguarded: safeguarded.length > 0,
      volumes: [...new Set(safeguarded.map(({ volume }) => volume))],
      weather: isCounting ? this.weather(app) : undefined,
      knownGood: safeguarded.length > 0 ? this.knownGood() : undefined,
    });
  }

  /** What cohorts have to be told of. */
  feeds(): Feed<F>[] {
    const { evaluation } = this.linker;
    const feeds: Omit<Feed<F>, "order">[] = [];
    const builtIn = this.builtIn?.source;
    if (builtIn) {
      feeds.push({
        target: { kind: "everything" },
        outcomes: ["success"],
        fields: [],
        measure: undefined,
        take: (facts, outcome) => {
          if (outcome?.event === "login") builtIn.remember(facts);
        },
      });
    }
    for (const [index, cohort] of this.cohorts) {
      for (const [at, { target, outcomes }] of this.ir.cohorts[index]!.later.entries()) {
        const take = (facts: F) => cohort.happened(facts, at, evaluation.now);
        feeds.push({ target, outcomes, fields: [], measure: undefined, take });
      }
    }
    return feeds.map((feed, at) => Object.assign(feed, { order: firstOrder + at }));
  }

  /** How every enforced stop stands. */
  states(now: number): SafetyState[] {
    return Array.from(this.policies.values(), (policy) => policy.state(now));
  }

  /** Apps in which policies begin with nobody new, with the figures. */
  frozen(now: number): { readonly app: string; readonly detail: string }[] {
    return Array.from(this.weathers)
      .filter(([, weather]) => weather.isFrozen(now))
      .map(([app, weather]) => ({ app, detail: weather.figures(now) }));
  }

  private add(rule: PolicyRuleIr): void {
    const { safeguards, name, targets } = rule;
    if (!safeguards) return;
    const { safety: port, salt, state } = this.ports;
    const { cap, guard } = safeguards;
    const lasting = state.openHold({ id: "safety, 1", name: "safety", forMs: lastingMs });
    const volume = this.volume(targets, cap.windowMs);
    const key = populationKey(rule.when, this.ir);
    this.policies.set(
      name,
      new PolicySafety({
        name,
        knownGood: this.knownGood(),
        volume,
        cap: new LinkedCap({
          policy: name,
          ir: cap,
          volume,
          cohorts: cap.limits.map(({ subject }) => this.cohortOf(subject)),
          port,
          lasting,
        }),
        guard:
          guard &&
          new LinkedGuard({
            policy: name,
            ir: guard,
            knownGood: this.knownGood(),
            port,
            lasting,
            salt,
            share: this.ports.holdout ?? holdoutShare,
          }),
        population: key && this.stopping(rule, key),
      }),
    );
  }

  /** The keys that a policy which counts is stopping already. */
  private stopping(rule: PolicyRuleIr, key: readonly FieldIr[]) {
    const hold = this.linker.states.hold(rule.name);
    if (hold) return { isStopping: (facts: F) => hold.isHeld(facts) === true, note: () => undefined };
    const keys = this.ports.state.openHold({ id: "stopping, 1", name: "stopping", forMs: lastingMs });
    const read = keyReader(key.map((field) => this.linker.reader(field)));
    const keyOf = (facts: F) => {
      const own = read(facts);
      return own === undefined ? undefined : `${rule.name} ${own}`;
    };
    return {
      isStopping: (facts: F, now: number) => {
        const own = keyOf(facts);
        return own !== undefined && keys.isHeld(own, now);
      },
      note: (facts: F, now: number) => {
        const own = keyOf(facts);
        if (own !== undefined) keys.hold(own, now);
      },
    };
  }

  private volume(targets: PolicyRuleIr["targets"], windowMs: number): TargetVolume<F> {
    // Hundreds of policies may be on one target, and hashing is dear.
    return once(this.volumes, `${windowMs} ${JSON.stringify(targets)}`, () => {
      const id = definitionHash({ targets, windowMs });
      const { state, safety } = this.ports;
      const spec = { id: `volume ${id}`, name: "traffic", windowMs: Math.max(windowMs, minuteMs) };
      const baseline = state.openBaseline({ ...spec, floor: leastVolume, prior: undefined });
      return new TargetVolume(id, windowMs, baseline, safety);
    });
  }

  private cohortOf(subject: CapSubjectIr): LinkedCohort<F> | undefined {
    switch (subject.kind) {
      case "traffic":
        return undefined;
      case "known_good":
        return this.knownGood();
      case "cohort":
        return this.cohort(subject.index);
    }
  }

  /** The declared cohort of that name, or the built-in one. */
  private knownGood(): LinkedCohort<F> {
    const declared = this.ir.cohorts.findIndex(({ name }) => name === knownGoodName);
    if (declared >= 0) return this.cohort(declared);
    if (!this.builtIn) {
      const source = knownGood(this.ir, this.linker, this.ports.state);
      const cohort = new LinkedCohort<F>({
        id: knownGoodName,
        name: knownGoodName,
        ask: source.ask,
        person: this.person(false),
        later: undefined,
      });
      this.builtIn = { source, cohort };
    }
    return this.builtIn.cohort;
  }

  private cohort(index: number): LinkedCohort<F> {
    return once(this.cohorts, index, () => {
      const ir = this.ir.cohorts[index]!;
      const ask = this.linker.condition({ kind: "all", of: ir.when, text: ir.name });
      const isLater = ir.later.length > 0;
      const { id, name } = ir;
      return new LinkedCohort<F>({
        id,
        name,
        ask,
        person: this.person(isLater),
        later: isLater ? this.later(ir) : undefined,
      });
    });
  }

  private later({ id, name, later }: CohortIr) {
    const { state } = this.ports;
    const shortest = Math.min(...later.map(({ withinMs }) => withinMs));
    return {
      done: later.map(({ withinMs }, at) =>
        state.openHold({ id: `${id} later ${at}`, name: `${name} later`, forMs: withinMs }),
      ),
      openCame: (of: string) => {
        return state.openHold({ id: definitionHash({ id, of }), name: `${name} came`, forMs: shortest });
      },
    };
  }

  /** Of a later event only who comes from the same address is the same person: stuffers name good people's accounts. */
  private person(isPlaced: boolean): (facts: F) => string | undefined {
    const read = (name: string) => this.linker.reader({ kind: "field", field: name, parameter: "" });
    const network = read("ip.net");
    const named = isPlaced ? keyReader([read("account"), network]) : keyReader([read("account")]);
    const bySession = keyReader([read("session")]);
    const byNetwork = keyReader([network]);
    return (facts) => named(facts) ?? bySession(facts) ?? (isPlaced ? undefined : byNetwork(facts));
  }

  private weather(app: string): AppWeather<F> {
    return once(this.weathers, app, () => {
      const { state, safety } = this.ports;
      const read = (name: string) => this.linker.reader({ kind: "field", field: name, parameter: "" });
      const usual = (name: string, floor: number, prior: number) =>
        state.openBaseline({ id: `${name} of ${app}, 1`, name, windowMs: minuteMs, floor, prior });
      return new AppWeather({
        app,
        knownGood: this.knownGood(),
        // Of people's sign-ins about one in seven goes wrong, of an origin's answers one in fifty.
        usual: {
          failures: usual("good_failures", 0.05, 0.15),
          errors: usual("origin_errors", 0.02, 0.02),
        },
        print: read("print.skeleton"),
        network: read("ip.net"),
        route: read("route"),
        port: safety,
      });
    });
  }
}

function once<K, T>(known: Map<K, T>, key: K, make: () => T): T {
  let found = known.get(key);
  if (!found) {
    found = make();
    known.set(key, found);
  }
  return found;
}
