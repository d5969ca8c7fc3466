/** The origin of `bench bodies`: bodies of any size from nothing and into nothing, and an echo of WebSockets. */
import type { Socket } from "bun";

const block = Buffer.alloc(262_144, "sallyport ");
/** What a slow origin reads at once before it rests, bytes. */
const mouthful = 8_388_608;
const restMs = 20;

interface Connection {
  head: string;
  /** Bytes of the body that are still to come, or to be sent. */
  coming: number;
  sending: number;
  isSlow: boolean;
  taken: number;
}

/** A running origin. */
export interface BodyOrigin {
  readonly url: string;
  readonly webSocketUrl: string;
  stop(): Promise<void>;
}

/** Starts one: GET /N answers N bytes, PUT reads what comes; /slow/… reads slowly. */
export function startBodyOrigin(): BodyOrigin {
  const listener = Bun.listen<Connection>({
    hostname: "127.0.0.1",
    port: 0,
    socket: {
      open: (socket) => {
        socket.data = { head: "", coming: 0, sending: 0, isSlow: false, taken: 0 };
      },
      data: (socket, chunk) => receive(socket, chunk),
      drain: (socket) => pump(socket),
    },
  });
  const echo = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: (request, server) => (server.upgrade(request) ? undefined : new Response("", { status: 400 })),
    websocket: { maxPayloadLength: 4_194_304, message: (socket, message) => void socket.send(message) },
  });
  return {
    url: `http://127.0.0.1:${listener.port}`,
    webSocketUrl: `http://127.0.0.1:${echo.port}`,
    stop: async () => {
      listener.stop(true);
      await echo.stop(true);
    },
  };
}

function receive(socket: Socket<Connection>, chunk: Buffer): void {
  const { data } = socket;
  if (data.coming > 0) {
    take(socket, chunk.length);
    return;
  }
  data.head += chunk.toString("latin1");
  const end = data.head.indexOf("\r\n\r\n");
  if (end < 0) return;
  const head = data.head.slice(0, end);
  const behind = data.head.length - end - 4;
  data.head = "";
  data.isSlow = head.includes(" /slow/");
  if (/\r\nexpect:/i.test(head)) socket.write("HTTP/1.1 100 Continue\r\n\r\n");
  data.coming = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? 0);
  if (head.startsWith("GET")) {
    data.sending = Number(/\/(\d+) /.exec(head)?.[1] ?? 0);
    socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${data.sending}\r\n\r\n`);
    pump(socket);
  } else if (data.coming === 0) answer(socket);
  else if (behind > 0) take(socket, behind);
}

function take(socket: Socket<Connection>, bytes: number): void {
  const { data } = socket;
  data.coming -= bytes;
  data.taken += bytes;
  if (data.coming <= 0) answer(socket);
  else if (data.isSlow && data.taken > mouthful) {
    data.taken = 0;
    socket.pause();
    setTimeout(() => socket.resume(), restMs);
  }
}

function answer(socket: Socket<Connection>): void {
  socket.data.coming = 0;
  socket.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
}

function pump(socket: Socket<Connection>): void {
  const { data } = socket;
  while (data.sending > 0) {
    const wanted = Math.min(block.length, data.sending);
    const written = socket.write(block, 0, wanted);
    if (written > 0) data.sending -= written;
    if (written < wanted) return;
  }
}
