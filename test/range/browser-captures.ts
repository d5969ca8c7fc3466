/** Request heads as real browsers send them, for customers that are replayed; captured by capture-browsers.ts. */
import captures from "./captures.json" with { type: "json" };

/** What a browser was doing; `link` is a navigation with a referrer, `send` a POST by script. */
export type CapturedKind = "navigation" | "link" | "form" | "fetch" | "send" | "style" | "script" | "image";

/** One head in its order and case. */
export interface CapturedHead {
  readonly kind: CapturedKind;
  readonly headers: readonly (readonly [name: string, value: string])[];
}

/** All heads of one browser. */
export interface BrowserCapture {
  readonly name: string;
  readonly heads: readonly CapturedHead[];
}

// JSON has arrays where the types have pairs.
const all = captures as unknown as readonly BrowserCapture[];

/** The captured head of a browser for a kind of request; throws if it was never captured. */
export function capturedHead(browser: string, kind: CapturedKind): CapturedHead {
  const head = all.find(({ name }) => name === browser)?.heads.find((one) => one.kind === kind);
  if (!head) throw new Error(`no capture of ${browser} for ${kind}`);
  return head;
}
