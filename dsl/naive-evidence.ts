/** What measures, memories and sequences say, worked out anew from every request that ever came. */
import type { KeyNode, MeasureNode, NameNode, RememberNode, SequenceNode, TargetNode } from "./ast.ts";
import { parseDuration } from "./duration.ts";
import type { SampleFacts } from "./sample-scheme.ts";
import { usualBounds } from "./usual-bounds.ts";

/** A request that came, and how it ended if it has. */
export interface PastRequest {
  readonly facts: SampleFacts;
  readonly route: string;
  readonly at: number;
  readonly outcome: string | undefined;
  /** It was stopped or labelled. */
  readonly isCampaign?: boolean;
}

/** Whether a target covers a route. */
type Covers = (target: TargetNode, route: string) => boolean;

interface Happening {
  readonly request: PastRequest;
  readonly isFinished: boolean;
}

/** Evidence at the moment when the last of `past` is judged. */
export class NaiveEvidence {
  private readonly past: readonly PastRequest[];
  private readonly now: PastRequest;
  private readonly covers: Covers;

  constructor(past: readonly PastRequest[], now: PastRequest, covers: Covers) {
    this.past = past;
    this.now = now;
    this.covers = covers;
  }

  measure(node: MeasureNode): number | undefined {
    const countedOf = (facts: SampleFacts) => (node.counted ? facts[node.counted.text] : "");
    const key = keyOf(node.by, this.now.facts);
    if (key === undefined || countedOf(this.now.facts) === undefined) return undefined;
    const all = this.past
      .filter((request) => this.happened(node, request))
      .filter((request) => keyOf(node.by, request.facts) === key)
      .filter((request) => countedOf(request.facts) !== undefined);
    const live = all.filter((request) => request.at > this.now.at - msOf(node.window));
    const valueOf = (request: PastRequest) => JSON.stringify(countedOf(request.facts));
    switch (node.what) {
      case "count":
        return live.length;
      case "distinct":
        return new Set(live.map(valueOf)).size;
      case "new":
        return live.filter((one) => all.find((other) => valueOf(other) === valueOf(one)) === one).length;
      case "share": {
        const part = live.filter(({ outcome }) =>
          node.events.some(({ text }) => text.endsWith(`.${outcome}`)),
        );
        return live.length < (node.support?.value ?? 20) ? undefined : percent(part.length / live.length);
      }
      case "gap": {
        const gaps = live.flatMap(({ at }, index) => (index === 0 ? [] : at - live[index - 1]!.at));
        if (live.length < (node.support?.value ?? 5)) return undefined;
        const sorted = gaps.sort((left, right) => left - right);
        return node.statistic === "shortest" ? sorted[0] : sorted[Math.ceil(sorted.length / 2) - 1];
      }
    }
  }

  /** The last reading, or the prior: what the sample's baseline calls usual. Those of stopped or labelled requests are none. */
  usual(node: MeasureNode): number | undefined {
    const isLater = outcomeOf(node.target!) !== undefined || node.what === "share";
    let last: number | undefined;
    for (const [index, request] of this.past.entries()) {
      // Of the request being judged nothing is learnt before it is decided.
      if (request === this.now || request.isCampaign || !this.happened(node, request)) continue;
      const until = this.past.slice(0, index);
      const current = isLater ? request : { ...request, outcome: undefined };
      last = new NaiveEvidence([...until, current], current, this.covers).measure(node) ?? last;
    }
    const kinds = node.events.map(({ text }) => text.split(".")[1] as "failure");
    const part = node.events.length > 0 ? [{ event: "login", kinds }] : undefined;
    const { floor, prior } = usualBounds({ kind: node.what, part });
    const inUnit = (value: number) => (node.what === "share" ? percent(value) : value);
    const usual = last ?? (prior === undefined ? undefined : inUnit(prior));
    return usual === undefined ? undefined : Math.max(usual, inUnit(floor));
  }

  /** The values remembered of the key that the request shows; undefined when it shows none. */
  remembered(node: RememberNode): (string | undefined)[] | undefined {
    const key = keyOf(node.by, this.now.facts);
    if (key === undefined) return undefined;
    return this.past
      .filter((request) => request.at > this.now.at - msOf(node.duration))
      .filter((request) => request.outcome === "success" && this.covers(node.target!, request.route))
      .filter((request) => keyOf(node.by, request.facts) === key)
      .map((request) => keyOf(node.values, request.facts))
      .filter((value) => value !== undefined);
  }

  /** What the request shows of what is remembered. */
  shown(node: RememberNode): string | undefined {
    return keyOf(node.values, this.now.facts);
  }

  /** Whether any choice of happenings is the sequence; every choice is tried. */
  isComplete(node: SequenceNode): boolean | undefined {
    const key = keyOf(node.by, this.now.facts);
    if (key === undefined) return undefined;
    const happenings = this.past
      .filter((request) => keyOf(node.by, request.facts) === key)
      .flatMap((request): Happening[] => {
        const came = { request, isFinished: false };
        return request.outcome === undefined ? [came] : [came, { request, isFinished: true }];
      });
    const steps = node.steps.filter(({ kind }) => kind !== "without");
    const places = steps.flatMap((step) => Array.from({ length: step.times?.value ?? 1 }, () => step));
    const isForbidden = (place: number, happening: Happening) =>
      node.steps.some(({ kind, target }, index) => {
        if (kind !== "without" || !this.isAt(target, happening)) return false;
        const step = node.steps.slice(0, index).findLast((one) => one.kind !== "without")!;
        return places[place] === step;
      });
    const goesOn = (place: number, after: number, start: number): boolean => {
      if (place === places.length) return this.now.at - start <= msOf(node.within);
      for (let index = after; index < happenings.length; index++) {
        const happening = happenings[index]!;
        if (place > 0 && isForbidden(place, happening)) return false;
        if (!this.isAt(places[place]!.target, happening)) continue;
        if (goesOn(place + 1, index + 1, place === 0 ? happening.request.at : start)) return true;
      }
      return false;
    };
    return goesOn(0, 0, 0);
  }

  private isAt(target: TargetNode, { request, isFinished }: Happening): boolean {
    const outcome = outcomeOf(target);
    if (isFinished !== (outcome !== undefined)) return false;
    return this.covers(target, request.route) && (outcome === undefined || outcome === request.outcome);
  }

  private happened({ target, what }: MeasureNode, request: PastRequest): boolean {
    if (!this.covers(target!, request.route)) return false;
    if (what === "share") return request.outcome !== undefined;
    const outcome = outcomeOf(target!);
    return outcome === undefined || outcome === request.outcome;
  }
}

/** Of a part of one, to the eighth digit: as far as the language tells shares apart. */
function percent(share: number): number {
  return Number((share * 100).toFixed(8));
}

function outcomeOf({ name }: TargetNode): string | undefined {
  const word = name.text.split(".").at(-1)!;
  return ["success", "failure"].includes(word) ? word : undefined;
}

function msOf(node: NameNode | undefined): number {
  return parseDuration(node!.text)!;
}

function keyOf(fields: KeyNode, facts: SampleFacts): string | undefined {
  const values = fields.map((field) => facts[field.text]);
  return values.includes(undefined) ? undefined : JSON.stringify(values);
}
