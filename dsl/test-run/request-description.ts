/** From the parts that a test writes down to a described request. */
import type { JsonNode, LetNode, RequestPartNode, ValueNode } from "../ast.ts";
import type { FieldTable } from "../field-table.ts";
import type { DescribedRequest, DescribedValue, JsonValue } from "../simulator-port.ts";

type Body = DescribedRequest["body"];

/** The full name of a field in a test, where `asn` may stand for `ip.asn`; undefined when there is none. */
export function describedField(name: string, fields: FieldTable<never>): string | undefined {
  if (fields.find(name)) return name;
  return fields.find(`ip.${name}`) ? `ip.${name}` : undefined;
}

/** A request under construction. Each `with` and `varying` makes another one. */
export class RequestDescription implements DescribedRequest {
  readonly method: string;
  readonly target: string;
  readonly fields: ReadonlyMap<string, DescribedValue>;
  readonly body: Body;
  private readonly table: FieldTable<never>;

  private constructor(
    from: Pick<DescribedRequest, "method" | "target" | "fields" | "body">,
    table: FieldTable<never>,
  ) {
    this.method = from.method;
    this.target = from.target;
    this.fields = from.fields;
    this.body = from.body;
    this.table = table;
  }

  /** A request of which nothing is said but where it goes. */
  static bare(method: string, target: string, host: string, table: FieldTable<never>): RequestDescription {
    return new RequestDescription(
      { method, target, fields: new Map([["host", host]]), body: undefined },
      table,
    );
  }

  /** What a `let` says; `host` where it names none. */
  static of(node: LetNode, host: string, table: FieldTable<never>): RequestDescription {
    const fields = new Map<string, DescribedValue>([["host", host]]);
    const bare = { method: node.method.text.toUpperCase(), target: node.path.text, fields, body: undefined };
    return new RequestDescription(bare, table).with(node.parts);
  }

  /** This request with other parts. */
  with(parts: readonly RequestPartNode[]): RequestDescription {
    return parts.reduce<RequestDescription>((made, part) => made.withPart(part), this);
  }

  private withPart(part: RequestPartNode): RequestDescription {
    if (part.kind === "field") return this.withField(part.subject.text, valueOfPart(part.value));
    return this.but({ body: { kind: part.kind === "body" ? "json" : "form", value: jsonOf(part.value) } });
  }

  /** This request with another value of one field; a field of the body is set inside the body. */
  withField(name: string, value: DescribedValue): RequestDescription {
    const field = describedField(name, this.table) ?? name;
    if (field.startsWith("body.") && field !== "body.size") {
      const kind = this.body?.kind ?? "json";
      const path = field.slice("body.".length).split(".");
      return this.but({ body: { kind, value: withPath(this.body?.value ?? {}, path, value) } });
    }
    return this.but({ fields: new Map([...this.fields, [field, value]]) });
  }

  private but(other: Partial<DescribedRequest>): RequestDescription {
    const { method, target, fields, body } = this;
    return new RequestDescription({ method, target, fields, body, ...other }, this.table);
  }
}

/** A literal as a value of a request. */
export function describedValue(node: ValueNode): string | number | boolean {
  if (node.kind === "number") return node.value;
  if (node.kind === "word" && (node.text === "true" || node.text === "false")) return node.text === "true";
  return node.text;
}

function valueOfPart(value: ValueNode | readonly ValueNode[] | "missing"): DescribedValue {
  if (value === "missing") return undefined;
  return "kind" in value ? describedValue(value) : value.map((one) => String(describedValue(one)));
}

/** JSON of a test; fields and made-up values, which a rule refuses there, become null. */
export function jsonOf(node: JsonNode): JsonValue {
  switch (node.kind) {
    case "scalar":
      return node.value;
    case "field":
    case "fake":
      return null;
    case "array":
      return node.items.map(jsonOf);
    case "object":
      // Pairs, not assignments: a key such as `__proto__` is a key like any other.
      return Object.fromEntries(node.pairs.map(({ key, value }) => [key.text, jsonOf(value)]));
  }
}

function withPath(value: JsonValue, path: readonly string[], leaf: DescribedValue): JsonValue {
  const [key, ...rest] = path;
  if (key === undefined) return leaf === undefined ? null : leaf;
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  const pairs: [string, JsonValue][] = isObject ? Object.entries(value) : [];
  const others = pairs.filter(([name]) => name !== key);
  if (rest.length === 0 && leaf === undefined) return Object.fromEntries(others);
  const inner = pairs.find(([name]) => name === key)?.[1] ?? {};
  const made: [string, JsonValue] = [key, withPath(inner, rest, leaf)];
  const at = pairs.findIndex(([name]) => name === key);
  return Object.fromEntries(at < 0 ? [...others, made] : pairs.with(at, made));
}
