/** A real edge whose stages are replaced by a recorder: what it reads is what an origin could be told. */
import { listenEdge } from "../../../src/accept/edge-listener.ts";
import type { EdgeRequest } from "../../../src/accept/edge-request.ts";
import { defaultWaits, type Waits } from "../../../src/accept/waits.ts";

/** One message in the order in which the edge was done with it. */
type Recorded =
  | {
      readonly kind: "accepted";
      readonly method: string;
      readonly target: string;
      readonly host: string;
      readonly fields: readonly (readonly [name: string, value: string])[];
      readonly body: string;
    }
  | { readonly kind: "refused"; readonly status: number; readonly reason: string };

/** The edge, and what it has read since `readings` was last emptied. */
export interface RecordingEdge {
  readonly port: number;
  readings: Recorded[];
  stop(): Promise<void>;
}

/** Listens on a free port of loopback and answers every complete request with an empty 200. */
export function startRecordingEdge(waits: Waits = defaultWaits): RecordingEdge {
  const listener = listenEdge({
    hostname: "127.0.0.1",
    port: 0,
    trusted: [],
    waits,
    serve: (request) => record(request, (reading) => edge.readings.push(reading)),
    refused: (_, { status, reason }) => edge.readings.push({ kind: "refused", status, reason }),
    fault: console.error,
  });
  const edge: RecordingEdge = {
    port: listener.port,
    readings: [],
    stop: () => listener.drain(0),
  };
  return edge;
}

function record(request: EdgeRequest, done: (reading: Recorded) => void): void {
  const parts: Buffer[] = [];
  request.body.pipe({
    data: (chunk) => {
      parts.push(Buffer.from(chunk));
      return true;
    },
    end: () => {
      const { method, target, host, names, values, reply } = request;
      const fields = names.map((name, index) => [name, values[index] ?? ""] as const);
      done({
        kind: "accepted",
        method,
        target,
        host,
        fields,
        body: Buffer.concat(parts).toString("latin1"),
      });
      const close = reply.mustClose ? "Connection: close\r\n" : "";
      reply.write(Buffer.from(`HTTP/1.1 200 OK\r\nContent-Length: 0\r\n${close}\r\n`));
      reply.end();
    },
    abort: () => undefined,
  });
}
