/** What real browsers send, as captured from them; `test/support/capture-browser-heads.ts` writes the table. */

import type { RequestKind } from "../describe/request-kind.ts";
import captured from "./browser-heads.json" with { type: "json" };

/** Browsers whose network code is one: Chrome, Edge and Brave are Chromium. */
export type BrowserFamily = "chromium" | "firefox";

/** One head in its order and case, names separated by spaces, over TLS. */
export interface CapturedHead {
  readonly http: "1.1" | "2";
  readonly kind: RequestKind;
  readonly names: string;
  readonly pseudoOrder?: string | undefined;
}

/** All different heads of a visit to every kind of page. */
export interface BrowserHeads {
  readonly family: BrowserFamily;
  readonly major: number;
  readonly software: string;
  readonly date: string;
  readonly heads: readonly CapturedHead[];
}

// JSON has plain texts where the types have closed sets.
/** Every browser that was captured. */
export const browserHeads = captured as readonly BrowserHeads[];
