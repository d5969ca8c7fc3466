/** What clients may send over HTTP/2 and what becomes of it, by the sections of RFC 9113. */
import {
  block,
  data,
  type FieldList,
  flag,
  frame,
  preface,
  pseudo,
  request,
  settings,
  type,
  word,
} from "./wire.ts";

/** One exchange on a connection of its own. */
export interface Http2Case {
  readonly rfc: string;
  readonly name: string;
  /** After the preface and an empty SETTINGS, unless `isBare`. */
  readonly sent: readonly Buffer[];
  readonly isBare?: true;
  /** Lines of the transcript; a pattern where a string would say too much. */
  readonly expected: readonly (string | RegExp)[];
}

const PROTOCOL = 1;
const FLOW_CONTROL = 3;
const STREAM_CLOSED = 5;
const FRAME_SIZE = 6;
const COMPRESSION = 9;
const CALM = 11;

const ok = (id: number, body = "/ 0") => [
  `HEADERS ${id} 200 content-type=text/plain content-length=${body.length}`,
  `DATA ${id} ${body} end`,
];
const goAway = (code: number, last = 0) => [`GOAWAY ${last} ${code}`];
const reset = (code: number, id = 1) => [`RST_STREAM ${id} ${code}`];
const refused = (status: number, id = 1) => [
  new RegExp(`^HEADERS ${id} ${status} `),
  new RegExp(`^DATA ${id} ${status} .* end$`, "s"),
];
const alive = request(3, pseudo("GET", "/alive"));
const isAlive = ok(3, "/alive 0");
const post = (id: number, ...fields: FieldList) => request(id, [...pseudo("POST", "/up"), ...fields], false);
const get = (...fields: FieldList) => request(1, [...pseudo(), ...fields]);

const one = (
  rfc: string,
  name: string,
  sent: readonly Buffer[],
  expected: Http2Case["expected"],
): Http2Case => ({
  rfc,
  name,
  sent,
  expected,
});
const bare = (
  rfc: string,
  name: string,
  sent: readonly Buffer[],
  expected: Http2Case["expected"],
): Http2Case => ({
  rfc,
  name,
  sent,
  isBare: true,
  expected,
});
/** A malformed request resets its stream, and the connection serves the next. */
const malformed = (rfc: string, name: string, fields: FieldList): Http2Case =>
  one(rfc, name, [request(1, fields), alive], [...reset(PROTOCOL), ...isAlive]);
const without = (name: string) => pseudo().filter(([field]) => field !== name);

