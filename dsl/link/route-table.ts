/** Finds a route by method and canonical path, the most specific first. */
import { Segment, SegmentTable } from "./segment-table.ts";

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
}

/** A matched route and its parameters. */
interface RouteMatch<T> {
  readonly value: T;
  readonly parameters: Readonly<Record<string, string>>;
}

type Accepts<T> = (value: T) => boolean;

const noParameters: Readonly<Record<string, string>> = Object.freeze(
  Object.create(null) as Record<string, string>,
);

/** The routes of one app. Paths match without regard to a slash at the end and, unless told otherwise, to case, so that a spelling cannot slip past. */
export class RouteTable<T> {
  /** The parameters of every route that has none: one shared object. */
  static readonly noParameters = noParameters;

  private readonly root: Node<T> = newNode();
  // Reused by every search, since one is over before the next begins and each request makes one.
  private readonly segment: Segment;
  private readonly took: string[] = [];

  /** Paths match without regard to case unless `isCaseSensitive`. */
  constructor(isCaseSensitive = false) {
    this.segment = new Segment(isCaseSensitive);
  }

  /** What the parameters of the last hit took, in their order; valid until the next search. */
  get taken(): readonly string[] {
    return this.took;
  }

  /** Adds a route; segments are texts, `:name`, or `*` at the end. */
  add(method: string, path: string, value: T): void {
    const parameters: string[] = [];
    let node = this.root;
    const entry = { value, parameters };
    for (const text of segmentsOf(path)) {
      if (text === "*") {
        setOnce(node.below, method, entry);
        return;
      }
      if (text.startsWith(":")) {
        parameters.push(text.slice(1));
        node = node.parameter ??= newNode();
      } else {
        this.segment.read(text, 0);
        node = node.fixed.at(this.segment, newNode<T>);
      }
    }
    setOnce(node.here, method, entry);
  }

  /** The route of a request; HEAD is answered by GET's route where it has none of its own. */
  find(method: string, path: string): RouteMatch<T> | undefined {
    const entry = this.search(method, path, undefined);
    return entry && { value: entry.value, parameters: namedParameters(entry.parameters, this.took) };
  }

  /** As `find`, without names for the parameters, since routes of one shape may call them differently. */
  hit(method: string, path: string): T | undefined {
    return this.search(method, path, undefined)?.value;
  }

  /** As `hit`, of the routes that `accepts` takes; asked from the most specific on. It must not search here itself. */
  hitWhere(method: string, path: string, accepts: Accepts<T>): T | undefined {
    return this.search(method, path, accepts)?.value;
  }

  private search(method: string, path: string, accepts: Accepts<T> | undefined): Entry<T> | undefined {
    this.took.length = 0;
    return this.walk(this.root, 0, method, path, accepts);
  }

  /**
   * Follows a path from the slash at `slash`. Visits each node at most once and goes no deeper than the routes do,
   * whatever the path's length.
   */
  private walk(
    node: Node<T>,
    slash: number,
    method: string,
    path: string,
    accepts: Accepts<T> | undefined,
  ): Entry<T> | undefined {
    const { segment, took } = this;
    if (slash >= path.length - 1) {
      const entry = byMethod(node.here, method, accepts);
      if (entry) return entry;
    } else {
      segment.read(path, slash + 1);
      const { end } = segment;
      const next = node.fixed.find(segment);
      const found = next && this.walk(next, end, method, path, accepts);
      if (found) return found;
      if (node.parameter) {
        const depth = took.push(path.slice(slash + 1, end));
        const throughParameter = this.walk(node.parameter, end, method, path, accepts);
        if (throughParameter) return throughParameter;
        took.length = depth - 1;
      }
    }
    return byMethod(node.below, method, accepts);
  }
}

function newNode<T>(): Node<T> {
  return { fixed: new SegmentTable(), parameter: undefined, here: new Map(), below: new Map() };
}

function segmentsOf(path: string): string[] {
  const segments = path.split("/").slice(1);
  if (segments.at(-1) === "") segments.pop();
  return segments;
}

function byMethod<T>(
  entries: ReadonlyMap<string, Entry<T>>,
  method: string,
  accepts: Accepts<T> | undefined,
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
