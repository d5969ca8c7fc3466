/** What `bench decide` asks of an engine. */

/** An engine with a world's rules loaded, and the samples in the form that it takes. */
export interface Engine {
  readonly name: string;
  /** Decides a sample; what comes back, a promise perhaps, is the engine's own. This is what is timed. */
  decide(sample: number): unknown;
  /** Decides a sample and names the matching rules, in no order. */
  matching(sample: number): readonly string[] | Promise<readonly string[]>;
}
