/** Whether the process lives and whether it takes traffic: for load balancers and supervisors. */
import type { OpenHandler } from "./console-call.ts";

/** GET /livez: 200 while the process can answer at all. */
export const liveness: OpenHandler = () => new Response("ok\n");

/** GET /readyz: 200 while the edge accepts requests, 503 otherwise. */
export const readiness: OpenHandler = (_call, { context }) =>
  context.isReady() ? new Response("ready\n") : new Response("not ready\n", { status: 503 });
