/** Finds a route by method and canonical path, the most specific first. */

interface Node<T> {
  readonly fixed: Map<string, Node<T>>;
  parameter: Node<T> | undefined;
  /** Routes that end here, and routes that take everything below, by method. */
  readonly here: Map<string, Entry<T>>;
  readonly below: Map<string, Entry<T>>;
}

interface Entry<T> {
  readonly value: T;
  readonly parameters: readonly string[];
}

/** A matched route and its parameters. */
export interface RouteMatch<T> {
  readonly value: T;
  readonly parameters: Readonly<Record<string, string>>;
}

const noParameters: Readonly<Record<string, string>> = Object.freeze(
  Object.create(null) as Record<string, string>,
);

const newNode = <T>(): Node<T> => ({
  fixed: new Map(),
  parameter: undefined,
  here: new Map(),
  below: new Map(),
});

/** The routes of one app. Paths match without regard to case and to a slash at the end, so that a spelling cannot slip past. */
export class RouteTable<T> {
  /** The parameters of every route that has none: one shared object. */
  static readonly noParameters = noParameters;

  private readonly root = newNode<T>();
  /** Routes without parameters by `METHOD path`, as shared matches. */
  private readonly fixed = new Map<string, RouteMatch<T>>();

  /** Adds a route; segments are texts, `:name`, or `*` at the end. */
  add(method: string, path: string, value: T): void {
    const parameters: string[] = [];
    let node = this.root;
    const segments = segmentsOf(path);
    for (const segment of segments) {
      if (segment === "*") {
        setOnce(node.below, method, { value, parameters });
        return;
      }
      node = segment.startsWith(":") ? this.parameterOf(node) : this.fixedOf(node, segment.toLowerCase());
      if (segment.startsWith(":")) parameters.push(segment.slice(1));
    }
    setOnce(node.here, method, { value, parameters });
    const key = `${method} /${segments.join("/").toLowerCase()}`;
    if (parameters.length === 0 && !this.fixed.has(key))
      this.fixed.set(key, { value, parameters: noParameters });
  }

  /** The route of a request; HEAD is answered by GET's route where it has none of its own. */
  find(method: string, path: string): RouteMatch<T> | undefined {
    const shared = this.fixed.get(`${method} ${path}`);
    if (shared) return shared;
    const segments = segmentsOf(path);
    const found = this.walk(this.root, method, segments, 0, []);
    return found && this.matchOf(found.entry, found.taken);
  }

  private matchOf(entry: Entry<T>, taken: readonly string[]): RouteMatch<T> {
    if (entry.parameters.length === 0) return { value: entry.value, parameters: noParameters };
    const parameters = Object.create(null) as Record<string, string>;
    for (const [index, name] of entry.parameters.entries()) parameters[name] = taken[index] ?? "";
    return { value: entry.value, parameters };
  }

  // Visits each node at most once and goes no deeper than the routes do, whatever the path's length.
  private walk(
    node: Node<T>,
    method: string,
    segments: readonly string[],
    at: number,
    taken: readonly string[],
  ): { entry: Entry<T>; taken: readonly string[] } | undefined {
    const segment = segments[at];
    if (segment === undefined) {
      const entry = byMethod(node.here, method);
      if (entry) return { entry, taken };
    } else {
      const next = node.fixed.get(segment.toLowerCase());
      const found = next && this.walk(next, method, segments, at + 1, taken);
      if (found) return found;
      const throughParameter =
        node.parameter && this.walk(node.parameter, method, segments, at + 1, [...taken, segment]);
      if (throughParameter) return throughParameter;
    }
    const below = byMethod(node.below, method);
    return below && { entry: below, taken };
  }

  private fixedOf(node: Node<T>, segment: string): Node<T> {
    let next = node.fixed.get(segment);
    if (!next) {
      next = newNode<T>();
      node.fixed.set(segment, next);
    }
    return next;
  }

  private parameterOf(node: Node<T>): Node<T> {
    node.parameter ??= newNode<T>();
    return node.parameter;
  }
}

function segmentsOf(path: string): string[] {
  const segments = path.split("/").slice(1);
  if (segments.at(-1) === "") segments.pop();
  return segments;
}

function byMethod<T>(entries: ReadonlyMap<string, Entry<T>>, method: string): Entry<T> | undefined {
  if (entries.size === 0) return undefined;
  const upper = method.toUpperCase();
  const own = entries.get(upper) ?? (upper === "HEAD" ? entries.get("GET") : undefined);
  return own ?? entries.get("*");
}

function setOnce<T>(entries: Map<string, Entry<T>>, method: string, entry: Entry<T>): void {
  if (!entries.has(method)) entries.set(method, entry);
}
