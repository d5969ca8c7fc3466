/** How the edge reads origins' responses, byte for byte. Each case names the RFC section that decides it. */
import { cut, ended, type ResponseCase, refused, relayed } from "./response-case.ts";

const status = "HTTP/1.1 200 OK\r\n";

/** A 200 with these field lines. */
function ok(fields: string, body = ""): string {
  return `${status}${fields}\r\n${body}`;
}

const length = (bytes: number | string) => `Content-Length: ${bytes}\r\n`;
const coding = "Transfer-Encoding: chunked\r\n";
const empty = ok(length(0));
const chunked = (body: string) => ok(coding, body);

const statusLines: ResponseCase[] = [
  relayed("9112 §4", "a plain answer", ok(length(2), "ok"), { body: "ok", lines: ["HTTP/1.1 200 OK"] }),
  relayed("9112 §4", "no reason phrase", `HTTP/1.1 200 \r\n${length(0)}\r\n`, { lines: ["HTTP/1.1 200 "] }),
  relayed("9112 §4", "not even the space before it", `HTTP/1.1 200\r\n${length(0)}\r\n`),
  relayed("9112 §4", "a phrase beyond ASCII", `HTTP/1.1 200 G\xfcltig\r\n${length(0)}\r\n`, {
    lines: ["HTTP/1.1 200 G\xfcltig"],
  }),
  relayed("9110 §15", "an unknown status", `HTTP/1.1 299 X\r\n${length(1)}\r\nx`, { status: 299, body: "x" }),
  relayed("9110 §15", "the largest status", `HTTP/1.1 999 X\r\n${length(0)}\r\n`, { status: 999 }),
  relayed("9112 §2.5", "HTTP/1.0 ends its connection", `HTTP/1.0 200 OK\r\n${length(2)}\r\nok`, {
    body: "ok",
    lines: ["HTTP/1.1 200 OK"],
    isKept: false,
  }),
  relayed(
    "9112 §9.3",
    "HTTP/1.0 that keeps it",
    `HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n${length(0)}\r\n`,
  ),
  relayed("9112 §9.6", "Connection: close", ok(`Connection: close\r\n${length(0)}`), { isKept: false }),
  relayed("9112 §9.6", "close among other options", ok(`Connection: x, Close\r\n${length(0)}`), {
    isKept: false,
  }),
  refused("9112 §4", "no status line", "hello\r\n\r\n"),
  refused("9112 §4", "an empty line first", `\r\n${empty}`),
  refused("9112 §4", "HTTP/0.9", "<html></html>\r\n\r\n"),
  refused("9112 §2.5", "HTTP/2 in text", `HTTP/2 200 OK\r\n${length(0)}\r\n`),
  refused("9112 §2.5", "HTTP/1.2", `HTTP/1.2 200 OK\r\n${length(0)}\r\n`),
  refused("9112 §2.5", "lower case", `http/1.1 200 OK\r\n${length(0)}\r\n`),
  refused("9112 §4", "two digits", `HTTP/1.1 20 OK\r\n${length(0)}\r\n`),
  refused("9112 §4", "four digits", `HTTP/1.1 2000 OK\r\n${length(0)}\r\n`),
  refused("9112 §4", "a status below 100", `HTTP/1.1 099 OK\r\n${length(0)}\r\n`),
  refused("9112 §4", "a status with a sign", `HTTP/1.1 +20 OK\r\n${length(0)}\r\n`),
  refused("9112 §4", "two spaces", `HTTP/1.1  200 OK\r\n${length(0)}\r\n`),
  refused("9112 §4", "a tab", `HTTP/1.1\t200 OK\r\n${length(0)}\r\n`),
  refused("9112 §4", "a control character in the phrase", `HTTP/1.1 200 O\x01K\r\n${length(0)}\r\n`),
  refused("9112 §2.2", "a bare CR in the phrase", `HTTP/1.1 200 O\rK\r\n${length(0)}\r\n`),
  refused("9112 §2.2", "bare LF in the phrase", `HTTP/1.1 200 OK\nX: 1\r\n${length(0)}\r\n`),
  refused("9112 §4", "the answer of another protocol", "SSH-2.0-OpenSSH_9.9\r\n\r\n"),
  refused("9112 §4", "TLS where HTTP was meant", "\x15\x03\x01\x00\x02\x02\x50\r\n\r\n"),
];

