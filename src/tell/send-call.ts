/** One HTTP call to an address that was judged before: bounded in time and size, never redirected, never kept open. */
import { connect as connectPlain, isIP, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";

/** A call to be made. */
export interface OutboundCall {
  readonly method: "POST" | "PUT";
  readonly url: URL;
  /** Where the host was found to be. */
  readonly address: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
  readonly timeoutMs: number;
}

/** What came back. */
export interface CallAnswer {
  readonly status: number;
  /** What `Retry-After` asks for, ms from now. */
  readonly retryAfterMs: number | undefined;
}

const mostHeadBytes = 16_384;
const mostInterim = 5;

/** Makes the call. Rejects with an Error in words for people when there is no answer in time. */
export function sendCall(call: OutboundCall): Promise<CallAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<CallAnswer>();
  const socket = open(call);
  let head = "";
  const end = (finish: () => void) => {
    clearTimeout(timer);
    socket.destroy();
    finish();
  };
  const fail = (problem: string) => end(() => reject(new Error(problem)));
  const timer = setTimeout(() => fail(`no answer within ${call.timeoutMs / 1000} s`), call.timeoutMs);
  socket.on("data", (bytes: Buffer) => {
    head += bytes.toString("latin1");
    const answer = readHead(head);
    // Nothing of the body is wanted.
    if (answer === "malformed" || (answer === undefined && head.length > mostHeadBytes))
      fail("no HTTP answer");
    else if (answer) end(() => resolve(answer));
  });
  socket.on("error", (error: Error & { code?: string }) => fail(error.code ?? error.message));
  socket.on("close", () => fail("closed without an answer"));
  socket.on(call.url.protocol === "https:" ? "secureConnect" : "connect", () =>
    socket.write(requestText(call)),
  );
  return promise;
}

function open({ url, address }: OutboundCall): Socket {
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const port = portOf(url);
  if (url.protocol !== "https:") return connectPlain({ host: address, port });
  // RFC 6066 §3: addresses are no server names.
  const name = isIP(host) === 0 ? { servername: host } : {};
  return connectTls({ host: address, port, ...name, ALPNProtocols: ["http/1.1"] });
}

/** The port of a URL, its scheme's own included. */
export function portOf(url: URL): number {
  return url.port === "" ? (url.protocol === "https:" ? 443 : 80) : Number(url.port);
}

function requestText({ method, url, headers, body }: OutboundCall): string {
  const lines = [
    `${method} ${url.pathname}${url.search} HTTP/1.1`,
    `host: ${url.host}`,
    "user-agent: Sallyport",
    "connection: close",
    `content-length: ${Buffer.byteLength(body)}`,
    ...headers.map(([name, value]) => `${name}: ${value.replaceAll(/[\r\n\0]/g, " ")}`),
  ];
  return `${lines.join("\r\n")}\r\n\r\n${body}`;
}

function readHead(text: string, passed = 0): CallAnswer | "malformed" | undefined {
  const end = text.indexOf("\r\n\r\n");
  if (end < 0) return undefined;
  const [statusLine = "", ...lines] = text.slice(0, end).split("\r\n");
  const status = Number(/^HTTP\/1\.[01] (\d{3})(?: |$)/.exec(statusLine)?.[1]);
  if (!(status >= 100 && status <= 599)) return "malformed";
  // RFC 9110 §15.2: interim answers come before the one that counts.
  if (status < 200) return passed < mostInterim ? readHead(text.slice(end + 4), passed + 1) : "malformed";
  const retryAfter = lines.find((line) => /^retry-after:/i.test(line))?.slice("retry-after:".length);
  return { status, retryAfterMs: retryAfter === undefined ? undefined : retryAfterMs(retryAfter.trim()) };
}

/** RFC 9110 §10.2.3: seconds, or a date. */
function retryAfterMs(text: string): number | undefined {
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : Math.max(0, at - Date.now());
}
