/** The demo shop with a switch in front of its sign-in: what an outage looks like from outside. */
import { startShop } from "../../src/demo/shop.ts";

/** How sign-in fares. */
export type SignInHealth = "well" | "errors" | "refusals";

/** A running one. */
export interface BreakableShop {
  readonly url: string;
  health: SignInHealth;
  stop(): Promise<void>;
}

const signInPaths = new Set(["/login", "/api/login", "/api/v1/session"]);

/** Starts both on free ports of loopback; `database` is the shop's file. */
export async function startBreakableShop(database: string): Promise<BreakableShop> {
  const shop = await startShop({ database, internalToken: crypto.randomUUID() });
  let health: SignInHealth = "well";
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: async (request) => {
      const { pathname, search } = new URL(request.url);
      if (health !== "well" && request.method === "POST" && signInPaths.has(pathname)) {
        if (health === "errors") return new Response("Something went wrong.", { status: 500 });
        return new Response('{"error":"invalid_credentials"}', { status: pathname === "/login" ? 422 : 401 });
      }
      const { body, headers, method } = request;
      const answer = await fetch(`${shop.url}${pathname}${search}`, {
        method,
        headers,
        body,
        redirect: "manual",
      });
      // Bun has decoded it.
      answer.headers.delete("content-encoding");
      return answer;
    },
  });
  return {
    url: `http://127.0.0.1:${server.port}`,
    get health() {
      return health;
    },
    set health(next) {
      health = next;
    },
    stop: async () => {
      await server.stop(true);
      await shop.stop();
    },
  };
}
