/** Notices when a release makes outcomes unreadable: what counts failures is blind then, and nobody is told otherwise. */

/** Answers until a route has a past. */
const leastPast = 200;
/** How much one answer weighs in the past and in what is recent. */
const [slow, fast] = [1 / 500, 1 / 40];
/** Beyond the past's, an unknown share that is a jump, and one that is over. */
const [jump, settled] = [0.4, 0.1];

interface Route {
  answers: number;
  /** Shares of answers that said nothing, 0 to 1. */
  past: number;
  recent: number;
  isBlind: boolean;
}

/** A route's outcomes can no longer be read, or can again; shares from 0 to 1. */
export interface OutcomeChange {
  readonly app: string;
  readonly route: string;
  readonly isBlind: boolean;
  readonly unknownShare: number;
  readonly usualShare: number;
}

/** How a route stands. */
export interface OutcomeState extends OutcomeChange {
  /** Since the start. */
  readonly answers: number;
}

/** Compares each route's share of answers without an outcome with its own past. */
export class OutcomeWatch {
  // As many as the apps have routes with an outcome.
  readonly #routes = new Map<string, Route & { readonly app: string; readonly route: string }>();
  readonly #changed: (change: OutcomeChange) => void;

  constructor(changed: (change: OutcomeChange) => void) {
    this.#changed = changed;
  }

  /** Every route that has answered. */
  states(): OutcomeState[] {
    return Array.from(this.#routes.values(), ({ app, route, answers, isBlind, recent, past }) => ({
      app,
      route,
      answers,
      isBlind,
      unknownShare: recent,
      usualShare: past,
    }));
  }

  /** An attempt was answered by the origin, which was not in trouble. */
  answered(app: string, route: string, isKnown: boolean): void {
    const name = `${app}.${route}`;
    let seen = this.#routes.get(name);
    if (!seen)
      this.#routes.set(name, (seen = { app, route, answers: 0, past: 0, recent: 0, isBlind: false }));
    const unknown = isKnown ? 0 : 1;
    seen.answers++;
    // The first answers are weighed alike: else a route that was never readable would seem to have become so.
    seen.recent += (unknown - seen.recent) * Math.max(fast, 1 / seen.answers);
    if (!seen.isBlind) seen.past += (unknown - seen.past) * Math.max(slow, 1 / seen.answers);
    const above = seen.recent - seen.past;
    const turns = seen.isBlind ? above < settled : above >= jump && seen.answers >= leastPast;
    if (!turns) return;
    seen.isBlind = !seen.isBlind;
    const { isBlind, recent, past } = seen;
    this.#changed({ app, route, isBlind, unknownShare: recent, usualShare: past });
  }
}
