/** Reads from an answer of the origin how an attempt ended. */
import type { OutcomeIr, ResponseTestIr } from "../policy-ir.ts";
import type { Outcome, ResponseView } from "../policy-set.ts";
import { no, type Truth, unknown, yes } from "./evaluation.ts";
import { readResponse } from "./response-reader.ts";

type Ask = (response: ResponseView) => Truth;

/** The outcome lines of one route; the first case that fits counts, and outcomes are shared objects. */
export class OutcomeReader {
  readonly event: string;
  private readonly cases: readonly { outcome: Outcome; fits: Ask }[];

  constructor(ir: OutcomeIr) {
    this.event = ir.event;
    this.cases = ir.cases.map(({ kind, every, tests }) => {
      const asks = tests.map(linkTest);
      return { outcome: { event: ir.event, kind }, fits: every ? allOf(asks) : anyOf(asks) };
    });
  }

  /** The outcome; undefined when the answer says nothing about the event, or nothing that could be read. */
  read(response: ResponseView): Outcome | undefined {
    return this.cases.find((one) => one.fits(response) === yes)?.outcome;
  }

  /** True when the head alone does not tell: a case that reads the body may come first. */
  needsBody(head: ResponseView): boolean {
    for (const { fits } of this.cases) {
      const answer = fits(head);
      if (answer !== no) return answer === unknown;
    }
    return false;
  }
}

function allOf(asks: readonly Ask[]): Ask {
  return (response) => {
    let answer: Truth = yes;
    for (const ask of asks) {
      const part = ask(response);
      if (part === no) return no;
      if (part === unknown) answer = unknown;
    }
    return answer;
  };
}

function anyOf(asks: readonly Ask[]): Ask {
  return (response) => {
    let answer: Truth = no;
    for (const ask of asks) {
      const part = ask(response);
      if (part === yes) return yes;
      if (part === unknown) answer = unknown;
    }
    return answer;
  };
}

function linkTest(test: ResponseTestIr): Ask {
  if (test.kind === "status") {
    const { ranges } = test;
    return ({ status }) => (ranges.some(([first, last]) => status >= first && status <= last) ? yes : no);
  }
  const { subject, op, values } = test;
  const [wanted = ""] = values;
  const onText = (holds: (text: string) => boolean): Ask => {
    return (response) => {
      const read = readResponse(response, subject);
      if (read === "unread") return unknown;
      return read.text !== undefined && holds(read.text) ? yes : no;
    };
  };
  switch (op) {
    case "present":
      return onText(() => true);
    case "missing":
      return (response) => {
        const read = readResponse(response, subject);
        if (read === "unread") return unknown;
        return read.text === undefined ? yes : no;
      };
    case "eq":
      return onText((text) => text === wanted);
    case "ne":
      return onText((text) => text !== wanted);
    case "in":
      return onText((text) => values.includes(text));
    case "contains":
      return onText((text) => text.includes(wanted));
    case "starts":
      return onText((text) => text.startsWith(wanted));
    case "ends":
      return onText((text) => text.endsWith(wanted));
  }
}
