/**
 * Whether an app is in trouble of its own. When sign-in breaks down everybody fails, and everybody looks like an
 * attacker: then policies that count go on with those that they stop already and begin with nobody new.
 *
 * An outage is told from an attack by whom it meets. An attack adds failures of its own and leaves good people alone;
 * an outage meets good people too. So failures count only as far as they are those of known good people, whom no
 * attacker can be without their devices, and who fail from several networks. Errors of the origin (5xx) count for anybody, but only where they have gone up
 * for most kinds of software and most networks at once: one tool that makes the origin stumble has one print. Where one
 * route of several has them, the others go on. And where known good people still get in, nothing of it is an outage.
 */
import type { Baseline } from "../gauge-port.ts";
import { keyText } from "../link/gauge-key.ts";
import type { Outcome } from "../policy-set.ts";
import type { SafetyPort } from "../safety-port.ts";
import type { FieldReader } from "../scheme.ts";
import type { LinkedCohort } from "./linked-cohort.ts";
import { lowestShare } from "./share-bounds.ts";
import { WindowTally } from "./window-tally.ts";

/** What is looked at, and how long a freeze lasts after its reason has gone, ms. */
const windowMs = 300_000;
/** The state is looked into at most so often, ms. */
const lookMs = 1000;
/** Known good people that say something, and requests before errors do. */
const leastGood = 10;
const leastErrors = 50;
/** How far a share must be above the usual one: this many times, and by this much. */
const times = 3;
const goodRise = 0.3;
const errorRise = 0.2;
/** Requests of a cell that say something; cells that must have some; the part of them that must be in trouble. */
const leastOfCell = 5;
const leastCells = { prints: 3, networks: 6 } as const;
/** Networks from which known good people fail: whoever sits behind one gateway with them can name their accounts. */
const leastGoodNetworks = 3;
const troubledPart = 0.7;
/** Answers without error of one part of the window that are all counted; of further ones one in so many. */
const countedFully = 256;
const countedOneIn = 16;
const releaseFactor = 0.5;

const cells = { prints: 16, networks: 32, routes: 32 } as const;
const column = {
  good: 0,
  goodFailed: 1,
  all: 2,
  errors: 3,
  prints: 4,
  networks: 4 + 2 * cells.prints,
} as const;
const goodNetworks = column.networks + 2 * cells.networks;
const routes = goodNetworks + cells.networks;
const columns = routes + 2 * cells.routes;

/** What is in trouble: one route, by its cell, or the whole app. */
type Trouble = number | "app";

/** What tells the weather of one app. */
export interface WeatherParts<F> {
  readonly app: string;
  readonly knownGood: LinkedCohort<F>;
  /** What is usual: the share of known good people's attempts that fail, and of answers that are errors. */
  readonly usual: { readonly failures: Baseline; readonly errors: Baseline };
  readonly print: FieldReader<F>;
  readonly network: FieldReader<F>;
  readonly route: FieldReader<F>;
  readonly port: SafetyPort;
}

interface WeatherState {
  readonly tally: WindowTally;
  frozenUntil: number;
  /** Of what the freeze is, while there is one. */
  trouble: Trouble;
  lookedAt: number;
}

/** The weather of one app. */
export class AppWeather<F> {
  private readonly parts: WeatherParts<F>;
  private readonly state: WeatherState;

  constructor(parts: WeatherParts<F>) {
    this.parts = parts;
    this.state = parts.port.keep(`weather ${parts.app}`, () => ({
      tally: new WindowTally(windowMs, columns),
      frozenUntil: 0,
      trouble: "app" as const,
      lookedAt: 0,
    }));
  }

  /** A request that the origin was asked about is over. */
  ended(facts: F, status: number, outcome: Outcome | undefined, now: number): void {
    const { tally } = this.state;
    if (tally.advance(now)) this.learn(now);
    const isError = status >= 500;
    if (outcome && this.parts.knownGood.has(facts)) {
      tally.add(column.good, 1, now);
      if (isError || isFailure(outcome)) {
        tally.add(column.goodFailed, 1, now);
        const network = cellOf(this.parts.network(facts), cells.networks);
        if (network !== undefined) tally.add(goodNetworks + network, 1, now);
      }
    }
    const count = tally.newest(column.all, now);
    const isSampled = !isError && count > countedFully;
    if (isSampled && Math.random() * countedOneIn >= 1) return;
    const weight = isSampled ? countedOneIn : 1;
    this.count(column.all, isError, weight, now);
    const print = cellOf(this.parts.print(facts), cells.prints);
    if (print !== undefined) this.count(column.prints + 2 * print, isError, weight, now);
    const network = cellOf(this.parts.network(facts), cells.networks);
    if (network !== undefined) this.count(column.networks + 2 * network, isError, weight, now);
    this.count(routes + 2 * this.routeCell(facts), isError, weight, now);
  }

  /** Whether policies begin with nobody new; on the route of a request, if one is given, else anywhere in the app. */
  isFrozen(now: number, facts?: F): boolean {
    if (!this.isFrozenSomewhere(now)) return false;
    const { trouble } = this.state;
    return trouble === "app" || facts === undefined || this.routeCell(facts) === trouble;
  }

  private routeCell(facts: F): number {
    return cellOf(this.parts.route(facts), cells.routes) ?? 0;
  }

