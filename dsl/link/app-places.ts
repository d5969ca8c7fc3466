/** Where an app's requests belong: its routes by method and path, and by their conditions where they have any. */
import type { Place } from "../policy-set.ts";
import type { FieldReader } from "../scheme.ts";
import { type Evaluation, type Question, unknown, yes } from "./evaluation.ts";
import { namedParameters, RouteTable } from "./route-table.ts";

/** What a route's `when` asks. */
export interface RouteCondition<F> {
  readonly ask: Question<F>;
  readonly needsBody: boolean;
}

interface Candidate<F> {
  readonly place: Place<F>;
  readonly ask: Question<F> | undefined;
  readonly asksBody: boolean;
  readonly parameters: readonly string[];
}

/** The routes of one method and shape of path, those with conditions first. */
interface RouteGroup<F> {
  readonly candidates: Candidate<F>[];
  isConditional: boolean;
}

/** The places of one app. */
export class AppPlaces<F> {
  private readonly elsewhere: Place<F>;
  private readonly evaluation: Evaluation;
  private readonly table: RouteTable<RouteGroup<F>>;
  private readonly groups = new Map<string, RouteGroup<F>>();
  private readonly isCaseSensitive: boolean;
  private readonly isBodyAmbiguous: FieldReader<F>;
  private needsBody = false;

  /** `elsewhere` takes what no route does. */
  constructor(
    elsewhere: Place<F>,
    isCaseSensitive: boolean,
    evaluation: Evaluation,
    isBodyAmbiguous: FieldReader<F>,
  ) {
    this.elsewhere = elsewhere;
    this.evaluation = evaluation;
    this.isCaseSensitive = isCaseSensitive;
    this.isBodyAmbiguous = isBodyAmbiguous;
    this.table = new RouteTable(isCaseSensitive);
  }

  /** Adds a route. */
  add(method: string, path: string, place: Place<F>, condition: RouteCondition<F> | undefined): void {
    const shape = pathShape(path, this.isCaseSensitive);
    const key = `${method} ${shape}`;
    let group = this.groups.get(key);
    if (!group) {
      group = { candidates: [], isConditional: false };
      this.groups.set(key, group);
      this.table.add(method, path, group);
    }
    const parameters = Array.from(path.matchAll(/:([^/]+)/g), (match) => match[1]!);
    const candidate = {
      place,
      ask: condition?.ask,
      asksBody: condition?.needsBody === true,
      parameters,
    };
    if (condition) {
      const last = group.candidates.findIndex(({ ask }) => ask === undefined);
      group.candidates.splice(last < 0 ? group.candidates.length : last, 0, candidate);
      group.isConditional = true;
      this.needsBody ||= condition.needsBody;
    } else group.candidates.push(candidate);
  }

  /** The place of a request, or one that is still to be chosen by asking conditions. */
  find(method: string, path: string): Place<F> {
    const group = this.table.hit(method, path);
    if (!group) return this.elsewhere;
    if (!group.isConditional) return placed(group.candidates[0]!, this.table.taken);
    const choose = (facts: F) => this.choose(method, path, facts);
    return { ...this.elsewhere, needsBody: this.needsBody, choose };
  }

  /** A body that can be read in two ways may be what the route is for: such a request does not slip past it. */
  private takes({ ask, asksBody }: Candidate<F>, facts: F): boolean {
    const truth = ask ? ask(facts) : yes;
    return truth === yes || (truth === unknown && asksBody && this.isBodyAmbiguous(facts) === true);
  }

  private choose(method: string, path: string, facts: F): Place<F> {
    this.evaluation.begin(undefined);
    let chosen: Candidate<F> | undefined;
    const group = this.table.hitWhere(method, path, ({ candidates }) => {
      chosen = candidates.find((candidate) => this.takes(candidate, facts));
      return chosen !== undefined;
    });
    return group && chosen ? placed(chosen, this.table.taken) : this.elsewhere;
  }
}

// Places of routes without parameters are shared between requests.
function placed<F>({ place, parameters }: Candidate<F>, taken: readonly string[]): Place<F> {
  if (parameters.length === 0) return place;
  const { app, route, tags, bucket, needsBody, front } = place;
  const pathParameters = namedParameters(parameters, taken);
  // Written out: spreading an object takes several times as long.
  return { app, route, tags, pathParameters, bucket, needsBody, choose: undefined, front };
}

/** What two paths have in common that match the same requests. */
export function pathShape(path: string, isCaseSensitive: boolean): string {
  const shape = path.replace(/(?<=.)\/$/, "").replaceAll(/:[^/]*/g, ":");
  return isCaseSensitive ? shape : shape.toLowerCase();
}
