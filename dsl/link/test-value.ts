/** Questions about one value, as closures: constants are captured, nothing is interpreted per request. */
import { compilePattern } from "../pattern.ts";
import type { TestIr } from "../policy-ir.ts";
import type { FieldReader, FieldValue, IpValue } from "../scheme.ts";
import { AddressTable } from "./address-table.ts";
import { no, type Question, type Truth, unknown, yes } from "./evaluation.ts";

/** What can tell whether it has a value. */
interface Membership {
  has(value: string | number): boolean;
}

/** A linked list: membership by hash or by address. */
export type LinkedList =
  | { readonly kind: "values"; readonly values: Membership }
  | { readonly kind: "addresses"; readonly table: AddressTable };

const truth = (holds: boolean): Truth => (holds ? yes : no);

/** Joins a reader and a test. A value of another type than the test's reads as missing. */
// oxlint-disable-next-line eslint/complexity -- one case for each question
export function testValue<F>(
  read: FieldReader<F>,
  test: TestIr,
  isAddress: boolean,
  lists: readonly LinkedList[],
): Question<F> {
  switch (test.op) {
    case "missing":
      return (facts) => truth(read(facts) === undefined);
    case "present":
      return (facts) => truth(read(facts) !== undefined);
    case "holds":
      return equals(read, true, yes);
    case "eq":
    case "ne":
      return equality(read, test.value, test.op === "eq" ? yes : no, isAddress);
    case "lt":
    case "le":
    case "gt":
    case "ge":
      return comparison(read, test.op, test.value);
    case "list":
    case "set":
    case "ranges":
      return membership(read, test, lists);
    case "contains":
    case "starts":
    case "ends":
      return textual(read, test.op, test.value);
    case "startsAll":
      return startsAll(read, test.values);
    case "matches":
      return matching(read, test.pattern, test.ignoreCase);
    // Asked of evidence, never of a value.
    case "usual":
    case "known":
    case "new":
    case "differs":
    case "saturated":
      return () => unknown;
  }
}

function membership<F>(
  read: FieldReader<F>,
  test: Extract<TestIr, { op: "list" | "set" | "ranges" }>,
  lists: readonly LinkedList[],
): Question<F> {
  if (test.op === "set") return member(read, new Set(test.values));
  if (test.op === "ranges") return within(read, new AddressTable(test.cidrs));
  const list = lists[test.index];
  return list?.kind === "addresses" ? within(read, list.table) : member(read, list?.values ?? new Set());
}

function matching<F>(read: FieldReader<F>, pattern: string, ignoreCase: boolean): Question<F> {
  const compiled = compilePattern(pattern, ignoreCase);
  return compiled.isValid ? onText(read, compiled.test) : () => unknown;
}

function isIp(value: FieldValue | undefined): value is IpValue {
  return typeof value === "object" && "family" in value;
}

function equality<F>(
  read: FieldReader<F>,
  wanted: string | number | boolean,
  whenEqual: 0 | 1,
  isAddress: boolean,
): Question<F> {
  if (!isAddress) return equals(read, wanted, whenEqual);
  const table = new AddressTable([String(wanted)]);
  return (facts) => {
    const value = read(facts);
    if (!isIp(value)) return unknown;
    return table.has(value) ? whenEqual : whenEqual === yes ? no : yes;
  };
}

function equals<F>(read: FieldReader<F>, wanted: FieldValue, whenEqual: 0 | 1): Question<F> {
  const otherwise = whenEqual === yes ? no : yes;
  return (facts) => {
    const value = read(facts);
    if (value === undefined) return unknown;
    return value === wanted ? whenEqual : otherwise;
  };
}

function comparison<F>(read: FieldReader<F>, op: "lt" | "le" | "gt" | "ge", limit: number): Question<F> {
  const numeric = (holds: (value: number) => boolean): Question<F> => {
    return (facts) => {
      const value = read(facts);
      return typeof value === "number" ? truth(holds(value)) : unknown;
    };
  };
  switch (op) {
    case "lt":
      return numeric((value) => value < limit);
    case "le":
      return numeric((value) => value <= limit);
    case "gt":
      return numeric((value) => value > limit);
    case "ge":
      return numeric((value) => value >= limit);
  }
}

function member<F>(read: FieldReader<F>, values: Membership): Question<F> {
  return (facts) => {
    const value = read(facts);
    if (typeof value !== "string" && typeof value !== "number") return unknown;
    return truth(values.has(value));
  };
}

function within<F>(read: FieldReader<F>, table: AddressTable): Question<F> {
  return (facts) => {
    const value = read(facts);
    return isIp(value) ? truth(table.has(value)) : unknown;
  };
}

function onText<F>(read: FieldReader<F>, holds: (text: string) => boolean): Question<F> {
  return (facts) => {
    const value = read(facts);
    return typeof value === "string" ? truth(holds(value)) : unknown;
  };
}

function textual<F>(read: FieldReader<F>, op: "contains" | "starts" | "ends", wanted: string): Question<F> {
  switch (op) {
    case "starts":
      return onText(read, (text) => text.startsWith(wanted));
    case "ends":
      return onText(read, (text) => text.endsWith(wanted));
    case "contains":
      return (facts) => {
        const value = read(facts);
        if (typeof value === "string" || Array.isArray(value)) return truth(value.includes(wanted));
        return unknown;
      };
  }
}

function startsAll<F>(read: FieldReader<F>, wanted: readonly string[]): Question<F> {
  return (facts) => {
    const value = read(facts);
    if (!Array.isArray(value)) return unknown;
    return truth(wanted.every((name, index) => value[index] === name));
  };
}
