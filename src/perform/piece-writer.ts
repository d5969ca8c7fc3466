/** Writes learned stretches for one request: what is kept, what it submitted itself, and what is made up. */
import type { Piece, Scope, Shape } from "./answer-template.ts";
import { madeUpShape } from "./made-up-shape.ts";
import { SeededDraw } from "./seeded-draw.ts";
import { echoText } from "./submitted-values.ts";

/** Whom an answer is for. */
export interface Asker {
  /** Seeds by how long a made-up value stays; that of `answer` differs each time. */
  readonly seeds: Readonly<Record<Scope, string>>;
  readonly submitted: ReadonlyMap<string, string>;
}

/** Writes the stretches of one answer. */
export class PieceWriter {
  readonly #asker: Asker;
  readonly #salt: string;
  readonly #now: number;

  /** `now`: ms since the epoch. */
  constructor(asker: Asker, salt: string, now: number) {
    this.#asker = asker;
    this.#salt = salt;
    this.#now = now;
  }

  /** `place` tells the values of one answer apart. */
  text(pieces: readonly Piece[], place: string, scope?: Scope): string {
    return pieces.map((piece, at) => this.#piece(piece, `${place}.${at}`, scope)).join("");
  }

  #piece(piece: Piece, place: string, scope: Scope | undefined): string {
    if (typeof piece === "string") return piece;
    if ("echo" in piece) return echoText(this.#asker.submitted.get(piece.echo) ?? "", piece.form);
    const lasting = scope ?? piece.scope;
    const draw = new SeededDraw(this.#salt, `${place}\0${this.#asker.seeds[lasting]}`);
    return this.#shape(piece.shape, draw, place, lasting);
  }

  #shape(shape: Shape, draw: SeededDraw, place: string, scope: Scope): string {
    if (shape.kind === "choice") {
      const total = shape.options.reduce((sum, option) => sum + option.weight, 0);
      let left = draw.share() * total;
      const chosen = shape.options.find((option) => (left -= option.weight) < 0) ?? shape.options[0];
      return chosen ? this.text(chosen.pieces, `${place}.choice`, scope) : "";
    }
    if (shape.kind !== "jwt") return madeUpShape(shape, draw, this.#now);
    const encode = (pieces: readonly Piece[], part: string) =>
      Buffer.from(this.text(pieces, `${place}.${part}`, scope), "utf8").toString("base64url");
    const signature = this.#shape(shape.signature, draw, `${place}.signature`, scope);
    return `${encode(shape.header, "header")}.${encode(shape.payload, "payload")}.${signature}`;
  }
}
