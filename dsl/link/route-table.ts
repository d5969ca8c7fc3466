/** Finds a route by method and canonical path, the most specific first. */
import { SegmentTable } from "./segment-table.ts";

interface Node<T> {
  readonly fixed: SegmentTable<Node<T>>;
  parameter: Node<T> | undefined;
  /** Routes that end here, and routes that take everything below, by method. */
  readonly here: Map<string, Entry<T>>;
  readonly below: Map<string, Entry<T>>;
}

interface Entry<T> {
  readonly value: T;
  readonly parameters: readonly string[];
  /** The hit of a route without parameters: one shared object. */
  readonly hit: RouteHit<T>;
}

/** What is looked for. */
interface Search<T> {
  readonly method: string;
  readonly path: string;
  readonly accepts: ((value: T) => boolean) | undefined;
  /** What parameters took on the way down. */
  readonly taken: string[];
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

/** The routes of one app. Paths match without regard to a slash at the end and, unless told otherwise, to case, so that a spelling cannot slip past. */
export class RouteTable<T> {
  /** The parameters of every route that has none: one shared object. */
  static readonly noParameters = noParameters;

  private readonly isCaseSensitive: boolean;
  private readonly root: Node<T>;

  /** Paths match without regard to case unless `isCaseSensitive`. */
  constructor(isCaseSensitive = false) {
    this.isCaseSensitive = isCaseSensitive;
    this.root = this.newNode();
  }

  /** Adds a route; segments are texts, `:name`, or `*` at the end. */
  add(method: string, path: string, value: T): void {
    const parameters: string[] = [];
    let node = this.root;
    const entry = { value, parameters, hit: { value, taken: nothingTaken } };
    for (const segment of segmentsOf(path)) {
      if (segment === "*") {
        setOnce(node.below, method, entry);
        return;
      }
      if (segment.startsWith(":")) {
        parameters.push(segment.slice(1));
        node = node.parameter ??= this.newNode();
      } else node = node.fixed.at(segment, () => this.newNode());
    }
    setOnce(node.here, method, entry);
  }

  /** The route of a request; HEAD is answered by GET's route where it has none of its own. */
  find(method: string, path: string): RouteMatch<T> | undefined {
    const search = { method, path, accepts: undefined, taken: [] };
    const entry = walk(this.root, search, 0);
    return entry && { value: entry.value, parameters: namedParameters(entry.parameters, search.taken) };
  }

  /** As `find`, without names for the parameters, since routes of one shape may call them differently. */
  hit(method: string, path: string): RouteHit<T> | undefined {
    return this.hitWhere(method, path, undefined);
  }

  /** As `hit`, of the routes that `accepts` takes; asked from the most specific on. */
  hitWhere(
    method: string,
    path: string,
    accepts: ((value: T) => boolean) | undefined,
  ): RouteHit<T> | undefined {
    const search = { method, path, accepts, taken: [] };
    const entry = walk(this.root, search, 0);
    if (!entry) return undefined;
    return entry.parameters.length === 0 ? entry.hit : { value: entry.value, taken: search.taken };
  }

  private newNode(): Node<T> {
    return {
      fixed: new SegmentTable(this.isCaseSensitive),
      parameter: undefined,
      here: new Map(),
      below: new Map(),
    };
  }
}

/**
 * Follows a path from the slash at `slash`. Visits each node at most once and goes no deeper than the routes do,
 * whatever the path's length.
 */
function walk<T>(node: Node<T>, search: Search<T>, slash: number): Entry<T> | undefined {
  const { path, taken } = search;
  if (slash >= path.length - 1) {
    const entry = byMethod(node.here, search);
    if (entry) return entry;
  } else {
    const nextSlash = path.indexOf("/", slash + 1);
    const end = nextSlash < 0 ? path.length : nextSlash;
    const next = node.fixed.find(path, slash + 1, end);
    const found = next && walk(next, search, end);
    if (found) return found;
    if (node.parameter) {
      const depth = taken.push(path.slice(slash + 1, end));
      const throughParameter = walk(node.parameter, search, end);
      if (throughParameter) return throughParameter;
      taken.length = depth - 1;
    }
  }
  return byMethod(node.below, search);
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
  // Nearly every client writes methods as routes do.
  const own = entries.get(method) ?? entries.get(method.toUpperCase());
  if (own && (!accepts || accepts(own.value))) return own;
  const read = method.toUpperCase() === "HEAD" ? entries.get("GET") : undefined;
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