const framing: readonly Http2Case[] = [
  bare("3.4", "no preface", [Buffer.from("GET / HTTP/1.1\r\nHost: a\r\n\r\n")], goAway(PROTOCOL)),
  bare(
    "3.4",
    "a preface that is wrong at its end",
    [Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\r")],
    goAway(PROTOCOL),
  ),
  bare("3.4", "no SETTINGS first", [preface, request(1)], goAway(PROTOCOL)),
  bare("3.4", "an acknowledgement first", [preface, frame(type.SETTINGS, flag.ACK, 0)], goAway(PROTOCOL)),
  bare("3.4", "DATA first", [preface, data(1, "x")], goAway(PROTOCOL)),
  one("4.1", "a frame of unknown type", [frame(0xfa, 0xff, 1, "anything"), alive], isAlive),
  one(
    "4.1",
    "unknown flags of a PING",
    [frame(type.PING, 0xfe, 0, "12345678"), alive],
    ["PING ack 12345678", ...isAlive],
  ),
  one(
    "4.1",
    "the reserved bit of a stream identifier",
    [frame(type.HEADERS, 5, 0x80000003, block(pseudo("GET", "/alive")))],
    isAlive,
  ),
  one(
    "4.2",
    "a frame larger than allowed",
    [frame(type.PING, 0, 0, Buffer.alloc(16_385))],
    goAway(FRAME_SIZE),
  ),
  one("4.2", "DATA larger than allowed", [post(1), data(1, Buffer.alloc(16_385))], goAway(FRAME_SIZE, 1)),
  one("4.2", "DATA as large as allowed", [post(1), data(1, Buffer.alloc(16_384))], ok(1, "/up 16384")),
  one(
    "4.3",
    "an invalid index in a field block",
    [frame(type.HEADERS, 5, 1, Buffer.from([0xfe]))],
    goAway(COMPRESSION),
  ),
  one("4.3", "index 0", [frame(type.HEADERS, 5, 1, Buffer.from([0x80]))], goAway(COMPRESSION)),
  one(
    "4.3",
    "a field block that ends within a field",
    [frame(type.HEADERS, 5, 1, Buffer.from([0, 5, 0x61]))],
    goAway(COMPRESSION),
  ),
  one(
    "4.3",
    "a table size above the setting",
    [frame(type.HEADERS, 5, 1, Buffer.from([0x3f, 0xe2, 0x1f]))],
    goAway(COMPRESSION),
  ),
  one(
    "4.3",
    "a table size after a field",
    [frame(type.HEADERS, 5, 1, Buffer.from([0x82, 0x20]))],
    goAway(COMPRESSION),
  ),
  one(
    "4.3",
    "a Huffman string that contains EOS",
    [frame(type.HEADERS, 5, 1, Buffer.from([0, 0x84, 0xff, 0xff, 0xff, 0xff]))],
    goAway(COMPRESSION),
  ),
  one(
    "4.3",
    "Huffman padding of a byte or more",
    [frame(type.HEADERS, 5, 1, Buffer.from([0, 0x82, 0x1f, 0xff]))],
    goAway(COMPRESSION),
  ),
];

const half = block(pseudo("GET", "/alive"));
const streams: readonly Http2Case[] = [
  one("5.1", "DATA on an idle stream", [data(1, "x")], goAway(PROTOCOL)),
  one("5.1", "RST_STREAM on an idle stream", [frame(type.RST_STREAM, 0, 1, word(8))], goAway(PROTOCOL)),
  one("5.1", "WINDOW_UPDATE on an idle stream", [frame(type.WINDOW_UPDATE, 0, 1, word(1))], goAway(PROTOCOL)),
  one(
    "5.1",
    "PRIORITY on an idle stream",
    [frame(type.PRIORITY, 0, 1, Buffer.from([0, 0, 0, 0, 15])), alive],
    isAlive,
  ),
  one(
    "5.1",
    "DATA after END_STREAM and the answer",
    [get(), data(1, "x"), alive],
    [...ok(1), ...reset(STREAM_CLOSED), ...isAlive],
  ),
  one(
    "5.1",
    "HEADERS after END_STREAM and the answer",
    [get(), request(1)],
    [...ok(1), ...goAway(STREAM_CLOSED, 1)],
  ),
  one(
    "5.1",
    "DATA after our reset is ignored",
    [request(1, without(":path"), false), data(1, "x", false), data(1, "y"), alive],
    [...reset(PROTOCOL), ...isAlive],
  ),
  one(
    "5.1",
    "HEADERS after our reset are decoded and ignored",
    [request(1, without(":path"), false), request(1), alive],
    [...reset(PROTOCOL), ...isAlive],
  ),
  one(
    "5.1",
    "WINDOW_UPDATE and RST_STREAM after the answer",
    [get(), frame(type.WINDOW_UPDATE, 0, 1, word(9)), frame(type.RST_STREAM, 0, 1, word(8)), alive],
    [...ok(1), ...isAlive],
  ),
  one("5.1.1", "an even stream", [request(2)], goAway(PROTOCOL)),
  one("5.1.1", "stream 0", [request(0)], goAway(PROTOCOL)),
  one(
    "5.1.1",
    "a lower stream that was passed over",
    [alive, request(1)],
    [...isAlive, ...goAway(PROTOCOL, 3)],
  ),
  one("6.1", "DATA on stream 0", [frame(type.DATA, 0, 0, "x")], goAway(PROTOCOL)),
  one(
    "6.1",
    "padded DATA",
    [post(1), frame(type.DATA, flag.PADDED | flag.END_STREAM, 1, Buffer.from([3, 97, 98, 0, 0, 0]))],
    ok(1, "/up 2"),
  ),
  one(
    "6.1",
    "DATA of nothing but padding",
    [post(1), frame(type.DATA, flag.PADDED | flag.END_STREAM, 1, Buffer.from([2, 0, 0]))],
    ok(1, "/up 0"),
  ),
  one(
    "6.1",
    "padding as long as the frame",
    [post(1), frame(type.DATA, flag.PADDED, 1, Buffer.from([3, 1, 2]))],
    goAway(PROTOCOL, 1),
  ),
  one(
    "6.1",
    "padded DATA without a pad length",
    [post(1), frame(type.DATA, flag.PADDED, 1)],
    goAway(FRAME_SIZE, 1),
  ),
  one(
    "6.2",
    "padded HEADERS with priority",
    [frame(type.HEADERS, 0x2d, 3, Buffer.concat([Buffer.from([2, 0, 0, 0, 0, 255]), half, Buffer.alloc(2)]))],
    isAlive,
  ),
  one(
    "6.2",
    "padding longer than HEADERS",
    [frame(type.HEADERS, 0x0d, 1, Buffer.from([9, 0x82]))],
    goAway(PROTOCOL),
  ),
  one(
    "6.2",
    "HEADERS too short for their priority",
    [frame(type.HEADERS, 0x25, 1, Buffer.from([0, 0]))],
    goAway(PROTOCOL),
  ),
  one("6.3", "PRIORITY on stream 0", [frame(type.PRIORITY, 0, 0, Buffer.alloc(5))], goAway(PROTOCOL)),
  one("6.3", "PRIORITY of a wrong size", [frame(type.PRIORITY, 0, 1, Buffer.alloc(4))], goAway(FRAME_SIZE)),
  one("6.4", "RST_STREAM on stream 0", [frame(type.RST_STREAM, 0, 0, word(8))], goAway(PROTOCOL)),
  one(
    "6.4",
    "RST_STREAM of a wrong size",
    [post(1), frame(type.RST_STREAM, 0, 1, "abc")],
    goAway(FRAME_SIZE, 1),
  ),
  one("6.4", "RST_STREAM ends a request", [post(1), frame(type.RST_STREAM, 0, 1, word(8)), alive], isAlive),
  one(
    "6.10",
    "a block over several frames",
    [
      frame(type.HEADERS, 1, 3, half.subarray(0, 5)),
      frame(type.CONTINUATION, 0, 3, half.subarray(5, 9)),
      frame(type.CONTINUATION, 4, 3, half.subarray(9)),
    ],
    isAlive,
  ),
  one("6.10", "CONTINUATION without HEADERS", [frame(type.CONTINUATION, 4, 1, half)], goAway(PROTOCOL)),
  one(
    "6.10",
    "CONTINUATION of another stream",
    [frame(type.HEADERS, 1, 1, half), frame(type.CONTINUATION, 4, 3, "")],
    goAway(PROTOCOL),
  ),
  one(
    "6.10",
    "another frame within a block",
    [frame(type.HEADERS, 1, 1, half), frame(type.PING, 0, 0, "12345678")],
    goAway(PROTOCOL),
  ),
  one(
    "6.10",
    "DATA within a block",
    [post(1), frame(type.HEADERS, 1, 3, half), data(1, "x")],
    goAway(PROTOCOL, 1),
  ),
  one(
    "6.10",
    "CONTINUATION after END_HEADERS",
    [alive, frame(type.CONTINUATION, 4, 3, "")],
    [...isAlive, ...goAway(PROTOCOL, 3)],
  ),
  one(
    "10.5.1",
    "a block without end",
    [
      frame(type.HEADERS, 1, 1, half),
      ...Array.from({ length: 40 }, () => frame(type.CONTINUATION, 0, 1, "\0\x01a\x01b")),
    ],
    goAway(CALM),
  ),
  one(
    "10.5.1",
    "a block that is too large",
    [
      frame(type.HEADERS, 1, 1, half),
      ...Array.from({ length: 4 }, () => frame(type.CONTINUATION, 0, 1, Buffer.alloc(16_384))),
    ],
    goAway(CALM),
  ),
];

const control: readonly Http2Case[] = [
  one("6.5", "SETTINGS on a stream", [frame(type.SETTINGS, 0, 1)], goAway(PROTOCOL)),
  one("6.5", "SETTINGS of a wrong size", [frame(type.SETTINGS, 0, 0, "abc")], goAway(FRAME_SIZE)),
  one(
    "6.5",
    "an acknowledgement with content",
    [frame(type.SETTINGS, flag.ACK, 0, Buffer.alloc(6))],
    goAway(FRAME_SIZE),
  ),
  one("6.5.2", "ENABLE_PUSH above 1", [settings([2, 2])], goAway(PROTOCOL)),
  one(
    "6.5.2",
    "INITIAL_WINDOW_SIZE above the largest window",
    [settings([4, 0x80000000])],
    goAway(FLOW_CONTROL),
  ),
  one("6.5.2", "MAX_FRAME_SIZE below the default", [settings([5, 16_383])], goAway(PROTOCOL)),
  one("6.5.2", "MAX_FRAME_SIZE above the largest frame", [settings([5, 16_777_216])], goAway(PROTOCOL)),
  one("6.5.2", "an unknown setting", [settings([0xffff, 7]), alive], isAlive),
  one(
    "6.6",
    "PUSH_PROMISE from a client",
    [get(), frame(type.PUSH_PROMISE, 4, 1, word(2))],
    [...ok(1), ...goAway(PROTOCOL, 1)],
  ),
  one("6.7", "PING on a stream", [frame(type.PING, 0, 1, "12345678")], goAway(PROTOCOL)),
  one("6.7", "PING of a wrong size", [frame(type.PING, 0, 0, "1234")], goAway(FRAME_SIZE)),
  one("6.7", "PING", [frame(type.PING, 0, 0, "abcdefgh")], ["PING ack abcdefgh"]),
  one(
    "6.7",
    "an acknowledgement that nobody asked for",
    [frame(type.PING, flag.ACK, 0, "abcdefgh"), alive],
    isAlive,
  ),
  one("6.8", "GOAWAY on a stream", [frame(type.GOAWAY, 0, 1, Buffer.alloc(8))], goAway(PROTOCOL)),
  one("6.8", "GOAWAY too short", [frame(type.GOAWAY, 0, 0, Buffer.alloc(7))], goAway(FRAME_SIZE)),
  one(
    "6.8",
    "GOAWAY while nothing is asked",
    [get(), frame(type.GOAWAY, 0, 0, Buffer.alloc(8))],
    [...ok(1), ...goAway(0, 1)],
  ),
  one("6.9", "WINDOW_UPDATE of a wrong size", [frame(type.WINDOW_UPDATE, 0, 0, "abc")], goAway(FRAME_SIZE)),
  one(
    "6.9",
    "WINDOW_UPDATE of a wrong size on a stream",
    [post(1), frame(type.WINDOW_UPDATE, 0, 1, "abc")],
    goAway(FRAME_SIZE, 1),
  ),
  one(
    "6.9",
    "WINDOW_UPDATE of nothing on the connection",
    [frame(type.WINDOW_UPDATE, 0, 0, word(0))],
    goAway(PROTOCOL),
  ),
  one(
    "6.9",
    "WINDOW_UPDATE of nothing on a stream",
    [post(1), frame(type.WINDOW_UPDATE, 0, 1, word(0)), alive],
    [...reset(PROTOCOL), ...isAlive],
  ),
  one(
    "6.9.1",
    "a connection window beyond the largest",
    [frame(type.WINDOW_UPDATE, 0, 0, word(0x7fffffff))],
    goAway(FLOW_CONTROL),
  ),
  one(
    "6.9.1",
    "a stream window beyond the largest",
    [post(1), frame(type.WINDOW_UPDATE, 0, 1, word(0x7fffffff)), alive],
    [...reset(FLOW_CONTROL), ...isAlive],
  ),
  one(
    "6.9.2",
    "a setting that makes an open stream's window too large",
    [post(1), frame(type.WINDOW_UPDATE, 0, 1, word(0x7fff0000)), settings([4, 0x7fffffff])],
    goAway(FLOW_CONTROL, 1),
  ),
];

const te = (value: string): FieldList => [...pseudo(), ["te", value]];
const messages: readonly Http2Case[] = [
  one("8.1", "a request", [get(["accept", "*/*"])], ok(1)),
  one("8.1", "a body of unknown length", [post(1), data(1, "ab", false), data(1, "c")], ok(1, "/up 3")),
  one(
    "8.1",
    "a body that ends in an empty frame",
    [post(1), data(1, "ab", false), data(1, "")],
    ok(1, "/up 2"),
  ),
  one("8.1", "trailers", [post(1), data(1, "ab", false), request(1, [["x-sum", "1"]])], ok(1, "/up 2")),
  one(
    "8.1",
    "a pseudo-header in trailers",
    [post(1), request(1, [[":path", "/"]]), alive],
    [...reset(PROTOCOL), ...isAlive],
  ),
  one(
    "8.1",
    "a second field section that does not end the stream",
    [post(1), request(1, [["x", "1"]], false), alive],
    [...reset(PROTOCOL), ...isAlive],
  ),
  one(
    "8.1.1",
    "a body as long as Content-Length",
    [post(1, ["content-length", "3"]), data(1, "abc")],
    ok(1, "/up 3"),
  ),
  one(
    "8.1.1",
    "a body shorter than Content-Length",
    [post(1, ["content-length", "4"]), data(1, "abc"), alive],
    [...reset(PROTOCOL), ...isAlive],
  ),
  one(
    "8.1.1",
    "a body longer than Content-Length",
    [post(1, ["content-length", "2"]), data(1, "abc"), alive],
    [...reset(PROTOCOL), ...isAlive],
  ),
  one(
    "8.1.1",
    "Content-Length without a body",
    [request(1, [...pseudo("POST"), ["content-length", "3"]]), alive],
    [...reset(PROTOCOL), ...isAlive],
  ),
  one(
    "8.1.1",
    "Content-Length 0 and an empty end",
    [post(1, ["content-length", "0"]), data(1, "")],
    ok(1, "/up 0"),
  ),
  one(
    "8.1.1",
    "trailers before all of the body",
    [post(1, ["content-length", "4"]), data(1, "ab", false), request(1, [["x", "1"]]), alive],
    [...reset(PROTOCOL), ...isAlive],
  ),
  malformed("8.2.1", "an upper-case field name", [...pseudo(), ["X-Name", "1"]]),
  malformed("8.2.1", "a space in a field name", [...pseudo(), ["x name", "1"]]),
  malformed("8.2.1", "a colon in a field name", [...pseudo(), ["x:name", "1"]]),
  malformed("8.2.1", "an empty field name", [...pseudo(), ["", "1"]]),
  malformed("8.2.1", "a byte above ASCII in a field name", [...pseudo(), ["x\xe9", "1"]]),
  malformed("8.2.1", "a line break in a field name", [...pseudo(), ["x\r\ny", "1"]]),
  malformed("8.2.1", "CR LF in a value", [...pseudo(), ["x", "1\r\nhost: other.example"]]),
  malformed("8.2.1", "LF in a value", [...pseudo(), ["x", "1\ny: 2"]]),
  malformed("8.2.1", "NUL in a value", [...pseudo(), ["x", "1\0"]]),
  malformed("8.2.1", "white space before a value", [...pseudo(), ["x", " 1"]]),
  malformed("8.2.1", "a tab after a value", [...pseudo(), ["x", "1\t"]]),
  malformed("8.2.2", "Connection", [...pseudo(), ["connection", "close"]]),
  malformed("8.2.2", "Keep-Alive", [...pseudo(), ["keep-alive", "5"]]),
  malformed("8.2.2", "Proxy-Connection", [...pseudo(), ["proxy-connection", "close"]]),
  malformed("8.2.2", "Transfer-Encoding", [...pseudo("POST"), ["transfer-encoding", "chunked"]]),
  malformed("8.2.2", "Upgrade", [...pseudo(), ["upgrade", "websocket"]]),
  malformed("8.2.2", "TE other than trailers", te("gzip")),
  one("8.2.2", "TE: trailers", [request(1, te("trailers"))], ok(1)),
  malformed("8.3", "an unknown pseudo-header", [...pseudo(), [":x", "1"]]),
  malformed("8.3", "a pseudo-header of responses", [...pseudo(), [":status", "200"]]),
  malformed("8.3", "a pseudo-header after a field", [...without(":path"), ["x", "1"], [":path", "/"]]),
  malformed("8.3", "a pseudo-header twice", [...pseudo(), [":path", "/"]]),
  malformed("8.3.1", "no :method", without(":method")),
  malformed("8.3.1", "no :scheme", without(":scheme")),
  malformed("8.3.1", "no :path", without(":path")),
  malformed("8.3.1", "an empty :path", [...without(":path"), [":path", ""]]),
  malformed("8.3.1", "a :path without a slash", pseudo("GET", "index")),
  malformed("8.3.1", "an absolute URI as :path", pseudo("GET", "https://h2.example/")),
  malformed("8.3.1", "a space in :path", pseudo("GET", "/a HTTP/1.1")),
  malformed("8.3.1", "a line break in :path", pseudo("GET", "/a\r\nx: y")),
  malformed("8.3.1", "a line break in :authority", pseudo("GET", "/", "a\r\nx: y")),
  malformed("8.3.1", "a space in :method", pseudo("GET /x", "/")),
  malformed("8.3.1", "a foreign :scheme", [...without(":scheme"), [":scheme", "ftp"]]),
  malformed("8.5", ":protocol, which was not offered", [...pseudo("CONNECT"), [":protocol", "websocket"]]),
];

const refusals: readonly Http2Case[] = [
  one(
    "8.3.1",
    ":authority and Host that differ",
    [get(["host", "other.example"]), alive],
    [...refused(400), ...isAlive],
  ),
  one("8.3.1", ":authority and Host that agree", [get(["host", "H2.example"])], ok(1)),
  one("8.3.1", "Host alone", [request(1, [...without(":authority"), ["host", "h2.example"]])], ok(1)),
  one("8.3.1", "neither :authority nor Host", [request(1, without(":authority"))], refused(400)),
  one("8.3.1", "two Hosts", [get(["host", "h2.example"], ["host", "h2.example"])], refused(400)),
  one(
    "8.3.1",
    "user information in :authority",
    [request(1, pseudo("GET", "/", "u@h2.example"))],
    refused(400),
  ),
  one("8.3.1", "OPTIONS *", [request(1, pseudo("OPTIONS", "*"))], ok(1, "* 0")),
  one("8.3.1", "GET *", [request(1, pseudo("GET", "*"))], refused(400)),
  one("8.3.1", "a fragment in :path", [request(1, pseudo("GET", "/a#b"))], refused(400)),
  one(
    "8.5",
    "CONNECT",
    [
      request(1, [
        [":method", "CONNECT"],
        [":authority", "a.example:443"],
      ]),
    ],
    refused(405),
  ),
  one("9110 9.3.8", "TRACE", [request(1, pseudo("TRACE"))], refused(405)),
  one("9110 9.1", "a method in lower case", [request(1, pseudo("get"))], refused(501)),
  one(
    "9110 8.6",
    "two Content-Lengths",
    [post(1, ["content-length", "1"], ["content-length", "1"]), data(1, "x"), alive],
    [...refused(400), ...isAlive],
  ),
  one(
    "9110 8.6",
    "a malformed Content-Length",
    [post(1, ["content-length", "+1"]), data(1, "x"), alive],
    [...refused(400), ...isAlive],
  ),
  one("9110 10.1.1", "an unknown expectation", [post(1, ["expect", "x"]), data(1, "x")], refused(417)),
  one("9110 10.1.1", "Expect: 100-continue", [post(1, ["expect", "100-continue"])], ["HEADERS 1 100"]),
  one(
    "9110 5.5",
    "a control character in a value",
    [get(["x", "a\x01b"]), alive],
    [...refused(400), ...isAlive],
  ),
  one("9112 5.1", "a disguised framing field", [get(["content_length", "5"])], refused(400)),
  one(
    "10.5.1",
    "too many fields",
    [get(...Array.from({ length: 140 }, (_, index) => [`x-${index}`, "1"] as const)), alive],
    [...refused(431), ...isAlive],
  ),
  one(
    "10.5.1",
    "a list beyond its bound",
    [
      frame(type.HEADERS, 1, 1, block(pseudo())),
      ...Array.from({ length: 3 }, (_, index) =>
        frame(type.CONTINUATION, index === 2 ? 4 : 0, 1, block([["x-long", "v".repeat(14_000)]])),
      ),
      alive,
    ],
    [...refused(431), ...isAlive],
  ),
];

/** All of them. */
export const http2Cases: readonly Http2Case[] = [
  ...framing,
  ...streams,
  ...control,
  ...messages,
  ...refusals,
];