  private isFrozenSomewhere(now: number): boolean {
    const { state } = this;
    if (now < state.lookedAt - windowMs) {
      // The clock was ahead by more than the window: that freeze would last until it gets there again.
      state.lookedAt = 0;
      if (state.frozenUntil !== 0) state.frozenUntil = now;
    }
    if (now < state.frozenUntil && now - state.lookedAt < lookMs) return true;
    if (now - state.lookedAt < lookMs) return false;
    state.lookedAt = now;
    const wasFrozen = state.frozenUntil !== 0;
    const trouble = this.trouble(now, wasFrozen ? releaseFactor : 1);
    if (trouble !== undefined) {
      // What was frozen as a whole is not released but for one route.
      const isWider = !wasFrozen || now >= state.frozenUntil || state.trouble !== "app";
      if (isWider) state.trouble = trouble;
      state.frozenUntil = now + windowMs;
    }
    const isFrozen = now < state.frozenUntil;
    if (isFrozen !== wasFrozen) this.tell(isFrozen, now);
    if (!isFrozen) state.frozenUntil = 0;
    return isFrozen;
  }

  /** What is measured, for people. */
  figures(now: number): string {
    const sum = (index: number) => Math.round(this.state.tally.sum(index, now));
    return `known good people: ${sum(column.goodFailed)} of ${sum(column.good)} failed; answers: ${sum(column.errors)} of ${sum(column.all)} were errors`;
  }

  private trouble(now: number, factor: number): Trouble | undefined {
    const { tally } = this.state;
    const { failures, errors } = this.parts.usual;
    const good = tally.sum(column.good, now);
    const failed = lowestShare(tally.sum(column.goodFailed, now), good);
    const usualFailed = failures.usual(now) ?? 0;
    const isMetByGood = failed > Math.max(times * usualFailed, usualFailed + goodRise) * factor;
    if (good >= leastGood)
      return isMetByGood && this.failingNetworks(now) >= leastGoodNetworks ? "app" : undefined;
    const all = tally.sum(column.all, now);
    const wrong = tally.sum(column.errors, now);
    const usualErrors = errors.usual(now) ?? 0;
    const limit = Math.max(times * usualErrors, usualErrors + errorRise) * factor;
    if (wrong < leastErrors * factor || wrong <= limit * all) return undefined;
    const isEverywhere = this.isEverywhere("prints", limit, now) && this.isEverywhere("networks", limit, now);
    return isEverywhere ? this.troubledRoutes(limit, now) : undefined;
  }

  // An app of which one route alone is asked for is that route.
  private troubledRoutes(limit: number, now: number): Trouble {
    const { tally } = this.state;
    const active = Array.from({ length: cells.routes }, (_, cell) => cell).filter(
      (cell) => tally.sum(routes + 2 * cell, now) >= leastOfCell,
    );
    const share = (cell: number) => tally.sum(routes + 2 * cell + 1, now) / tally.sum(routes + 2 * cell, now);
    const [worst, second] = active.filter((cell) => share(cell) > limit);
    return active.length > 1 && second === undefined ? (worst ?? "app") : "app";
  }

  private failingNetworks(now: number): number {
    let failing = 0;
    for (let cell = 0; cell < cells.networks; cell++) {
      if (this.state.tally.sum(goodNetworks + cell, now) > 0) failing++;
    }
    return failing;
  }

  private isEverywhere(of: "prints" | "networks", limit: number, now: number): boolean {
    let active = 0;
    let troubled = 0;
    for (let cell = 0; cell < cells[of]; cell++) {
      const at = column[of] + 2 * cell;
      const all = this.state.tally.sum(at, now);
      if (all < leastOfCell) continue;
      active++;
      if (this.state.tally.sum(at + 1, now) > limit * all) troubled++;
    }
    return active >= leastCells[of] && troubled >= troubledPart * active;
  }

  // INVARIANT: the column of errors follows that of all.
  private count(at: number, isError: boolean, weight: number, now: number): void {
    this.state.tally.add(at, weight, now);
    if (isError) this.state.tally.add(at + 1, weight, now);
  }

  // What an outage does is never usual.
  private learn(now: number): void {
    const { tally, frozenUntil } = this.state;
    const { failures, errors } = this.parts.usual;
    const good = tally.sum(column.good, now);
    const isCampaign = frozenUntil !== 0;
    if (good >= leastGood) failures.observe("", tally.sum(column.goodFailed, now) / good, now, isCampaign);
    const all = tally.sum(column.all, now);
    if (all >= leastErrors) errors.observe("", tally.sum(column.errors, now) / all, now, isCampaign);
  }

  private tell(isActive: boolean, now: number): void {
    const { app, port } = this.parts;
    port.changed({ at: now, kind: "freeze", name: app, isActive, detail: this.figures(now) });
  }
}

function isFailure({ kind }: Outcome): boolean {
  return kind === "failure" || kind === "unknown_user" || kind === "locked";
}

// FNV-1a: whoever chooses his cell gains nothing, since most cells must be in trouble.
function cellOf(value: ReturnType<FieldReader<never>>, count: number): number | undefined {
  if (value === undefined) return undefined;
  let hash = 0x811c9dc5;
  const text = keyText(value);
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return (hash >>> 0) % count;
}
