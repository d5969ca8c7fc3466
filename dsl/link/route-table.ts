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

/** What is looked for; `method` in upper case. */
interface Search<T> {
  readonly method: string;
  readonly path: string;
  readonly accepts: (value: T) => boolean;
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

/** The routes of one app. Paths match without regard to a slash at the end and, unless told otherwise, to case, so that a spelling cannot slip past. */
export class RouteTable<T> {
  /** The parameters of every route that has none: one shared object. */
  static readonly noParameters = noParameters;

  private readonly root = newNode<T>();
  private readonly isCaseSensitive: boolean;
  /** Routes without parameters by method and path, as shared matches. */
  private readonly fixed = new Map<string, Map<string, RouteMatch<T>>>();

  /** Paths match without regard to case unless `isCaseSensitive`. */
  constructor(isCaseSensitive = false) {
    this.isCaseSensitive = isCaseSensitive;
  }

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
      node = segment.startsWith(":") ? this.parameterOf(node) : this.fixedOf(node, this.folded(segment));
      if (segment.startsWith(":")) parameters.push(segment.slice(1));
    }
    setOnce(node.here, method, { value, parameters });
    if (parameters.length === 0) this.addFixed(method, this.folded(`/${segments.join("/")}`), value);
  }

  private addFixed(method: string, path: string, value: T): void {
    const paths = this.fixed.get(method) ?? new Map<string, RouteMatch<T>>();
    if (!paths.has(path)) paths.set(path, { value, parameters: noParameters });
    this.fixed.set(method, paths);
  }

  /** The route of a request; HEAD is answered by GET's route where it has none of its own. */
  find(method: string, path: string): RouteMatch<T> | undefined {
    const shared = this.fixed.get(method)?.get(path);
    if (shared) return shared;
    return this.findWhere(method, path, everyEntry);
  }

  /** As `find`, of the routes that `accepts` takes; asked from the most specific on. */
  findWhere(method: string, path: string, accepts: (value: T) => boolean): RouteMatch<T> | undefined {
    const taken: string[] = [];
    const entry = this.walk(this.root, { method: method.toUpperCase(), path, accepts }, 0, taken);
    if (!entry) return undefined;
    if (entry.parameters.length === 0) return { value: entry.value, parameters: noParameters };
    const parameters = Object.create(null) as Record<string, string>;
    for (const [index, name] of entry.parameters.entries()) parameters[name] = taken[index] ?? "";
    return { value: entry.value, parameters };
  }

  /**
   * Follows a path from the slash at `slash`; `taken` gets the values of parameters. Visits each node at most once
   * and goes no deeper than the routes do, whatever the path's length.
   */
  private walk(node: Node<T>, search: Search<T>, slash: number, taken: string[]): Entry<T> | undefined {
    const { path } = search;
    if (slash >= path.length - 1) {
      const entry = byMethod(node.here, search);
      if (entry) return entry;
    } else {
      const nextSlash = path.indexOf("/", slash + 1);
      const end = nextSlash < 0 ? path.length : nextSlash;
      const segment = path.slice(slash + 1, end);
      const next = node.fixed.size > 0 ? node.fixed.get(this.folded(segment)) : undefined;
      const found = next && this.walk(next, search, end, taken);
      if (found) return found;
      if (node.parameter) {
        const depth = taken.push(segment);
        const throughParameter = this.walk(node.parameter, search, end, taken);
        if (throughParameter) return throughParameter;
        taken.length = depth - 1;
      }
    }
    return byMethod(node.below, search);
  }

  private folded(text: string): string {
    return this.isCaseSensitive ? text : text.toLowerCase();
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

function byMethod<T>(
  entries: ReadonlyMap<string, Entry<T>>,
  { method, accepts }: Search<T>,
): Entry<T> | undefined {
  if (entries.size === 0) return undefined;
  const accepted = (name: string) => {
    const entry = entries.get(name);
    return entry && accepts(entry.value) ? entry : undefined;
  };
  return accepted(method) ?? (method === "HEAD" ? accepted("GET") : undefined) ?? accepted("*");
}

const everyEntry = () => true;

function setOnce<T>(entries: Map<string, Entry<T>>, method: string, entry: Entry<T>): void {
  if (!entries.has(method)) entries.set(method, entry);
}
