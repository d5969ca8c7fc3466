/** The scheme: which fields policies may read, their types and how far they can be trusted. The host supplies it. */

/** Types of values in the language. Runtime form: ip → IpValue; asn, int, duration (ms), percent (0-100), score → number; bool → boolean; scalar → string, also compared as the number that it is as a whole; headerOrder → readonly string[] (lower case, as sent); the rest → string. */
export type FieldType =
  | "ip"
  | "asn"
  | "country"
  | "ja4"
  | "text"
  | "int"
  | "bool"
  | "duration"
  | "percent"
  | "headerOrder"
  | "textList"
  | "scalar"
  | "score";

/** An address as four unsigned 32-bit words; IPv4 lies in `d` with a, b, c = 0. */
export interface IpValue {
  readonly family: 4 | 6;
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly d: number;
  readonly text: string;
}

/** A field's value; undefined means missing. */
export type FieldValue = string | number | boolean | IpValue | readonly string[];

/** Reads one field of a request; must not throw. */
export type FieldReader<F> = (facts: F) => FieldValue | undefined;

/** One row of the field table. A name ending in `.*` takes a parameter: `header.*` covers `header.user-agent`. */
export interface FieldRow<F> {
  readonly name: string;
  readonly type: FieldType;
  /** "claimed" when the client merely says so, "observed" when it is seen or counted. */
  readonly trust: "claimed" | "observed";
  /** One sentence for the manual, completion and hover. */
  readonly doc: string;
  /** Rough cost of one read in ns; cheaper conditions run first. */
  readonly cost: number;
  /** True when reading needs the request's body to be buffered. */
  readonly needsBody?: boolean;
  /** All values that a closed set has, for completion. */
  readonly values?: readonly string[];
  /** True when receipts may show only the length of its values (accounts, secrets, contents of bodies). */
  readonly isSensitive?: boolean;
  /** True when it is known only once app and route are, so that a route's `when` cannot ask it. */
  readonly isPlaced?: boolean;
  /** Makes the reader of a field in each element of the lists on its way; what cannot be read is undefined. */
  readonly bindEach?: (parameter: string) => (facts: F) => readonly (string | undefined)[];
  /** Makes the reader; `parameter` is the text after the dot for `.*` rows, "" otherwise. */
  readonly bind: (parameter: string) => FieldReader<F>;
}

/** All fields of a host. */
export interface Scheme<F> {
  readonly fields: readonly FieldRow<F>[];
}
