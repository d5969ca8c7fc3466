/**
 * `bench decide`: what one decision costs, and what the same rules cost in cel-js, json-rules-engine and Cedar.
 *
 * A decision of Sallyport's is all that the pipeline's judge stage does with a new request: make its facts, find app
 * and route, identify, count, judge, give reasons; `language_us` is judging alone, on facts read before. The peers
 * are spared most of that: fields are read and measures counted for them, and lists and patterns are native functions.
 * All answers are compared before anything is timed, and engines are timed in turn.
 */
import { parseArgs } from "node:util";
import type { Engine } from "./engine.ts";
import { cedarEngine, isCedarWorld } from "./engine-cedar.ts";
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
/** Processes whose first decisions are taken. */
const coldRuns = 3;
/** Passes over the samples before times count, so that all code is compiled. */
const warmUpPasses = 60;
/** Passes over the samples when answers are compared; counts grow with each. Of many rules fewer, since peers take long. */
const comparedPasses = 3;
const comparedOfMany = 64;

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
  // Before the peers, who leave behind a heap of which no process that decides has the like.
  await compareSizes(rounds);
  for (const rules of [1_000, 10_000]) {
    for (const hasPatterns of [false, true]) {
      await printCold(rules, hasPatterns);
      await compareWithPeers(rules, hasPatterns, rounds);
    }
  }
}

/** The first decisions of a process of their own. */
async function printCold(rules: number, hasPatterns: boolean): Promise<void> {
  const script = new URL("cold-decisions.ts", import.meta.url).pathname;
  const values: number[] = [];
  for (let run = 0; run < coldRuns; run++) {
    const command = [process.execPath, script, String(rules), String(routes), hasPatterns ? "patterns" : ""];
    const { stdout, exited } = Bun.spawn(command, { stdout: "pipe", stderr: "inherit" });
    const value = Number(await new Response(stdout).text());
    if ((await exited) !== 0) throw new Error("the first decisions failed");
    values.push(value);
  }
  const figure = `decide.us_${nameOf(rules, hasPatterns)}_cold`;
  printFigure({ figure, value: median(values), unit: "us", better: "lower" });
}

function nameOf(rules: number, hasPatterns: boolean): string {
  return `${rules}${hasPatterns ? "_patterns" : ""}`;
}

type MakePeer = (contexts: readonly PeerContext[]) => Engine;

function peersOf(world: RuleWorld, samples: readonly Sample[]): [string, MakePeer][] {
  const peers: [string, MakePeer][] = [
    ["cel_js", (contexts) => celEngine(world, samples, contexts, "together")],
    ["cel_js_routed", (contexts) => celEngine(world, samples, contexts, "routed")],
    ["json_rules_engine", (contexts) => jsonRulesEngine(world, samples, contexts)],
  ];
  if (world.rules.length <= 1_000) {
    peers.push(["cel_js_singly", (contexts) => celEngine(world, samples, contexts, "singly")]);
  }
  if (isCedarWorld(world)) peers.push(["cedar_wasm", (contexts) => cedarEngine(world, samples, contexts)]);
  else say("cedar-wasm is left out: it has no regular expressions");
  return peers;
}

async function compareWithPeers(rules: number, hasPatterns: boolean, rounds: number): Promise<void> {
  const world = makeWorld(rules, routes, hasPatterns);
  const samples = makeSamples(world, sampleCount);
  const engine = sallyportEngine(world, samples);
  const makers = peersOf(world, samples);
  const peersOn = (contexts: readonly PeerContext[]) => makers.map(([, make]) => make(contexts));
  const contexts = await checkedContexts(engine, world, samples, peersOn);
  const mine = new EngineTimer(engine);
  const language = new EngineTimer(again(engine));
  await mine.warmUp();
  engine.tune();
  const timers = peersOn(contexts).map((peer) => new EngineTimer(peer));
  await timeInTurn([mine, language, ...timers], rounds);
  const better = "lower";
  const name = nameOf(rules, hasPatterns);
  const budget = rules === 1_000 && !hasPatterns ? { must: 2 } : {};
  printFigure({ figure: `decide.us_${name}`, value: mine.median, unit: "us", ...budget, better });
  printFigure({ figure: `decide.language_us_${name}`, value: language.median, unit: "us", better });
  for (const [index, timer] of timers.entries()) {
    const peer = makers[index]![0];
    printFigure({ figure: `decide.us_${name}_${peer}`, value: timer.median, unit: "us", better });
    const value = ratioOf(timer, mine);
    // The budget is against the same rules, all of which cel-js has to ask; handed the routing, it only informs.
    const must = peer === "cel_js" && rules === 1_000 && !hasPatterns ? { must: 50 } : {};
    printFigure({
      figure: `decide.speedup_${name}_${peer}`,
      value,
      unit: "ratio",
      ...must,
      better: "higher",
    });
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
  let decisions = 0;
  const isMany = world.rules.length > 1_000;
  for (let pass = 0; pass < (isMany ? 1 : comparedPasses); pass++) {
    for (let sample = 0; sample < contexts.length; sample++) {
      contexts[sample] = counts.context(sample);
      if (isMany && sample >= comparedOfMany) continue;
      decisions++;
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
  for (const [timer, engine] of [
    [small, hundred],
    [large, tenThousand],
  ] as const) {
    await timer.warmUp();
    engine.tune();
  }
  await timeInTurn([small, large, smallAgain, largeAgain], rounds);
  const better = "lower";
  printFigure({ figure: "decide.us_100", value: small.median, unit: "us", better });
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
