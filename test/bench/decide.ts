/**
 * `bench decide`: what one decision costs, and what the same rules cost in cel-js and json-rules-engine.
 *
 * A decision of Sallyport's is all that the pipeline's judge stage does with a new request: make its facts, find app
 * and route, identify, count, judge, give reasons; `language_us` is judging alone, on facts read before. The peers
 * are spared most of that: fields are read and measures counted for them, and lists and patterns are native functions.
 * All answers are compared before anything is timed, and engines are timed in turn.
 */
import { parseArgs } from "node:util";
import type { Engine } from "./engine.ts";
import { celEngine } from "./engine-cel.ts";
import { jsonRulesEngine } from "./engine-json-rules.ts";
import { type SallyportEngine, sallyportEngine } from "./engine-sallyport.ts";
import { median, printFigure, say } from "./figure.ts";
import { type PeerContext, peerContext } from "./peer-context.ts";
import { makeSamples, makeWorld, type RuleWorld, type Sample } from "./rule-world.ts";
import { SetupProblem } from "./setup-problem.ts";
import { threadMicros } from "./thread-micros.ts";

const routes = 50;
const sampleCount = 512;
/** How long one turn of an engine takes, ms. */
const turnMs = 100;
const coldDecisions = 100;
/** Passes over the samples before times count, so that all code is compiled. */
const warmUpPasses = 60;
/** Passes over the samples when answers are compared; counts grow with each. */
const comparedPasses = 3;

/** Runs the benchmark: `--rounds N` (15) turns of each engine. */
export async function benchDecide(options: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...options],
    options: { rounds: { type: "string", default: "15" } },
  });
  const rounds = Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1 || rounds > 1_000) {
    throw new SetupProblem(`--rounds wants a whole number from 1 to 1000, not \`${values.rounds}\``);
  }
  const world = makeWorld(1_000, routes, false);
  const samples = makeSamples(world, sampleCount);
  printCold(sallyportEngine(world, samples));
  await compareWithPeers(world, samples, rounds);
  await compareSizes(rounds);
  await withPatterns(rounds);
}

/** The first decisions of the process; must come before anything else runs the evaluator. */
function printCold(engine: SallyportEngine): void {
  const begin = threadMicros();
  for (let sample = 0; sample < coldDecisions; sample++) engine.decide(sample);
  const value = (threadMicros() - begin) / coldDecisions;
  printFigure({ figure: "decide.us_1000_cold", value, unit: "us", better: "lower" });
}

async function compareWithPeers(world: RuleWorld, samples: readonly Sample[], rounds: number): Promise<void> {
  const engine = sallyportEngine(world, samples);
  const peersOn = (contexts: readonly PeerContext[]) => ({
    cel_js: celEngine(world, samples, contexts, "together"),
    cel_js_singly: celEngine(world, samples, contexts, "singly"),
    cel_js_routed: celEngine(world, samples, contexts, "routed"),
    json_rules_engine: jsonRulesEngine(world, samples, contexts),
  });
  const contexts = await checkedContexts(engine, world, samples, (current) =>
    Object.values(peersOn(current)),
  );
  const mine = new EngineTimer(engine);
  const language = new EngineTimer(again(engine));
  const peers = Object.entries(peersOn(contexts)).map(([name, peer]) => ({
    name,
    timer: new EngineTimer(peer),
  }));
  await timeInTurn([mine, language, ...peers.map(({ timer }) => timer)], rounds);
  const better = "lower";
  printFigure({ figure: "decide.us_1000", value: mine.median, unit: "us", must: 2, better });
  printFigure({ figure: "decide.language_us_1000", value: language.median, unit: "us", better });
  for (const { name, timer } of peers) {
    printFigure({ figure: `decide.us_1000_${name}`, value: timer.median, unit: "us", better });
    const value = ratioOf(timer, mine);
    // The budget is against the same rules, all of which cel-js has to ask; handed the routing, it only informs.
    const must = name === "cel_js" ? { must: 50 } : {};
    printFigure({ figure: `decide.speedup_${name}`, value, unit: "ratio", ...must, better: "higher" });
  }
}

/** How many times the cost of one is that of the other, turn by turn. */
function ratioOf(one: EngineTimer, other: EngineTimer): number {
  return median(one.micros.map((micros, round) => micros / (other.micros[round] ?? Number.NaN)));
}

/** What the measures must read, counted plainly. */
class Counts {
  readonly #world: RuleWorld;
  readonly #samples: readonly Sample[];
  readonly #seen = new Map<string, number>();

  constructor(world: RuleWorld, samples: readonly Sample[]) {
    this.#world = world;
    this.#samples = samples;
  }

  /** Counts a sample and gives its context. */
  context(index: number): PeerContext {
    const sample = this.#samples[index]!;
    const values = this.#world.measures.map(({ name, route }) => {
      const key = `${name} ${sample.ip}`;
      const count = (this.#seen.get(key) ?? 0) + (route === sample.route ? 1 : 0);
      this.#seen.set(key, count);
      return count;
    });
    return peerContext(this.#world, sample, values);
  }
}

