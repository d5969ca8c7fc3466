/** What a learned answer looks like to a person: what is kept as it is, what is made up by the name of its shape. */
import type { AnswerTemplate, LearnedAnswer, Piece, Shape } from "./answer-template.ts";

const longestBody = 2000;
const longestValue = 200;

/** The commonest form of a learned answer, values masked; undefined while there is none. */
export function answerPreview({ templates }: LearnedAnswer): string | undefined {
  const [template] = templates.toSorted((one, other) => timesSeen(other) - timesSeen(one));
  if (!template) return undefined;
  const headers = template.headers.map(([name, pieces]) => `${name}: ${headerText(name, pieces)}\n`);
  const body = masked(template.body);
  const rest = body.length > longestBody ? `… ${body.length - longestBody} more characters` : "";
  return `${template.status} ${template.phrase}\n${headers.join("")}\n${body.slice(0, longestBody)}${rest}`;
}

function timesSeen({ seen }: AnswerTemplate): number {
  return Object.values(seen).reduce((sum, times) => sum + times, 0);
}

function headerText(name: string, pieces: readonly Piece[]): string {
  const lower = name.toLowerCase();
  if (lower === "date") return "‹now›";
  if (lower === "content-length") return "‹the body's length›";
  return lower === "transfer-encoding" ? "chunked" : masked(pieces).slice(0, longestValue);
}

function masked(pieces: readonly Piece[]): string {
  return pieces
    .map((piece) => {
      if (typeof piece === "string") return piece;
      return "echo" in piece ? `‹${piece.echo}›` : `‹${shapeName(piece.shape)}›`;
    })
    .join("");
}

function shapeName(shape: Shape): string {
  switch (shape.kind) {
    case "choice":
      return `one of ${shape.options.length}`;
    case "chars":
      return "token";
    case "jwt":
      return "signed token";
    case "uuid":
    case "email":
    case "time":
    case "number":
    case "counter":
      return shape.kind;
  }
}