const fieldLines: ResponseCase[] = [
  relayed(
    "9110 §5.3",
    "order, case and repetition stay",
    ok(`sEt-COOKIE: a=1\r\nB: 2\r\nSet-Cookie: c=3\r\n${length(0)}`),
    {
      lines: ["sEt-COOKIE: a=1", "B: 2", "Set-Cookie: c=3"],
    },
  ),
  relayed("9110 §5.5", "bytes beyond ASCII", ok(`X: \xe9\xff\r\n${length(0)}`), { lines: ["X: \xe9\xff"] }),
  relayed("9112 §5.1", "an empty value", ok(`X:\r\n${length(0)}`), { lines: ["X: "] }),
  relayed("9112 §5.1", "white space around a value", ok(`X: \t a b \t\r\n${length(0)}`), {
    lines: ["X: a b"],
  }),
  refused("9112 §5.1", "white space before the colon", ok(`X : 1\r\n${length(0)}`)),
  refused("9112 §5.2", "obs-fold", ok(`X: a\r\n b\r\n${length(0)}`)),
  refused("9112 §5.2", "obs-fold with a tab", ok(`X: a\r\n\tb\r\n${length(0)}`)),
  refused("9112 §2.2", "white space before the first field", `${status} X: 1\r\n${length(0)}\r\n`),
  refused("9112 §5", "a line without a colon", ok(`nonsense\r\n${length(0)}`)),
  refused("9112 §5", "an empty name", ok(`: x\r\n${length(0)}`)),
  refused("9110 §5.1", "a name that is no token", ok(`X(Y): 1\r\n${length(0)}`)),
  refused("9110 §5.5", "NUL in a value", ok(`X: a\0b\r\n${length(0)}`)),
  refused("9110 §5.5", "NUL in a name", ok(`X\0: a\r\n${length(0)}`)),
  refused(
    "9110 §5.5",
    "a bare CR that would split the response",
    ok(`X: a\rSet-Cookie: b=1\r\n${length(0)}`),
  ),
  refused(
    "9112 §2.2",
    "a bare LF that would split the response",
    ok(`X: a\nSet-Cookie: b=1\r\n${length(0)}`),
  ),
  refused("9112 §2.2", "bare LFs throughout", `HTTP/1.1 200 OK\nContent-Length: 2\n\nok\r\n\r\n`),
  refused("9110 §5.5", "a control character in a value", ok(`X: \x1b[2J\r\n${length(0)}`)),
  refused("9110 §5.4", "too many fields", ok("X: 1\r\n".repeat(300) + length(0))),
  refused("9110 §5.4", "a head that is too large", ok(`X: ${"a".repeat(70_000)}\r\n${length(0)}`)),
  refused("9110 §5.4", "a head that never ends", `${status}${`X: ${"a".repeat(1_000)}\r\n`.repeat(70)}`),
  ended("9112 §8", "FIN before a byte", ""),
  ended("9112 §8", "FIN within the status line", "HTTP/1.1 2"),
  ended("9112 §8", "FIN within a field", `${status}Content-Le`),
  ended("9112 §8", "FIN before the empty line", `${status}${length(0)}`),
];

