/** Reads from an answer of the origin how an attempt ended. */
import type { OutcomeIr, ResponseTestIr } from "../policy-ir.ts";
import type { Outcome, ResponseView } from "../policy-set.ts";

/** The outcome lines of one route; the first case that fits counts, and outcomes are shared objects. */
export class OutcomeReader {
  readonly event: string;
  private readonly cases: readonly { outcome: Outcome; fits: (response: ResponseView) => boolean }[];

  constructor(ir: OutcomeIr) {
    this.event = ir.event;
    this.cases = ir.cases.map(({ kind, every, tests }) => {
      const asks = tests.map(linkTest);
      const fits = (response: ResponseView) =>
        every ? asks.every((ask) => ask(response)) : asks.some((ask) => ask(response));
      return { outcome: { event: ir.event, kind }, fits };
    });
  }

  /** The outcome; undefined when the answer says nothing about the event. */
  read(response: ResponseView): Outcome | undefined {
    return this.cases.find((one) => one.fits(response))?.outcome;
  }
}

function linkTest(test: ResponseTestIr): (response: ResponseView) => boolean {
  if (test.kind === "status") return (response) => test.statuses.includes(response.status);
  const { name, op, value } = test;
  const onHeader = (holds: (text: string) => boolean) => (response: ResponseView) => {
    const text = response.header(name);
    return text !== undefined && holds(text);
  };
  switch (op) {
    case "present":
      return onHeader(() => true);
    case "missing":
      return (response) => response.header(name) === undefined;
    case "eq":
      return onHeader((text) => text === value);
    case "ne":
      return onHeader((text) => text !== value);
    case "contains":
      return onHeader((text) => text.includes(value));
    case "starts":
      return onHeader((text) => text.startsWith(value));
    case "ends":
      return onHeader((text) => text.endsWith(value));
  }
}
