/** The typed form of a made-up body that differs from request to request. */
import type { FieldIr } from "./policy-ir.ts";

/** Made-up values that there are. */
export const fakeKinds = ["uuid", "hex", "number", "name", "email", "date"] as const;

/** A kind of made-up value. */
type FakeKind = (typeof fakeKinds)[number];

/** `fake number 1..100 seeded by session`: the first seed that the request has decides. */
export interface FakeIr {
  readonly kind: "fake";
  readonly what: FakeKind;
  /** Of a number its bounds, of `hex` its length. */
  readonly low: number;
  readonly high: number;
  readonly seeds: readonly FieldIr[];
}

/** A stretch of a JSON body: as it is, made up, or a field's value. */
export type BodyPartIr = string | FakeIr | FieldIr;

/** How long a made-up answer takes, ms. */
export interface LatencyIr {
  readonly lowMs: number;
  readonly highMs: number;
}