const lengths: ResponseCase[] = [
  relayed("9112 §6.3", "an empty body", empty),
  relayed("9112 §6.3", "leading zeros", ok(length("002"), "ok"), { body: "ok" }),
  relayed(
    "9112 §6.3",
    "neither length nor coding: to the end of the connection",
    ok("X: 1\r\n", "all of it"),
    {
      body: "all of it",
      hasFin: true,
    },
  ),
  relayed("9112 §6.3", "to the end of the connection, and nothing came", ok("X: 1\r\n"), { hasFin: true }),
  relayed("9112 §6.3", "bytes behind the body are dropped with the connection", ok(length(2), "okEVIL"), {
    body: "ok",
    isKept: false,
  }),
  relayed("9112 §6.3", "a second answer to one question", `${ok(length(2), "ok")}${ok(length(4), "evil")}`, {
    body: "ok",
    isKept: false,
  }),
  refused("9112 §6.3", "two different lengths", ok(length(2) + length(3), "ok")),
  refused("9112 §6.3", "two equal lengths", ok(length(2) + length(2), "ok")),
  refused("9112 §6.3", "two lengths in one field", ok(length("2, 2"), "ok")),
  refused("9110 §8.6", "a negative length", ok(length(-1))),
  refused("9110 §8.6", "a signed length", ok(length("+2"), "ok")),
  refused("9110 §8.6", "a length in hexadecimal", ok(length("0x2"), "ok")),
  refused("9110 §8.6", "an empty length", ok(length(""))),
  refused("9110 §8.6", "a length with white space inside", ok(length("1 2"))),
  refused("9110 §8.6", "a length with a fraction", ok(length("2.0"), "ok")),
  refused("9110 §8.6", "a length that no body has", ok(length("99999999999999999999"))),
  refused("9112 §6.3", "length and coding at once", ok(length(2) + coding, "0\r\n\r\n")),
  refused("9112 §6.3", "coding and length at once", ok(coding + length(5), "0\r\n\r\n")),
  cut("9112 §6.3", "a length that promises more than comes", ok(length(10), "abc"), "abc", true),
  cut("9112 §8", "a length of which nothing comes", ok(length(10)), "", true),
];

const codings: ResponseCase[] = [
  relayed("9112 §7.1", "one chunk", chunked("2\r\nok\r\n0\r\n\r\n"), { body: "ok" }),
  relayed("9112 §7.1", "no chunk", chunked("0\r\n\r\n")),
  relayed("9112 §7.1", "several chunks", chunked("1\r\na\r\n00A\r\n0123456789\r\n0\r\n\r\n"), {
    body: "a0123456789",
  }),
  relayed(
    "9112 §7.1",
    "hexadecimal in both cases",
    chunked(`a\r\n${"x".repeat(10)}\r\nB\r\n${"y".repeat(11)}\r\n0\r\n\r\n`),
    {
      body: "x".repeat(10) + "y".repeat(11),
    },
  ),
  relayed("9112 §7.1.1", "extensions are left out", chunked('2;a;b=c;d="e\\"f"\r\nok\r\n0;x\r\n\r\n'), {
    body: "ok",
  }),
  relayed("9112 §7.1.2", "trailers go along", chunked("2\r\nok\r\n0\r\nX-Sum: 1\r\nY: 2\r\n\r\n"), {
    body: "ok",
    trailers: "X-Sum: 1\r\nY: 2\r\n",
  }),
  relayed("9112 §7", "the coding in upper case", ok("Transfer-Encoding: CHUNKED\r\n", "0\r\n\r\n")),
  relayed("9112 §7.1", "bytes behind the last chunk", chunked("0\r\n\r\nEVIL"), { isKept: false }),
  refused("9112 §6.1", "gzip as a transfer coding", ok("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n")),
  refused("9112 §6.1", "chunked twice", ok(coding + coding, "0\r\n\r\n")),
  refused("9112 §6.1", "an unknown coding", ok("Transfer-Encoding: xchunked\r\n", "0\r\n\r\n")),
  refused("9112 §6.1", "identity", ok("Transfer-Encoding: identity\r\n", "ok")),
  refused("9112 §6.1", "a coding on HTTP/1.0", `HTTP/1.0 200 OK\r\n${coding}\r\n0\r\n\r\n`),
  refused("9112 §6.1", "a coding with a vertical tab", ok("Transfer-Encoding:\x0bchunked\r\n", "0\r\n\r\n")),
  cut("9112 §7.1", "a size that is none", chunked("1\r\na\r\nx\r\n"), "a"),
  cut("9112 §7.1", "a size with a sign", chunked("1\r\na\r\n+1\r\nb\r\n"), "a"),
  cut("9112 §7.1", "a size in 0x form", chunked("1\r\na\r\n0x1\r\nb\r\n"), "a"),
  cut("9112 §7.1", "a size that no chunk has", chunked("1\r\na\r\nffffffffffffffff\r\n"), "a"),
  cut("9112 §7.1", "white space before the extension", chunked("1\r\na\r\n1 \r\nb\r\n"), "a"),
  cut("9112 §7.1", "a chunk longer than its size", chunked("1\r\na\r\n1\r\nbc\r\n"), "ab"),
  cut("9112 §7.1", "bare LF after a size", chunked("1\r\na\r\n1\nb\r\n"), "a"),
  cut("9112 §7.1", "bare LF after the data", chunked("1\r\na\r\n1\r\nb\n"), "ab"),
  cut("9112 §7.1.1", "an extension that never ends", chunked(`1\r\na\r\n1;${"x".repeat(400)}`), "a"),
  cut("9110 §6.5.1", "a trailer that frames", chunked("1\r\na\r\n0\r\nContent-Length: 3\r\n\r\n"), "a"),
  cut("9110 §6.5.1", "a trailer with obs-fold", chunked("1\r\na\r\n0\r\nX: 1\r\n y\r\n\r\n"), "a"),
  cut("9112 §7.1.2", "too many trailers", chunked(`1\r\na\r\n0\r\n${"X: 1\r\n".repeat(40)}\r\n`), "a"),
  cut("9112 §8", "FIN within a chunk", chunked("5\r\nabc"), "abc", true),
  cut("9112 §8", "FIN before the last chunk", chunked("3\r\nabc\r\n"), "abc", true),
  cut("9112 §8", "FIN within the trailers", chunked("3\r\nabc\r\n0\r\nX: 1\r\n"), "abc", true),
];

