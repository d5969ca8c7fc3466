/** Prints made anew from the vectors that events keep: history read with the eyes of today's version. */

import { shapeOfVector } from "./shape.ts";
import { skeletonOfHeaders } from "./skeleton.ts";
import { stackOfVector } from "./stack.ts";

/** What an event keeps of its prints' making. */
export interface StoredVectors {
  readonly headerVector?: string | undefined;
  readonly stackVector?: string | undefined;
  readonly shapeVector?: string | undefined;
}

/** The prints of this version; undefined where the event kept no vector. */
export interface RemadePrints {
  readonly skeleton: string | undefined;
  readonly stack: string | undefined;
  readonly shape: string | undefined;
}

/** Makes the prints of stored vectors; those of an event of this version come out as they were. */
export function remadePrints({ headerVector, stackVector, shapeVector }: StoredVectors): RemadePrints {
  return {
    skeleton: headerVector === undefined ? undefined : skeletonOfHeaders(headerVector),
    stack: stackVector === undefined ? undefined : stackOfVector(stackVector),
    shape: shapeVector === undefined ? undefined : shapeOfVector(shapeVector),
  };
}
