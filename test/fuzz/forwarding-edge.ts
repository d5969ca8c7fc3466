/** A real edge that forwards everything to one origin, and notes what it passes on. */
import { listenEdge } from "../../src/accept/edge-listener.ts";
import type { EdgeRequest } from "../../src/accept/edge-request.ts";
import type { RequestBody } from "../../src/accept/request-body.ts";
import { forward } from "../../src/perform/forward.ts";
import { UpstreamPool } from "../../src/perform/upstream-pool.ts";
import { exchange } from "../contract/http/raw-client.ts";
import { bodyMark, type HttpReading } from "./reading.ts";
import { readingsIn } from "./readings-in.ts";

/** One exchange through the edge. */
export interface Passage {
  /** Requests that the edge read whole and passed on. */
  readonly passed: readonly HttpReading[];
  /** How the origin read what it got, as its answers tell. */
  readonly arrived: readonly HttpReading[];
  /** Messages that the edge refused. */
  readonly refused: number;
  /** Everything the client got back. */
  readonly response: string;
  /** The edge ended the connection by itself. */
  readonly wasClosed: boolean;
}

/** The edge; one exchange at a time. */
export interface ForwardingEdge {
  pass(pieces: readonly Buffer[]): Promise<Passage>;
  stop(): Promise<void>;
}

/** Starts one in front of an origin on loopback. */
export function startForwardingEdge(originPort: number): ForwardingEdge {
  const pool = new UpstreamPool({ scheme: "http", hostname: "127.0.0.1", port: originPort });
  let passed: HttpReading[] = [];
  let refused = 0;
  const listener = listenEdge({
    hostname: "127.0.0.1",
    port: 0,
    trusted: [],
    serve: (request) => {
      noteWhenWhole(request, (reading) => passed.push(reading));
      forward(request, pool, "fuzz", [], { answered: () => undefined, done: () => undefined });
    },
    fault: console.error,
    refused: () => {
      refused++;
    },
  });
  return {
    pass: async (pieces) => {
      passed = [];
      refused = 0;
      const { response, wasClosed } = await exchange(listener.port, pieces, { fin: true, timeoutMs: 3_000 });
      return { passed, refused, response, wasClosed, arrived: readingsIn(response) };
    },
    stop: () => listener.drain(0),
  };
}

/** Listens in on the body on its way to the origin. */
function noteWhenWhole(request: EdgeRequest, note: (reading: HttpReading) => void): void {
  const { method, target, host } = request;
  const parts: Buffer[] = [];
  const body: RequestBody = request.body;
  const noteBody = () => note({ method, target, host, body: bodyMark(Buffer.concat(parts)) });
  if (body.framing === "none") {
    noteBody();
    return;
  }
  const pipe = body.pipe.bind(body);
  body.pipe = (sink) =>
    pipe({
      data: (chunk) => {
        parts.push(Buffer.from(chunk));
        return sink.data(chunk);
      },
      end: () => {
        noteBody();
        sink.end();
      },
      abort: () => sink.abort(),
    });
}