/** Compares every engine's answers on all samples, several times over; gives the contexts of the last pass. */
async function checkedContexts(
  engine: Engine,
  world: RuleWorld,
  samples: readonly Sample[],
  peersOn: (contexts: readonly PeerContext[]) => Engine[],
): Promise<PeerContext[]> {
  const counts = new Counts(world, samples);
  const contexts = samples.map((): PeerContext => ({}));
  const peers = peersOn(contexts);
  let matches = 0;
  let stopped = 0;
  for (let pass = 0; pass < comparedPasses; pass++) {
    for (let sample = 0; sample < contexts.length; sample++) {
      contexts[sample] = counts.context(sample);
      const wanted = [...(await engine.matching(sample))].sort().join(" ");
      for (const peer of peers) {
        const found = [...(await peer.matching(sample))].sort().join(" ");
        if (found !== wanted) {
          const context = JSON.stringify(contexts[sample]);
          throw new Error(`${peer.name} says [${found}], ${engine.name} [${wanted}] of ${context}`);
        }
      }
      if (wanted !== "") stopped++;
      matches += wanted === "" ? 0 : wanted.split(" ").length;
    }
  }
  const decisions = comparedPasses * contexts.length;
  say(`all engines agree on ${decisions} decisions; ${stopped} stop a request, ${matches} rules match`);
  return contexts;
}

/** The same engine on facts that have been read before. */
function again(engine: SallyportEngine): Engine {
  return { ...engine, name: "sallyport, language alone", decide: (sample) => engine.judgeAgain(sample) };
}

/** Times one engine, turn by turn. */
class EngineTimer {
  readonly #engine: Engine;
  /** µs a decision, turn by turn. */
  readonly micros: number[] = [];
  #next = 0;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  get median(): number {
    return median(this.micros);
  }

  async warmUp(): Promise<void> {
    const until = performance.now() + turnMs * 5;
    for (let pass = 0; pass < warmUpPasses && performance.now() < until; pass++) await this.#pass(until);
  }

  async turn(): Promise<void> {
    const end = performance.now() + turnMs;
    const begin = threadMicros();
    let decisions = 0;
    while (performance.now() < end) decisions += await this.#pass(end);
    this.micros.push((threadMicros() - begin) / decisions);
  }

  /** Goes over the samples once, or as far as the time allows. Decisions made. */
  async #pass(until: number): Promise<number> {
    for (let done = 0; done < sampleCount; done++) {
      const answer = this.#engine.decide(this.#next);
      if (answer instanceof Promise) await answer;
      this.#next = (this.#next + 1) % sampleCount;
      if ((done & 31) === 31 && performance.now() > until) return done + 1;
    }
    return sampleCount;
  }
}

async function timeInTurn(timers: readonly EngineTimer[], rounds: number): Promise<void> {
  for (const timer of timers) await timer.warmUp();
  for (let round = 0; round < rounds; round++) for (const timer of timers) await timer.turn();
}

async function compareSizes(rounds: number): Promise<void> {
  const [hundred, tenThousand] = [100, 10_000].map((size) => {
    const world = makeWorld(size, routes, false);
    return sallyportEngine(world, makeSamples(world, sampleCount));
  }) as [SallyportEngine, SallyportEngine];
  const [small, large] = [new EngineTimer(hundred), new EngineTimer(tenThousand)];
  const [smallAgain, largeAgain] = [new EngineTimer(again(hundred)), new EngineTimer(again(tenThousand))];
  await timeInTurn([small, large, smallAgain, largeAgain], rounds);
  const better = "lower";
  printFigure({ figure: "decide.us_100", value: small.median, unit: "us", better });
  printFigure({ figure: "decide.us_10000", value: large.median, unit: "us", better });
  printFigure({
    figure: "decide.ratio_10000_to_100",
    value: ratioOf(large, small),
    unit: "ratio",
    must: 4,
    better,
  });
  printFigure({ figure: "decide.language_us_100", value: smallAgain.median, unit: "us", better });
  printFigure({ figure: "decide.language_us_10000", value: largeAgain.median, unit: "us", better });
  const { compileMs, linkMs } = tenThousand;
  printFigure({ figure: "decide.compile_ms_10000", value: compileMs, unit: "ms", must: 2_000, better });
  printFigure({ figure: "decide.link_ms_10000", value: linkMs, unit: "ms", must: 300, better });
}

async function withPatterns(rounds: number): Promise<void> {
  const world = makeWorld(1_000, routes, true);
  const samples = makeSamples(world, sampleCount);
  const engine = sallyportEngine(world, samples);
  const peerOn = (contexts: readonly PeerContext[]) => celEngine(world, samples, contexts, "together");
  const contexts = await checkedContexts(engine, world, samples, (current) => [peerOn(current)]);
  const [mine, cel] = [new EngineTimer(engine), new EngineTimer(peerOn(contexts))];
  await timeInTurn([mine, cel], rounds);
  printFigure({ figure: "decide.us_1000_patterns", value: mine.median, unit: "us", better: "lower" });
  printFigure({
    figure: "decide.speedup_cel_js_patterns",
    value: ratioOf(cel, mine),
    unit: "ratio",
    better: "higher",
  });
}
