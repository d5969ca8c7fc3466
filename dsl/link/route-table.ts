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

/** What is looked for; `method` in upper case, `folded` the path as fixed segments are compared. */
interface Search<T> {
  readonly method: string;
  readonly path: string;
  readonly folded: string;
  readonly accepts: ((value: T) => boolean) | undefined;
}

/** A matched route and what its parameters took, in their order. */
export interface RouteHit<T> {
  readonly value: T;
  readonly taken: readonly string[];
}

/** A matched route and its parameters. */
interface RouteMatch<T> {
  readonly value: T;
  readonly parameters: Readonly<Record<string, string>>;
}

const nothingTaken: readonly string[] = [];

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
  private readonly fixed = new Map<string, Map<string, RouteHit<T>>>();

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
    const paths = this.fixed.get(method) ?? new Map<string, RouteHit<T>>();
    if (!paths.has(path)) paths.set(path, { value, taken: nothingTaken });
    this.fixed.set(method, paths);
  }

  /** The route of a request; HEAD is answered by GET's route where it has none of its own. */
  find(method: string, path: string): RouteMatch<T> | undefined {
    const taken: string[] = [];
    const entry = this.entryOf(method, path, undefined, taken);
    return entry && { value: entry.value, parameters: namedParameters(entry.parameters, taken) };
  }

  /** As `find`, without names for the parameters, since routes of one shape may call them differently. */
  hit(method: string, path: string): RouteHit<T> | undefined {
    return this.fixed.get(method)?.get(path) ?? this.hitWhere(method, path, undefined);
  }

  /** As `hit`, of the routes that `accepts` takes; asked from the most specific on. */
  hitWhere(
    method: string,
    path: string,
    accepts: ((value: T) => boolean) | undefined,
  ): RouteHit<T> | undefined {
    const taken: string[] = [];
    const entry = this.entryOf(method, path, accepts, taken);
    return entry && { value: entry.value, taken };
  }

  private entryOf(
    method: string,
    path: string,
    accepts: Search<T>["accepts"],
    taken: string[],
  ): Entry<T> | undefined {
    const lower = this.folded(path);
    // Some letters change their length with their case; the original is then folded piece by piece.
    const folded = lower.length === path.length ? lower : "";
    return this.walk(this.root, { method: method.toUpperCase(), path, folded, accepts }, 0, taken);
  }

  /**
   * Follows a path from the slash at `slash`; `taken` gets the values of parameters. Visits each node at most once
   * and goes no deeper than the routes do, whatever the path's length.
   */
  private walk(node: Node<T>, search: Search<T>, slash: number, taken: string[]): Entry<T> | undefined {
    const { path, folded } = search;
    if (slash >= path.length - 1) {
      const entry = byMethod(node.here, search);
      if (entry) return entry;
    } else {
      const nextSlash = path.indexOf("/", slash + 1);
      const end = nextSlash < 0 ? path.length : nextSlash;
      if (node.fixed.size > 0) {
        const segment =
          folded === "" ? this.folded(path.slice(slash + 1, end)) : folded.slice(slash + 1, end);
        const next = node.fixed.get(segment);
        const found = next && this.walk(next, search, end, taken);
        if (found) return found;
      }
      if (node.parameter) {
        const depth = taken.push(path.slice(slash + 1, end));
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
  const own = entries.get(method);
  if (own && (!accepts || accepts(own.value))) return own;
  const read = method === "HEAD" ? entries.get("GET") : undefined;
  if (read && (!accepts || accepts(read.value))) return read;
  const any = entries.get("*");
  return any && (!accepts || accepts(any.value)) ? any : undefined;
}

/** The parameters of a route by name; the shared object where it has none. */
export function namedParameters(
  names: readonly string[],
  taken: readonly string[],
): Readonly<Record<string, string>> {
  if (names.length === 0) return noParameters;
  const parameters = Object.create(null) as Record<string, string>;
  for (let index = 0; index < names.length; index++) parameters[names[index]!] = taken[index] ?? "";
  return parameters;
}

function setOnce<T>(entries: Map<string, Entry<T>>, method: string, entry: Entry<T>): void {
  if (!entries.has(method)) entries.set(method, entry);
}
