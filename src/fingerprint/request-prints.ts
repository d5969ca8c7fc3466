/** A request's prints, each computed when a policy or the recorder asks for it. */
import type { Facts, Prints } from "../describe/facts.ts";
import { printCookies } from "./cookies.ts";
import { printLocale } from "./locale.ts";
import { printShape } from "./shape.ts";
import { printSkeleton } from "./skeleton.ts";
import { printStack } from "./stack.ts";

/** The prints of one request; set as `facts.prints`. */
export class RequestPrints implements Prints {
  readonly #facts: Facts;
  #skeleton: string | undefined = undefined;
  #shape: string | undefined = undefined;

  constructor(facts: Facts) {
    this.#facts = facts;
  }

  get skeleton(): string {
    this.#skeleton ??= printSkeleton(this.#facts);
    return this.#skeleton;
  }

  get shape(): string | undefined {
    this.#shape ??= printShape(this.#facts);
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
}
