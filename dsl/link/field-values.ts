/**
 * Numbers for the values that policies ask of a field, the same throughout a set: a request's value is looked up in one
 * table that stays at hand, and each bucket's own tables are of small numbers, side by side.
 */
import type { FieldReader } from "../scheme.ts";
import type { Candidate } from "./candidates.ts";
import type { TextSearch } from "./text-search.ts";

/** Texts of more different lengths are asked one by one. */
const mostLengths = 8;
/** The number of whatever nobody asks for. */
const unnumbered = 0;

/** The values of one field that are looked up in one way. */
export class FieldValues<F> {
  readonly way: Candidate<F>["way"];
  private readonly read: FieldReader<F>;
  private readonly search: TextSearch | undefined;
  private readonly numbers = new Map<unknown, number>();
  private readonly lengths: number[] = [];
  private readonly affixes: number[] = [];

  constructor({ way, predicate }: Candidate<F>) {
    this.way = way;
    this.read = predicate.read ?? (() => undefined);
    this.search = predicate.search?.search;
  }

  /** The numbers of what a condition asks for; undefined where it has to be asked itself. */
  numbersOf({ way, values, predicate }: Candidate<F>): number[] | undefined {
    if (way === "text") return predicate.search ? [predicate.search.index + 1] : undefined;
    if (
      (way === "prefix" || way === "suffix") &&
      !values.every((text) => this.takesLength(String(text).length))
    )
      return undefined;
    return values.map((value) => this.numberOf(value));
  }

  /** The number of a request's value; for fields that are looked up whole. */
  number(facts: F): number {
    const value = this.read(facts);
    return value === undefined ? unnumbered : (this.numbers.get(value) ?? unnumbered);
  }

  /** Of all texts that a request's value has in it, or begins or ends with, the numbers less one; valid until the next call. */
  found(facts: F): readonly number[] {
    const value = this.read(facts);
    if (typeof value !== "string") return none;
    if (this.search) return this.search.foundIn(value);
    const { lengths, affixes, numbers } = this;
    affixes.length = 0;
    for (let at = 0; at < lengths.length; at++) {
      const length = lengths[at]!;
      if (length > value.length) continue;
      const affix = this.way === "prefix" ? value.slice(0, length) : value.slice(value.length - length);
      const number = numbers.get(affix);
      if (number !== undefined) affixes.push(number - 1);
    }
    return affixes;
  }

  private takesLength(length: number): boolean {
    if (this.lengths.includes(length)) return true;
    if (this.lengths.length === mostLengths) return false;
    this.lengths.push(length);
    return true;
  }

  private numberOf(value: unknown): number {
    const known = this.numbers.get(value);
    if (known !== undefined) return known;
    const number = this.numbers.size + 1;
    this.numbers.set(value, number);
    return number;
  }
}

const none: readonly number[] = [];
