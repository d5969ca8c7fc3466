/** A real edge that places and judges each request by policies, and notes what it made of it. */
import { compilePolicies, linkPolicies } from "../../../dsl/index.ts";
import { listenEdge } from "../../../src/accept/edge-listener.ts";
import type { EdgeRequest } from "../../../src/accept/edge-request.ts";
import { bodyFieldsLimit } from "../../../src/describe/body-fields.ts";
import { Facts } from "../../../src/describe/facts.ts";
import { scheme } from "../../../src/describe/field-table.ts";
import { RequestPrints } from "../../../src/fingerprint/request-prints.ts";
import { GaugeStore } from "../../../src/gauge/gauge-store.ts";
import { judgeRequest, placeRequest } from "../../../src/judge/judgement.ts";

/** One request as it was judged, or the status that its message was refused with. */
export type Judged =
  | {
      readonly route: string | undefined;
      readonly username: string | undefined;
      readonly isUnidentified: boolean;
      /** The policy or app line that stopped it. */
      readonly stoppedBy: string | undefined;
      readonly marks: readonly string[];
    }
  | { readonly refused: number };

/** The edge, and what it has judged since `judged` was last emptied. */
export interface JudgingEdge {
  readonly port: number;
  judged: Judged[];
  stop(): Promise<void>;
}

/** Listens on a free port of loopback under these policies; every complete request gets an empty 200. */
export function startJudgingEdge(policies: string): JudgingEdge {
  const lists = { read: () => undefined };
  const { ir, diagnostics } = compilePolicies([{ name: "a.policy", text: policies }], scheme, lists);
  if (!ir) throw new Error(diagnostics.map(({ message }) => message).join("; "));
  const gauges = new GaugeStore({ maxBytes: 1 << 20, seed: new Uint8Array(8) });
  const set = linkPolicies(ir, scheme, { gauges, lists, salt: "s" });
  const judge = (request: EdgeRequest) => {
    const facts = new Facts(request, request.receivedAt);
    facts.prints = new RequestPrints(facts);
    const found = placeRequest(facts, { set, revision: 0, files: [], since: 0 });
    if (!found) throw new Error("the app has every host");
    const place = found.choose ? found.choose(facts) : found;
    const { action, decider, marks = [] } = judgeRequest(facts, place);
    const { route, username, isUnidentified = false } = facts.placement ?? {};
    const stoppedBy = action.kind === "allow" ? undefined : decider;
    edge.judged.push({ route, username, isUnidentified, stoppedBy, marks });
  };
  const listener = listenEdge({
    hostname: "127.0.0.1",
    port: 0,
    trusted: [],
    serve: (request) => void answer(request, judge).catch(console.error),
    refused: (_, { status }) => edge.judged.push({ refused: status }),
    fault: console.error,
  });
  const edge: JudgingEdge = { port: listener.port, judged: [], stop: () => listener.drain(0) };
  return edge;
}

async function answer(request: EdgeRequest, judge: (request: EdgeRequest) => void): Promise<void> {
  await request.body.buffer(bodyFieldsLimit);
  if (request.reply.isOver) return;
  judge(request);
  const close = request.reply.mustClose ? "Connection: close\r\n" : "";
  request.body.discard();
  request.reply.write(Buffer.from(`HTTP/1.1 200 OK\r\nContent-Length: 0\r\n${close}\r\n`));
  request.reply.end();
}
