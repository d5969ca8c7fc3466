/** What `sequence` needs of the host: how far each key has come in a row of events. */

/** A sequence to follow; the same `id` is the same sequence across revisions. */
export interface SequenceSpec {
  readonly id: string;
  readonly name: string;
  /** From the first event to now. */
  readonly withinMs: number;
  /** At least one; the numbers add up to 64 at most. */
  readonly steps: readonly { readonly atLeast: number }[];
}

/** Follows one sequence for every key. Other events may lie between those that count. */
export interface Sequence {
  /** The event of step `step` (from 0) happened. An event of several steps is told to the highest of them first. */
  advance(key: string, step: number, now: number): void;
  /** The event that step `step` must come `without` happened: whoever waits for that step waits in vain. */
  interrupt(key: string, step: number, now: number): void;
  /** All steps happened in their order within the time that ends now. */
  isComplete(key: string, now: number): boolean;
  /** True when of late a key found no room. */
  isSaturated(now: number): boolean;
}

/** Opens sequences by their spec; the same id gives the same sequence. */
export interface SequencePort {
  openSequence(spec: SequenceSpec): Sequence;
}