const bodyless: ResponseCase[] = [
  relayed("9110 §9.3.2", "HEAD with a length", ok(length(12)), {
    method: "HEAD",
    lines: ["Content-Length: 12"],
  }),
  relayed("9112 §6.3", "HEAD with a coding", ok(coding), { method: "HEAD" }),
  relayed("9112 §6.3", "HEAD with neither", ok("X: 1\r\n"), { method: "HEAD" }),
  relayed("9112 §6.3", "HEAD with a body all the same", ok(length(4), "evil"), {
    method: "HEAD",
    isKept: false,
  }),
  relayed("9110 §15.3.5", "204", "HTTP/1.1 204 No Content\r\nX: 1\r\n\r\n", { status: 204 }),
  relayed("9112 §6.3", "204 with a body all the same", `HTTP/1.1 204 No Content\r\n${length(4)}\r\nevil`, {
    status: 204,
    isKept: false,
  }),
  relayed("9110 §15.4.5", "304", 'HTTP/1.1 304 Not Modified\r\nETag: "x"\r\n\r\n', {
    status: 304,
    lines: ['ETag: "x"'],
  }),
  relayed(
    "9112 §6.3",
    "304 with the length of what it stands for",
    `HTTP/1.1 304 Not Modified\r\n${length(99)}\r\n`,
    {
      status: 304,
    },
  ),
  refused("9112 §6.3", "two lengths on an answer to HEAD", ok(length(2) + length(3)), "HEAD"),
];

const interim: ResponseCase[] = [
  relayed("9110 §15.2", "103 goes ahead", `HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n${empty}`, {
    interim: [103],
  }),
  relayed("9110 §15.2", "several of them", `HTTP/1.1 103 A\r\n\r\nHTTP/1.1 102 B\r\n\r\n${empty}`, {
    interim: [103, 102],
  }),
  relayed("9110 §15.2.1", "100 that nobody waits for stays behind", `HTTP/1.1 100 Continue\r\n\r\n${empty}`),
  refused("9110 §7.8", "101 that nobody asked for", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n"),
  refused("9110 §15.2", "an interim response that is malformed", `HTTP/1.1 103 A\r\nX\r\n\r\n${empty}`),
  refused("9110 §15.2", "interim responses without end", "HTTP/1.1 102 A\r\n\r\n".repeat(40)),
  ended("9112 §8", "an interim response and nothing after it", "HTTP/1.1 103 A\r\n\r\n"),
];

const hops: ResponseCase[] = [
  relayed(
    "9110 §7.6.1",
    "fields of the hop stay behind",
    ok(`Keep-Alive: timeout=5\r\nConnection: X-Hop\r\nX-Hop: 1\r\nX: 2\r\n${length(0)}`),
    {
      lines: ["X: 2"],
    },
  ),
  relayed("7838 §3", "Alt-Svc stays behind", ok(`Alt-Svc: h3=":443"\r\n${length(0)}`)),
];

/** All of them. */
export const responseCases: readonly ResponseCase[] = [
  ...statusLines,
  ...fieldLines,
  ...lengths,
  ...codings,
  ...bodyless,
  ...interim,
  ...hops,
];
