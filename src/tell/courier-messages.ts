/** What the serving thread and the courier's Worker say to each other: storage has one door, so the courier asks through it. */
import type { Messaging } from "../../dsl/index.ts";
import type { Attempt, Capacity, Claim } from "../store/outbox-rows.ts";
import type { AllowedTarget } from "./safe-address.ts";

/** How the courier is set up. */
export interface CourierStart {
  readonly kind: "start";
  readonly sealKey: Uint8Array;
  readonly folder: string;
  readonly allowed: readonly AllowedTarget[];
  readonly timeoutMs: number;
  /** What the environment has besides: a Worker sees it as it was when the process began. */
  readonly environment: Readonly<Record<string, string>>;
}

/** To the Worker. */
export type ToCourier =
  | CourierStart
  | { readonly kind: "messaging"; readonly messaging: Messaging }
  | { readonly kind: "wake" }
  | { readonly kind: "claimed"; readonly call: number; readonly claim: Claim | undefined }
  | { readonly kind: "settled"; readonly call: number; readonly isKept: boolean };

/** From the Worker. */
export type FromCourier =
  | { readonly kind: "claim"; readonly call: number; readonly capacity: Capacity }
  | { readonly kind: "settle"; readonly call: number; readonly attempts: readonly Attempt[] };
