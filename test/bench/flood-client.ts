/** Attackers of the flood benchmark, in a process of their own so that their work does not slow the customers' clock. */

/** What a flood is made of. */
export const floodKinds = ["connections", "slow_heads", "slow_bodies", "slow_reads", "resets"] as const;

/** One of them. */
export type FloodKind = (typeof floodKinds)[number];

/** Plain JavaScript for Node, which can choose its own address and cut connections with a reset. */
const program = `
const net = require("node:net");
const [kind, port, big] = process.argv.slice(1);
const head = "Host: shop.example\\r\\n";
// Half of it from one address, half from many: the limit for one and the limit for all are both met.
let turn = 0;
const localAddress = () => (++turn % 2 ? "127.0.66.1" : "127.0.67." + (1 + (turn % 200)));
const open = new Set();
const connect = (act) => {
  const socket = net.connect({ port: Number(port), host: "127.0.0.1", localAddress: localAddress() });
  open.add(socket);
  socket.on("error", () => {});
  socket.on("close", () => open.delete(socket));
  socket.on("connect", () => act(socket));
};
const drip = (first, byte) => (socket) => {
  socket.write(first);
  const timer = setInterval(() => socket.write(byte), 500);
  socket.on("close", () => clearInterval(timer));
  socket.resume();
};
const acts = {
  connections: { most: 5000, act: (socket) => socket.resume() },
  slow_heads: { most: 2000, act: drip("GET / HTTP/1.1\\r\\n" + head + "X-A: ", "a") },
  slow_bodies: { most: 2000, act: drip("POST /slow HTTP/1.1\\r\\n" + head + "Content-Length: 1000000\\r\\n\\r\\n", "a") },
  slow_reads: { most: 300, act: (socket) => { socket.pause(); socket.write("GET " + big + " HTTP/1.1\\r\\n" + head + "\\r\\n"); } },
  resets: { most: 64, act: (socket) => socket.write("GET / HTTP/1.1\\r\\n" + head + "\\r\\n", () => socket.resetAndDestroy()) },
};
const { most, act } = acts[kind];
setInterval(() => { for (let some = 0; some < 64 && open.size < most; some++) connect(act); }, 10);
`;

/** A running flood. */
export interface Flood {
  stop(): Promise<void>;
}

/** Starts one against a port of loopback; `big` is the path of a large answer. */
export function startFlood(node: string, kind: FloodKind, port: number, big: string): Flood {
  const child = Bun.spawn([node, "-e", program, kind, String(port), big], {
    stdin: "ignore",
    stdout: "ignore",
    stderr: "inherit",
  });
  return {
    stop: async () => {
      child.kill("SIGKILL");
      await child.exited;
    },
  };
}
