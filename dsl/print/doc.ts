/** What a layout says: texts, and the places where a line may, must or must not end. */

/** A document; see the functions below for what its parts mean. */
export type Doc =
  | string
  | readonly Doc[]
  | { readonly kind: "soft"; readonly flat: string }
  | { readonly kind: "fill"; readonly flat: string }
  | { readonly kind: "hard"; readonly hasBlank: boolean }
  | { readonly kind: "cell"; readonly column: string }
  | { readonly kind: "comment"; readonly text: string }
  | { readonly kind: "indent"; readonly content: Doc }
  | { readonly kind: "group"; readonly content: Doc; readonly isBroken: boolean };

/** Ends the line where its group is broken, otherwise `flat`. */
export function soft(flat: string): Doc {
  return { kind: "soft", flat };
}

/** Ends the line where what follows, up to the next gap, does not fit. */
export function fill(flat: string): Doc {
  return { kind: "fill", flat };
}

/** Ends the line, with a blank one after it if wanted. */
export function hard(hasBlank: boolean): Doc {
  return { kind: "hard", hasBlank };
}

/** A space, widened until all of the same column stand below each other. */
export function cell(column: string): Doc {
  return { kind: "cell", column };
}

/** Lines that begin inside are indented by two more. */
export function indent(content: Doc): Doc {
  return { kind: "indent", content };
}

/** Stays on one line if it fits and nothing in it ends a line. */
export function group(content: Doc, isBroken = false): Doc {
  return { kind: "group", content, isBroken: isBroken || hasBreak(content) };
}

/** True when a line ends inside, whatever the width. */
function hasBreak(doc: Doc): boolean {
  if (typeof doc === "string") return false;
  if (!("kind" in doc)) return doc.some(hasBreak);
  switch (doc.kind) {
    case "hard":
      return true;
    case "indent":
      return hasBreak(doc.content);
    case "group":
      return doc.isBroken;
    case "soft":
    case "fill":
    case "cell":
    case "comment":
      return false;
  }
}
