/** The thread that calls others: name look-ups, TLS and waiting cost the serving thread nothing. */
import type { Messaging } from "../../dsl/index.ts";
import type { Claim } from "../store/outbox-rows.ts";
import { yieldToServing } from "../thread-priority.ts";
import type { CourierStart, FromCourier, ToCourier } from "./courier-messages.ts";
import { deliver } from "./deliver.ts";
import { DeliveryLoop } from "./delivery-loop.ts";
import { TellSeal } from "./tell-seal.ts";

declare const self: Worker;

yieldToServing();

const noTargets: Messaging = { webhooks: [], channels: [], smtp: undefined };
let messaging = noTargets;
let loop: DeliveryLoop | undefined;
let nextCall = 1;
const claims = new Map<number, PromiseWithResolvers<Claim>>();
const settlements = new Map<number, PromiseWithResolvers<void>>();

function post(message: FromCourier): void {
  self.postMessage(message, []);
}

function start({ sealKey, folder, allowed, timeoutMs, environment }: CourierStart): DeliveryLoop {
  Object.assign(process.env, environment);
  const ports = { messaging: () => messaging, seal: new TellSeal(sealKey), folder, allowed, timeoutMs };
  return new DeliveryLoop({
    timeoutMs,
    claim: (capacity) => {
      const call = nextCall++;
      const waiting = Promise.withResolvers<Claim>();
      claims.set(call, waiting);
      post({ kind: "claim", call, capacity });
      return waiting.promise;
    },
    settle: (attempts) => {
      const call = nextCall++;
      const waiting = Promise.withResolvers<void>();
      settlements.set(call, waiting);
      post({ kind: "settle", call, attempts });
      return waiting.promise;
    },
    deliver: (delivery) => deliver(delivery, ports),
  });
}

self.addEventListener("message", ({ data: message }: MessageEvent<ToCourier>) => {
  switch (message.kind) {
    case "start":
      loop = start(message);
      return;
    case "messaging":
      ({ messaging } = message);
      loop?.wake();
      return;
    case "wake":
      loop?.wake();
      return;
    case "claimed": {
      const waiting = claims.get(message.call);
      claims.delete(message.call);
      if (message.claim) waiting?.resolve(message.claim);
      else waiting?.reject(new Error("storage did not answer"));
      return;
    }
    case "settled": {
      const waiting = settlements.get(message.call);
      settlements.delete(message.call);
      if (message.isKept) waiting?.resolve();
      else waiting?.reject(new Error("storage did not answer"));
    }
  }
});
