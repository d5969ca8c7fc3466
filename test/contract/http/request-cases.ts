/** How the edge reads requests, byte for byte. Each case names the RFC section that decides it. */
import { accepted, cut, late, type RequestCase, refused, thenRefused } from "./request-case.ts";

const host = "Host: a.example\r\n";

/** A GET with these further field lines. */
function get(fields = ""): string {
  return `GET / HTTP/1.1\r\n${host}${fields}\r\n`;
}

/** A POST with these further field lines and this body. */
function post(fields: string, body = ""): string {
  return `POST /p HTTP/1.1\r\n${host}${fields}\r\n${body}`;
}

/** A chunked POST. */
function chunked(body: string): string {
  return post("Transfer-Encoding: chunked\r\n", body);
}

/** A request line under a good Host. */
function line(requestLine: string): string {
  return `${requestLine}\r\n${host}\r\n`;
}

/** A GET under this Host line alone. */
function underHost(hostLine: string): string {
  return `GET / HTTP/1.1\r\n${hostLine}\r\n\r\n`;
}

const next = "GET /next HTTP/1.1\r\nHost: a.example\r\n\r\n";
const nextRead = { method: "GET", target: "/next", body: "" };

const requestLines: RequestCase[] = [
  accepted("9112 §3", "a plain GET", get(), {
    method: "GET",
    target: "/",
    host: "a.example",
    fields: [["Host", "a.example"]],
    body: "",
  }),
  accepted("9110 §9.3.2", "HEAD", line("HEAD /h HTTP/1.1"), { method: "HEAD", target: "/h" }),
  accepted("9110 §9.3.5", "DELETE", line("DELETE /d HTTP/1.1"), { method: "DELETE" }),
  accepted("5789 §2", "PATCH without a body", line("PATCH /d HTTP/1.1"), { method: "PATCH", body: "" }),
  accepted("9110 §9.1", "an unknown method", line("PROPFIND /d HTTP/1.1"), { method: "PROPFIND" }),
  accepted("9110 §5.6.2", "a method of odd tchars", line("M-SEARCH!#$%&'*+^_`|~ / HTTP/1.1"), {
    method: "M-SEARCH!#$%&'*+^_`|~",
  }),
  refused("9110 §9.1", "a standard method in lower case", line("get / HTTP/1.1"), 501),
  refused("9110 §9.1", "a standard method in mixed case", line("Post / HTTP/1.1"), 501),
  refused("9110 §9.3.6", "CONNECT", "CONNECT a.example:443 HTTP/1.1\r\nHost: a.example:443\r\n\r\n", 405),
  refused("9110 §9.3.8", "TRACE", line("TRACE / HTTP/1.1"), 405),
  refused("9113 §11.6", "the method of HTTP/2's preface", line("PRI / HTTP/1.1"), 405),
  refused("9110 §9.1", "a method that is no token", line("GE(T / HTTP/1.1")),
  refused("9110 §9.1", "an over-long method", line(`${"M".repeat(33)} / HTTP/1.1`)),
  refused("9112 §3", "no method", line(" / HTTP/1.1")),
  refused("9112 §3", "no target", line("GET HTTP/1.1")),
  refused("9112 §3", "two spaces before the target", line("GET  / HTTP/1.1")),
  refused("9112 §3", "two spaces before the version", line("GET /  HTTP/1.1")),
  refused("9112 §3", "a tab instead of a space", line("GET\t/ HTTP/1.1")),
  refused("9112 §3", "white space after the version", line("GET / HTTP/1.1 ")),
  refused("9112 §3", "white space before the method", line(" GET / HTTP/1.1")),
  refused("9112 §3.2", "a space inside the target", line("GET /a b HTTP/1.1")),
  refused("9112 §2.3", "HTTP/0.9", "GET /\r\n\r\n"),
  refused("9112 §2.3", "HTTP/0.9 whose head never ends", "GET /\r\n"),
  refused("9112 §2.3", "HTTP/2.0 in text", line("GET / HTTP/2.0"), 505),
  refused("9112 §2.3", "HTTP/1.2", line("GET / HTTP/1.2"), 505),
  refused("9112 §2.3", "HTTP/0.9 named", line("GET / HTTP/0.9"), 505),
  refused("9112 §2.3", "a version of two digits", line("GET / HTTP/1.10")),
  refused("9112 §2.3", "a version in lower case", line("GET / http/1.1")),
  refused("9112 §2.3", "another protocol", line("GET / RTSP/1.0")),
  refused("9112 §2.3", "a version without minor", line("GET / HTTP/1")),
  refused("9113 §3.4", "the HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505),
  refused("9112 §2.2", "bare LF after the request line", `GET / HTTP/1.1\n${host}\r\n`),
  refused("9112 §2.2", "bare LF everywhere", "GET / HTTP/1.1\nHost: a.example\n\n"),
  refused("9112 §2.2", "bare CR in the request line", `GET / HTTP/1.1\r${host}\r\n`),
  refused("9112 §2.2", "bare CR in the target", line("GET /a\rb HTTP/1.1")),
  accepted("9112 §2.2", "one empty line before the first request", `\r\n${get()}`, { target: "/" }),
  accepted("9112 §2.2", "one empty line between requests", `${get()}\r\n${next}`, { target: "/" }, nextRead),
  refused("9112 §2.2", "two empty lines before a request", `\r\n\r\n${get()}`),
  refused("9112 §2.2", "bare LF before a request", `\n${get()}`),
  refused("9112 §2.2", "bare CR before a request", `\r${get()}`),
  thenRefused("9112 §2.2", "two empty lines between requests", `${get()}\r\n\r\n${next}`, { target: "/" }),
];

const targets: RequestCase[] = [
  accepted("9112 §3.2.1", "origin-form with a query", line("GET /a/b?x=1&y=%20 HTTP/1.1"), {
    target: "/a/b?x=1&y=%20",
  }),
  accepted("9112 §3.2.1", "odd but common characters", line(`GET /a"<>[]{}|\\^\`?q='(),;:@!$&*+= HTTP/1.1`), {
    target: `/a"<>[]{}|\\^\`?q='(),;:@!$&*+=`,
  }),
  accepted("9112 §3.2.1", "two slashes at the start", line("GET //b.example/x HTTP/1.1"), {
    target: "//b.example/x",
    host: "a.example",
  }),
  accepted("9112 §3.2.1", "dot segments are left to later stages", line("GET /a/../b HTTP/1.1"), {
    target: "/a/../b",
  }),
  accepted("9112 §3.2.2", "absolute-form becomes origin-form", line("GET http://a.example/x?y HTTP/1.1"), {
    target: "/x?y",
    host: "a.example",
  }),
  accepted("9112 §3.2.2", "absolute-form without a path", line("GET http://a.example HTTP/1.1"), {
    target: "/",
  }),
  accepted("9112 §3.2.2", "absolute-form with a query alone", line("GET http://a.example?q HTTP/1.1"), {
    target: "/?q",
  }),
  accepted("9110 §4.2", "absolute-form in another case", line("GET HTTPS://A.Example/x HTTP/1.1"), {
    target: "/x",
    host: "a.example",
  }),
  refused("9112 §3.2.2", "absolute-form against another Host", line("GET http://b.example/ HTTP/1.1")),
  refused("9112 §3.2.2", "absolute-form with another port", line("GET http://a.example:81/ HTTP/1.1")),
  refused("9110 §4.2.4", "absolute-form with user information", line("GET http://u@a.example/ HTTP/1.1")),
  refused("9110 §4.2.1", "absolute-form without an authority", line("GET http:///x HTTP/1.1")),
  refused("9112 §3.2.2", "absolute-form on HTTP/1.0 without Host", "GET http://a.example/ HTTP/1.0\r\n\r\n"),
  refused("9112 §3.2.2", "another scheme", line("GET ftp://a.example/ HTTP/1.1")),
  refused("9112 §3.2.3", "authority-form outside CONNECT", line("GET a.example:80 HTTP/1.1")),
  accepted("9112 §3.2.4", "asterisk-form", line("OPTIONS * HTTP/1.1"), { method: "OPTIONS", target: "*" }),
  accepted(
    "9112 §3.2.4",
    "OPTIONS on an absolute-form without a path",
    line("OPTIONS http://a.example HTTP/1.1"),
    {
      target: "*",
    },
  ),
  refused("9112 §3.2.4", "asterisk-form with GET", line("GET * HTTP/1.1")),
  refused("9112 §3.2", "a relative path", line("GET a/b HTTP/1.1")),
  refused("9112 §3.2", "a backslash first", line("GET \\a HTTP/1.1")),
  refused("9112 §3.2", "a query alone", line("GET ?a HTTP/1.1")),
  refused("9112 §3.2", "a fragment", line("GET /a#b HTTP/1.1")),
  refused("9112 §3.2", "a NUL in the target", line("GET /a\0b HTTP/1.1")),
  refused("9112 §3.2", "DEL in the target", line("GET /a\x7f HTTP/1.1")),
  refused("9112 §3.2", "a vertical tab in the target", line("GET /a\x0bb HTTP/1.1")),
  refused("9112 §3.2", "raw UTF-8 in the target", line("GET /\xc3\xa9 HTTP/1.1")),
  accepted("9112 §3", "a target of 16 KiB", line(`GET /${"a".repeat(16_383)} HTTP/1.1`), {
    target: `/${"a".repeat(16_383)}`,
  }),
  refused("9110 §15.5.15", "a target over 16 KiB", line(`GET /${"a".repeat(16_384)} HTTP/1.1`), 414),
  refused("9110 §15.5.15", "a request line without end", `GET /${"a".repeat(40_000)}`, 414),
];

const hosts: RequestCase[] = [
  refused("9112 §3.2", "no Host", "GET / HTTP/1.1\r\nAccept: */*\r\n\r\n"),
  refused("9112 §3.2", "no fields at all", "GET / HTTP/1.1\r\n\r\n"),
  refused("9112 §3.2", "two Hosts", get("Host: b.example\r\n")),
  refused("9112 §3.2", "two equal Hosts", get(host)),
  refused("9112 §3.2", "two Hosts in different case", get("hOST: b.example\r\n")),
  refused("9110 §7.2", "an empty Host", underHost("Host:")),
  refused("9110 §7.2", "a list of Hosts", underHost("Host: a.example, b.example")),
  refused("9110 §7.2", "a Host with a comma", underHost("Host: a.example,b.example")),
  refused("9110 §7.2", "a Host with a path", underHost("Host: a.example/x")),
  refused("9110 §7.2", "a Host with user information", underHost("Host: u@a.example")),
  refused("9110 §7.2", "a Host with a space", underHost("Host: a.example b")),
  refused("9110 §7.2", "a Host with a backslash", underHost("Host: a.example\\b")),
  refused("9110 §7.2", "a Host with a percent sign", underHost("Host: %61.example")),
  refused("9110 §7.2", "a Host outside ASCII", underHost("Host: \xe4.example")),
  refused("9110 §7.2", "a Host with an empty label", underHost("Host: a..example")),
  refused("9110 §7.2", "a Host with a leading dot", underHost("Host: .example")),
  refused("9110 §7.2", "a port that is no number", underHost("Host: a.example:http")),
  refused("9110 §7.2", "an empty port", underHost("Host: a.example:")),
  refused("9110 §7.2", "a port beyond 65535", underHost("Host: a.example:65536")),
  refused("9110 §7.2", "two ports", underHost("Host: a.example:80:81")),
  refused("3986 §3.2.2", "an IPv6 literal without brackets", underHost("Host: ::1")),
  refused("3986 §3.2.2", "a malformed IPv6 literal", underHost("Host: [::1::]")),
  accepted("3986 §3.2.2", "an IPv6 literal with a port", underHost("Host: [2001:db8::1]:8080"), {
    host: "[2001:db8::1]:8080",
  }),
  accepted("3986 §3.2.2", "an IPv4 address", underHost("Host: 192.0.2.1"), { host: "192.0.2.1" }),
  accepted("9110 §7.2", "a name with a port", underHost("Host: a.example:65535"), {
    host: "a.example:65535",
  }),
  accepted("9110 §7.2", "the root's dot and mixed case", underHost("Host: A.Example."), {
    host: "A.Example.",
  }),
  accepted("9110 §7.2", "an underscore", underHost("Host: my_service"), { host: "my_service" }),
  accepted("9112 §3.2", "HTTP/1.0 without Host", "GET / HTTP/1.0\r\n\r\n", { host: "", target: "/" }),
  accepted("9112 §3.2", "HTTP/1.0 with Host", "GET / HTTP/1.0\r\nHost: a.example\r\n\r\n", {
    host: "a.example",
  }),
  refused("9112 §3.2", "HTTP/1.0 with two Hosts", `GET / HTTP/1.0\r\n${host}${host}\r\n`),
  refused("9112 §5.1", "a Host hidden behind a space before the colon", underHost("Host : a.example")),
];

const fields: RequestCase[] = [
  accepted("9110 §5.3", "order, case and repetition are kept", get("x-B: 1\r\nX-a: 2\r\nX-B: 3\r\n"), {
    fields: [
      ["Host", "a.example"],
      ["x-B", "1"],
      ["X-a", "2"],
      ["X-B", "3"],
    ],
  }),
  accepted(
    "9112 §5.1",
    "white space around a value is not part of it",
    get("A: \t x y \t \r\nB:z\r\nC:\r\nD: \r\n"),
    {
      fields: [
        ["Host", "a.example"],
        ["A", "x y"],
        ["B", "z"],
        ["C", ""],
        ["D", ""],
      ],
    },
  ),
  accepted("9110 §5.5", "obs-text in a value", get("A: caf\xe9 \xc3\xa9 \x80\xff\r\n"), {
    fields: [
      ["Host", "a.example"],
      ["A", "caf\xe9 \xc3\xa9 \x80\xff"],
    ],
  }),
  accepted("9110 §5.5", "a tab and colons inside a value", get("A: b\tc: d::\r\n"), {
    fields: [
      ["Host", "a.example"],
      ["A", "b\tc: d::"],
    ],
  }),
  accepted("9110 §5.6.2", "a name of odd tchars", get("!#$%&'*+-.^_`|~09aZ: 1\r\n")),
  accepted("9110 §5.3", "128 fields", get("A: 1\r\n".repeat(127))),
  refused("6585 §5", "129 fields", get("A: 1\r\n".repeat(128)), 431),
  accepted("6585 §5", "a head of exactly 32 KiB", get(`A: ${"b".repeat(32_768 - 36)}\r\n`)),
  refused("6585 §5", "a head one byte over 32 KiB", get(`A: ${"b".repeat(32_768 - 35)}\r\n`), 431),
  refused("6585 §5", "a field without end", `GET / HTTP/1.1\r\n${host}A: ${"b".repeat(40_000)}`, 431),
  refused("9112 §5.2", "obs-fold with a space", get("A: b\r\n c\r\n")),
  refused("9112 §5.2", "obs-fold with a tab", get("A: b\r\n\tc\r\n")),
  refused("9112 §5.2", "obs-fold of a Host", underHost("Host:\r\n a.example")),
  refused("9112 §5.2", "obs-fold of a length", post("Content-Length: 1\r\n 0\r\n", "0123456789")),
  refused("9112 §2.2", "white space before the first field", `GET / HTTP/1.1\r\n ${host}\r\n`),
  refused("9112 §2.2", "a white-space line before the end", get(" \r\n")),
  refused("9112 §5.1", "a space before the colon", get("A : b\r\n")),
  refused("9112 §5.1", "a tab before the colon", get("A\t: b\r\n")),
  refused("9112 §5", "no colon", get("Ab\r\n")),
  refused("9112 §5", "no colon, and one in the next line", get("Ab\r\nC: d\r\n")),
  refused("9112 §5.1", "an empty name", get(": b\r\n")),
  refused("9112 §5.1", "a name in quotes", get('"A": b\r\n')),
  refused("9112 §5.1", "a name in parentheses", get("A(b): c\r\n")),
  refused("9112 §5.1", "a name outside ASCII", get("\xc4: b\r\n")),
  refused("9112 §5.1", "a NUL in a name", get("A\0: b\r\n")),
  refused("9110 §5.5", "a NUL in a value", get("A: b\0c\r\n")),
  refused("9110 §5.5", "a vertical tab in a value", get("A: b\x0bc\r\n")),
  refused("9110 §5.5", "a form feed around a value", get("A: \x0cb\r\n")),
  refused("9110 §5.5", "an escape in a value", get("A: \x1b[2J\r\n")),
  refused("9110 §5.5", "DEL in a value", get("A: b\x7f\r\n")),
  refused("9110 §5.5", "bare CR in a value", get("A: b\rC: d\r\n")),
  refused("9110 §5.5", "bare CR at a value's end", get("A: b\r\r\n")),
  refused("9112 §2.2", "bare LF between fields", get("A: b\nC: d\r\n")),
  refused("9112 §2.2", "bare LF before the end of the head", `GET / HTTP/1.1\r\n${host}\n`),
  refused("9112 §5.1", "a length spelt with an underscore", post("Content_Length: 5\r\n", "hello")),
  refused("9112 §5.1", "a forwarding field spelt with underscores", get("X_Forwarded-For: 10.0.0.1\r\n")),
  accepted("9112 §5.1", "an underscore in an ordinary name", get("my_field: 1\r\n")),
];

const lengths: RequestCase[] = [
  accepted("9112 §6.2", "a body with a length", post("Content-Length: 5\r\n", "hello"), {
    method: "POST",
    target: "/p",
    body: "hello",
  }),
  accepted("9112 §6.2", "bytes of every value", post("Content-Length: 256\r\n", everyByte()), {
    body: everyByte(),
  }),
  accepted("9110 §8.6", "a length of zero", post("Content-Length: 0\r\n"), { body: "" }),
  accepted("9112 §6.3", "POST without a length has no body", post(""), { body: "" }),
  accepted(
    "9110 §9.3.1",
    "GET with a body",
    `GET / HTTP/1.1\r\n${host}Content-Length: 2\r\n\r\nhi${next}`,
    {
      body: "hi",
    },
    nextRead,
  ),
  accepted("9110 §8.6", "a length in odd case and spacing", post("cONTENT-lENGTH:\t 2 \r\n", "hi"), {
    body: "hi",
  }),
  accepted(
    "9112 §6.3",
    "the body ends where the length says",
    post("Content-Length: 2\r\n", `hi${next}`),
    {
      body: "hi",
    },
    nextRead,
  ),
  refused("9112 §6.3", "two different lengths", post("Content-Length: 5\r\nContent-Length: 6\r\n", "hello")),
  refused("9112 §6.3", "two equal lengths", post("Content-Length: 5\r\nContent-Length: 5\r\n", "hello")),
  refused("9110 §8.6", "a list of equal lengths", post("Content-Length: 5, 5\r\n", "hello")),
  refused("9110 §8.6", "a list of different lengths", post("Content-Length: 5,6\r\n", "hello")),
  refused("9110 §8.6", "a signed length", post("Content-Length: +5\r\n", "hello")),
  refused("9110 §8.6", "a negative length", post("Content-Length: -5\r\n", "hello")),
  refused("9110 §8.6", "a hexadecimal length", post("Content-Length: 0x5\r\n", "hello")),
  refused("9112 §6.3", "a tab after a length", post("Content-Length: 5\t\r\n", "hello")),
  refused("9110 §8.6", "an exponent", post("Content-Length: 5e0\r\n", "hello")),
  refused("9110 §8.6", "a decimal point", post("Content-Length: 5.0\r\n", "hello")),
  refused("9110 §8.6", "an empty length", post("Content-Length:\r\n", "hello")),
  refused("9110 §8.6", "a space inside a length", post("Content-Length: 5 5\r\n", "hello")),
  refused("9110 §8.6", "zeros in front, octal to some", post("Content-Length: 010\r\n", "0123456789")),
  refused("9110 §8.6", "several zeros", post("Content-Length: 00\r\n")),
  refused("9110 §8.6", "a length in quotes", post('Content-Length: "5"\r\n', "hello")),
  refused("9110 §8.6", "digits outside ASCII", post("Content-Length: \xb2\r\n", "hi")),
  refused("9110 §15.5.14", "a length beyond 2^53", post("Content-Length: 9007199254740993\r\n"), 413),
  refused(
    "9110 §15.5.14",
    "a length that wraps around 64 bits",
    post("Content-Length: 18446744073709551621\r\n"),
    413,
  ),
  refused(
    "9112 §5.1",
    "a length hidden behind a space before the colon",
    post("Content-Length : 5\r\n", "hello"),
  ),
  cut("9112 §8", "less body than the length says, then FIN", post("Content-Length: 5\r\n", "hell")),
  cut("9112 §8", "no body at all, then FIN", post("Content-Length: 5\r\n")),
  late(
    "9110 §15.5.9",
    "less body than the length says, then silence",
    post("Content-Length: 5\r\n", "hell"),
    {
      kind: "refused",
      status: 408,
    },
  ),
];

/** Transfer-Encoding under these lines, with a chunked body that smuggles if the edge reads it otherwise. */
function coding(fieldLines: string): string {
  return post(fieldLines, "0\r\n\r\n");
}

const codings: RequestCase[] = [
  accepted("9112 §7.1", "a chunked body", chunked("5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n"), {
    body: "hello world",
  }),
  accepted(
    "9112 §7.1",
    "an empty chunked body, and a next request",
    `${chunked("0\r\n\r\n")}${next}`,
    {
      body: "",
    },
    nextRead,
  ),
  accepted(
    "9112 §7",
    "chunked in another case",
    post("transfer-ENCODING: Chunked\r\n", "2\r\nhi\r\n0\r\n\r\n"),
    {
      body: "hi",
    },
  ),
  accepted("9112 §7.1", "CR, LF and digits as data", chunked("9\r\n0\r\n\r\n\r\n0\r\r\n0\r\n\r\n"), {
    body: "0\r\n\r\n\r\n0\r",
  }),
  refused(
    "9112 §6.3",
    "a length before Transfer-Encoding",
    coding("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"),
  ),
  refused(
    "9112 §6.3",
    "a length after Transfer-Encoding",
    coding("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n"),
  ),
  refused(
    "9112 §6.3",
    "a length of zero with Transfer-Encoding",
    coding("Transfer-Encoding: chunked\r\nContent-Length: 0\r\n"),
  ),
  refused(
    "9112 §6.1",
    "two Transfer-Encodings",
    coding("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"),
  ),
  refused("9112 §6.1", "chunked twice", coding("Transfer-Encoding: chunked, chunked\r\n")),
  refused("9112 §6.3", "chunked not last", coding("Transfer-Encoding: chunked, gzip\r\n")),
  refused("9112 §6.3", "identity", coding("Transfer-Encoding: identity\r\n")),
  refused("9112 §6.3", "chunked and identity", coding("Transfer-Encoding: chunked, identity\r\n")),
  refused(
    "9112 §6.1",
    "an unknown coding under chunked",
    coding("Transfer-Encoding: gzip, chunked\r\n"),
    501,
  ),
  refused(
    "9112 §6.1",
    "an unknown coding in another line",
    coding("Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n"),
  ),
  refused("9112 §6.1", "an empty Transfer-Encoding", coding("Transfer-Encoding:\r\n")),
  refused("9112 §6.1", "a comma alone", coding("Transfer-Encoding: ,\r\n")),
  refused("9112 §6.1", "a list with an empty member", coding("Transfer-Encoding: , chunked\r\n")),
  refused("9112 §6.1", "chunked in quotes", coding('Transfer-Encoding: "chunked"\r\n')),
  refused("9112 §6.1", "chunked with a parameter", coding("Transfer-Encoding: chunked;q=1\r\n")),
  refused("9112 §6.1", "a letter too many", coding("Transfer-Encoding: xchunked\r\n")),
  refused("9112 §6.1", "a vertical tab before chunked", coding("Transfer-Encoding: \x0bchunked\r\n")),
  refused("9112 §6.1", "a NUL after chunked", coding("Transfer-Encoding: chunked\0\r\n")),
  refused("9112 §6.1", "obs-text after chunked", coding("Transfer-Encoding: chunked\xa0\r\n")),
  refused(
    "9112 §5.1",
    "Transfer-Encoding before a space and the colon",
    coding("Transfer-Encoding : chunked\r\n"),
  ),
  refused("9112 §5.2", "a folded value", coding("Transfer-Encoding:\r\n chunked\r\n")),
  refused("9112 §5.2", "white space before the name", coding(" Transfer-Encoding: chunked\r\n")),
  refused("9112 §5.1", "an underscore in the name", coding("Transfer_Encoding: chunked\r\n")),
  refused("9112 §2.2", "hidden behind bare LF", coding("A: b\nTransfer-Encoding: chunked\r\n")),
  refused("9112 §2.2", "hidden behind bare CR", coding("A: b\rTransfer-Encoding: chunked\r\n")),
  refused(
    "9112 §6.1",
    "on HTTP/1.0",
    `POST / HTTP/1.0\r\n${host}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
  ),
];

const chunks: RequestCase[] = [
  accepted("9112 §7.1", "sizes in both cases", chunked("a\r\n0123456789\r\nA\r\n0123456789\r\n0\r\n\r\n"), {
    body: "01234567890123456789",
  }),
  accepted("9112 §7.1", "zeros in front of a size", chunked("0002\r\nhi\r\n000\r\n\r\n"), { body: "hi" }),
  accepted("9112 §7.1.1", "extensions are dropped", chunked('2;a;b=c;d="e f"\r\nhi\r\n0;z\r\n\r\n'), {
    body: "hi",
  }),
  accepted("9112 §7.1.2", "trailers are dropped", chunked("2\r\nhi\r\n0\r\nA: b\r\nC: d\r\n\r\n"), {
    body: "hi",
    fields: [
      ["Host", "a.example"],
      ["Transfer-Encoding", "chunked"],
    ],
  }),
  refused("9110 §6.5.1", "a length as trailer", `${chunked("0\r\nContent-Length: 50\r\n\r\n")}${next}`),
  refused("9110 §6.5.1", "a coding as trailer", chunked("0\r\nTransfer-Encoding: chunked\r\n\r\n")),
  refused("9110 §6.5.1", "a Host as trailer", chunked("0\r\nHost: b.example\r\n\r\n")),
  refused("9110 §6.5.1", "a Connection as trailer", chunked("0\r\nConnection: close\r\n\r\n")),
  refused("9112 §7.1", "no size", chunked("\r\nhi\r\n0\r\n\r\n")),
  refused("9112 §7.1", "a size that is no number", chunked("x\r\nhi\r\n0\r\n\r\n")),
  refused("9112 §7.1", "a prefix 0x", chunked("0x2\r\nhi\r\n0\r\n\r\n")),
  refused("9112 §7.1", "a sign", chunked("+2\r\nhi\r\n0\r\n\r\n")),
  refused("9112 §7.1", "a negative size", chunked("-2\r\nhi\r\n0\r\n\r\n")),
  refused("9112 §7.1", "white space before a size", chunked(" 2\r\nhi\r\n0\r\n\r\n")),
  refused("9112 §7.1", "white space after a size", chunked("2 \r\nhi\r\n0\r\n\r\n")),
  refused("9112 §7.1", "an underscore in a size", chunked("1_0\r\n0123456789abcdef\r\n0\r\n\r\n")),
  refused("9112 §7.1", "a size that wraps around 64 bits", chunked("10000000000000002\r\nhi\r\n0\r\n\r\n")),
  refused("9112 §7.1", "a size of endless digits", chunked("0".repeat(300))),
  refused("9112 §7.1.1", "an extension without a name", chunked("2;\r\nhi\r\n0\r\n\r\n")),
  refused("9112 §7.1.1", "an extension that is no token", chunked("2;?\r\nhi\r\n0\r\n\r\n")),
  refused("9112 §7.1.1", "white space before an extension", chunked("2 ;a\r\nhi\r\n0\r\n\r\n")),
  refused("9112 §7.1.1", "a quotation without end", chunked('2;a="b\r\nhi\r\n0\r\n\r\n')),
  refused("9112 §7.1.1", "an endless extension", chunked(`2;${"a".repeat(300)}`)),
  refused("9112 §7.1.1", "a control in an extension", chunked("2;a\0\r\nhi\r\n0\r\n\r\n")),
  refused("9112 §7.1.1", "bare CR in an extension", chunked("2;a\rb\r\nhi\r\n0\r\n\r\n")),
  refused("9112 §7.1.1", "bare LF in an extension", chunked("2;a\nb\r\nhi\r\n0\r\n\r\n")),
  refused("9112 §7.1", "bare LF after a size", chunked("2\nhi\r\n0\r\n\r\n")),
  refused("9112 §7.1", "bare CR after a size", chunked("2\rhi\r\n0\r\n\r\n")),
  refused("9112 §7.1", "bare LF after data", chunked("2\r\nhi\n0\r\n\r\n")),
  refused("9112 §7.1", "nothing after data", chunked("2\r\nhi0\r\n\r\n")),
  refused("9112 §7.1", "data longer than the size", chunked("2\r\nhii\r\n0\r\n\r\n")),
  refused("9112 §7.1", "data shorter than the size", chunked("4\r\nhi\r\n0\r\n\r\n")),
  refused("9112 §7.1", "bare LF after the last chunk", chunked("0\n\r\n")),
  refused("9112 §7.1", "bare LF at the very end", chunked("0\r\n\n")),
  refused("9112 §7.1.2", "a trailer without a colon", chunked("0\r\nabc\r\n\r\n")),
  refused("9112 §7.1.2", "a folded trailer", chunked("0\r\nA: b\r\n c\r\n\r\n")),
  refused("9112 §7.1.2", "a request line as trailer", chunked(`0\r\n${next}`)),
  refused("9112 §7.1.2", "33 trailers", chunked(`0\r\n${"A: b\r\n".repeat(33)}\r\n`)),
  refused("9112 §7.1.2", "an endless trailer", chunked(`0\r\nA: ${"b".repeat(9_000)}`)),
  cut("9112 §8", "FIN within a chunk", chunked("5\r\nhel")),
  cut("9112 §8", "FIN before the last chunk", chunked("5\r\nhello\r\n")),
  cut("9112 §8", "FIN before the end of the trailers", chunked("5\r\nhello\r\n0\r\n")),
  late("9110 §15.5.9", "silence before the last chunk", chunked("5\r\nhello\r\n"), {
    kind: "refused",
    status: 408,
  }),
];

const connections: RequestCase[] = [
  accepted("9112 §9.3.2", "two pipelined requests", `${get()}${next}`, { target: "/" }, nextRead),
  accepted(
    "9112 §9.3.2",
    "three pipelined requests with bodies",
    `${post("Content-Length: 3\r\n", "one")}${chunked("3\r\ntwo\r\n0\r\n\r\n")}${post("Content-Length: 5\r\n", "three")}`,
    { body: "one" },
    { body: "two" },
    { body: "three" },
  ),
  accepted(
    "9112 §9.3.2",
    "fifty pipelined requests",
    get().repeat(50),
    ...Array.from({ length: 50 }, () => ({})),
  ),
  accepted("9112 §9.6", "nothing is read after Connection: close", `${get("Connection: close\r\n")}${next}`, {
    target: "/",
  }),
  accepted("9112 §9.6", "close among other options", `${get("Connection: foo, CLOSE ,bar\r\n")}${next}`, {
    target: "/",
  }),
  accepted(
    "9112 §9.6",
    "close wins over keep-alive",
    `${get("Connection: keep-alive\r\nConnection: close\r\n")}${next}`,
    {
      target: "/",
    },
  ),
  accepted(
    "9112 §9.3",
    "keep-alive changes nothing",
    `${get("Connection: keep-alive\r\n")}${next}`,
    {},
    nextRead,
  ),
  accepted("9112 §9.3", "HTTP/1.0 ends after one request", `GET / HTTP/1.0\r\n${host}\r\n${next}`, {
    target: "/",
  }),
  accepted("9112 §9.3", "HTTP/1.0 with a body", `POST / HTTP/1.0\r\nContent-Length: 2\r\n\r\nhi${next}`, {
    body: "hi",
  }),
  thenRefused("9112 §9.3.2", "a bad request after a good one", `${get()}GET  /x HTTP/1.1\r\n\r\n`, {
    target: "/",
  }),
  thenRefused("9112 §6.3", "more body than the length says", post("Content-Length: 2\r\n", "hi\x00\x00"), {
    body: "hi",
  }),
  refused("9110 §7.6.1", "Connection names Cookie", get("Connection: cookie\r\n")),
  refused("9110 §7.6.1", "Connection names Authorization", get("Connection: close, Authorization\r\n")),
  refused(
    "9110 §7.6.1",
    "Connection names Content-Length",
    post("Content-Length: 2\r\nConnection: content-length\r\n", "hi"),
  ),
  refused(
    "9110 §7.6.1",
    "Connection names Transfer-Encoding",
    coding("Transfer-Encoding: chunked\r\nConnection: transfer-encoding\r\n"),
  ),
  refused("9110 §7.6.1", "Connection names Host", get("Connection: Host\r\n")),
  refused("9110 §7.6.1", "Connection names X-Forwarded-For", get("Connection: x-forwarded-for\r\n")),
  accepted("9110 §7.6.1", "Connection names a field of its own", get("Connection: x-hop\r\nX-Hop: 1\r\n")),
  accepted(
    "9110 §7.8",
    "an offer to upgrade is read as a request",
    get("Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAAA\r\n"),
  ),
  accepted(
    "9110 §10.1.1",
    "100-continue with the body at once",
    post("Expect: 100-continue\r\nContent-Length: 2\r\n", "hi"),
    {
      body: "hi",
    },
  ),
  accepted(
    "9110 §10.1.1",
    "100-continue in another case",
    post("Expect: 100-Continue\r\nContent-Length: 2\r\n", "hi"),
    {
      body: "hi",
    },
  ),
  accepted("9110 §10.1.1", "100-continue without a body", get("Expect: 100-continue\r\n"), { body: "" }),
  accepted(
    "9110 §10.1.1",
    "100-continue on HTTP/1.0 is ignored",
    "POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nhi",
    {
      body: "hi",
    },
  ),
  refused("9110 §10.1.1", "another expectation", get("Expect: 200-ok\r\n"), 417),
  refused("9110 §10.1.1", "an expectation with more to it", get("Expect: 100-continue, x\r\n"), 417),
  cut("9112 §8", "FIN within the request line", "GET / HT"),
  cut("9112 §8", "FIN within the fields", `GET / HTTP/1.1\r\n${host}`),
  { name: "FIN without a byte", rfc: "9112 §9.5", bytes: "", expected: [], afterwards: "fin" },
  late("9110 §15.5.9", "silence within the request line", "GET / HT", { kind: "refused", status: 408 }),
  late("9110 §15.5.9", "silence within the fields", `GET / HTTP/1.1\r\n${host}`, {
    kind: "refused",
    status: 408,
  }),
  late("9112 §9.5", "silence after connecting", ""),
  late("9112 §9.5", "silence after a request", get(), { kind: "accepted", target: "/" }),
  late("9112 §9.5", "silence after an empty line", `${get()}\r\n`, { kind: "accepted", target: "/" }),
];

const foreign: RequestCase[] = [
  refused(
    "8446 §5.1",
    "a TLS ClientHello",
    `\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03${"\x8a\x01".repeat(100)}`,
  ),
  refused("9112 §3", "binary garbage", "\x80\x00\xff\xfe\x01\x02\x03"),
  refused("9112 §3", "the PROXY protocol, version 1", `PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n${get()}`),
  refused("9112 §3", "the PROXY protocol, version 2", "\r\n\r\n\0\r\nQUIT\n\x21\x11\x00\x0c"),
  refused("9112 §3", "SSH", "SSH-2.0-OpenSSH_9.6\r\n"),
  refused("9112 §3", "SMTP", "EHLO mail.example\r\n"),
  refused("9112 §3", "an HTTP response", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
  refused("9112 §3", "SOCKS", "\x05\x01\x00"),
  refused("9112 §3", "a Redis command", "*1\r\n$4\r\nPING\r\n"),
];

/** All cases of the table. */
export const requestCases: readonly RequestCase[] = [
  ...requestLines,
  ...targets,
  ...hosts,
  ...fields,
  ...lengths,
  ...codings,
  ...chunks,
  ...connections,
  ...foreign,
];

function everyByte(): string {
  return String.fromCharCode(...Array.from({ length: 256 }, (_, code) => code));
}
