import { expect, test } from "bun:test";
import { ResponseHeadReader } from "./response-head-reader.ts";

function reading() {
  const reader = new ResponseHeadReader();
  return (text: string, method = "GET") => {
    const bytes = Buffer.from(`..${text}body`, "latin1");
    const head = reader.read(bytes, 2, bytes.length - 4, method);
    if (typeof head === "string") throw new Error(head);
    return head;
  };
}

const ok = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n";

test("a head that comes again is the same head, and one byte makes it another", () => {
  const read = reading();
  const first = read(ok);
  expect(read(ok)).toBe(first);
  const other = read(ok.replace("4", "5"));
  expect(other.framing).toEqual({ kind: "length", bytes: 5 });
  expect(read(ok).framing).toEqual({ kind: "length", bytes: 4 });
});

test("the same head frames the answer to another method anew", () => {
  const read = reading();
  read(ok);
  expect(read(ok, "HEAD").framing).toEqual({ kind: "none" });
  expect(read(ok).framing).toEqual({ kind: "length", bytes: 4 });
});

test("a head that sets a cookie is not kept", () => {
  const read = reading();
  const secret = "HTTP/1.1 200 OK\r\nSet-Cookie: session=1\r\nContent-Length: 4\r\n\r\n";
  expect(read(secret)).not.toBe(read(secret));
});

test("what is wrong with a head is said each time", () => {
  const reader = new ResponseHeadReader();
  const bytes = Buffer.from("HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n");
  expect(reader.read(bytes, 0, bytes.length, "GET")).toBe("malformed Content-Length");
  expect(reader.read(bytes, 0, bytes.length, "GET")).toBe("malformed Content-Length");
});
