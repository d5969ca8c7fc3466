/** A receiver of calls as they are: it refuses, hangs, fails, asks for patience, is slow, and honours the idempotency key. */
import { Webhook } from "standardwebhooks";

/** A running receiver. */
export interface FlappingReceiver {
  readonly url: string;
  /** Bodies of alerts, in their order. */
  readonly alerts: readonly string[];
  /** Calls whose signature was wrong. */
  readonly refused: number;
  /** Users of calls that were acted on, in their order; one acted on twice is there twice. */
  users(): string[];
  /** From now on it answers at once. */
  settleDown(): void;
  stop(): void;
}

/** Starts one; signed calls go to `/reset`, alerts to `/soc`. */
export function startFlappingReceiver(secret: string): FlappingReceiver {
  const verifier = new Webhook(secret);
  const done = new Map<string, string>();
  const acted: string[] = [];
  const alerts: string[] = [];
  let refused = 0;
  let calls = 0;
  let isFlapping = true;
  const act = (id: string, user: string) => {
    if (done.has(id)) return;
    done.set(id, user);
    acted.push(user);
  };
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    idleTimeout: 60,
    fetch: async (request) => {
      const body = await request.text();
      if (new URL(request.url).pathname === "/soc") {
        alerts.push(body);
        return new Response("ok");
      }
      let user: string;
      try {
        const headers = Object.fromEntries(request.headers);
        ({ user } = verifier.verify(body, headers) as { user: string });
      } catch {
        refused++;
        return new Response("bad signature", { status: 401 });
      }
      const id = request.headers.get("webhook-id") ?? "";
      switch (isFlapping ? calls++ % 6 : 5) {
        case 0:
          return new Response("down", { status: 500 });
        case 1:
          return new Response("later", { status: 429, headers: { "retry-after": "1" } });
        case 2:
          // Acted on, and the answer is lost.
          act(id, user);
          return new Response("oops", { status: 502 });
        case 3:
          await Bun.sleep(300);
          act(id, user);
          return new Response("slow", { status: 202 });
        case 4:
          await Bun.sleep(30_000);
          return new Response("too late", { status: 503 });
        default:
          act(id, user);
          return new Response("done");
      }
    },
  });
  return {
    url: `http://127.0.0.1:${server.port}`,
    alerts,
    get refused() {
      return refused;
    },
    users: () => [...acted],
    settleDown: () => {
      isFlapping = false;
    },
    stop: () => void server.stop(true),
  };
}
