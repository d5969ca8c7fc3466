/** A request's prints, each computed when a policy or the recorder asks for it. */
import type { Prints } from "../describe/fact-sources.ts";
import type { Facts } from "../describe/facts.ts";
import { isConsistent } from "./browser-consistency.ts";
import { printCookies } from "./cookies.ts";
import { headerVector, keptVector } from "./header-vector.ts";
import { printLocale } from "./locale.ts";
import { shapeOfVector, shapeVector } from "./shape.ts";
import { printSkeleton } from "./skeleton.ts";
import { keptStackVector, printStack } from "./stack.ts";

/** The prints of one request; set as `facts.prints`. */
export class RequestPrints implements Prints {
  readonly #facts: Facts;
  #skeleton: string | undefined = undefined;
  #shapeVector: string | false | undefined = undefined;
  #shape: string | undefined = undefined;

  constructor(facts: Facts) {
    this.#facts = facts;
  }

  get skeleton(): string {
    this.#skeleton ??= printSkeleton(this.#facts);
    return this.#skeleton;
  }

  get shape(): string | undefined {
    if (this.#shape === undefined) {
      const vector = this.#shapeOf();
      if (vector !== undefined) this.#shape = shapeOfVector(vector);
    }
    return this.#shape;
  }

  get stack(): string | undefined {
    return printStack(this.#facts);
  }

  get locale(): string | undefined {
    return printLocale(this.#facts);
  }

  get cookies(): string | undefined {
    return printCookies(this.#facts);
  }

  get headerVector(): string | undefined {
    return headerVector(this.#facts);
  }

  get stackVector(): string | undefined {
    return keptStackVector(this.#facts);
  }

  get shapeVector(): string | undefined {
    return keptVector(this.#shapeOf());
  }

  get isConsistent(): boolean | undefined {
    return isConsistent(this.#facts);
  }

  #shapeOf(): string | undefined {
    if (this.#shapeVector === undefined) {
      const { body } = this.#facts.request;
      const vector = shapeVector(this.#facts);
      // Before the body is buffered there is nothing to remember.
      if (vector === undefined && body.framing !== "none" && body.buffered === undefined) return undefined;
      this.#shapeVector = vector ?? false;
    }
    return this.#shapeVector === false ? undefined : this.#shapeVector;
  }
}
