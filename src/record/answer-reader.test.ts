import { expect, test } from "bun:test";
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import type { ResponseView } from "../../dsl/index.ts";
import { parseResponseHead, type ResponseHead } from "../perform/response-head.ts";
import { AnswerReader, viewOfHead } from "./answer-reader.ts";

function headOf(...lines: string[]): ResponseHead {
  const head = parseResponseHead(["HTTP/1.1 200 OK", ...lines, ""].join("\r\n"), "POST");
  if (typeof head === "string") throw new Error(head);
  return head;
}

/** Shows the body to a reader in pieces; gives the view, and after how many bytes it came. */
function read(coding: string, body: Buffer, piece = 7): { view: ResponseView; seen: number } {
  const views: ResponseView[] = [];
  let seen = 0;
  const lines = [
    "Content-Type: application/json",
    `Content-Encoding: ${coding}`,
    "Transfer-Encoding: chunked",
  ];
  const reader = new AnswerReader(headOf(...lines), (given) => void views.push(given));
  while (seen < body.length && views.length === 0) {
    const end = Math.min(body.length, seen + piece);
    reader.data(body, seen, end);
    seen = end;
  }
  reader.end();
  expect(views.length).toBe(1);
  return { view: views[0]!, seen };
}

const codings = {
  gzip: gzipSync,
  deflate: deflateSync,
  br: brotliCompressSync,
  zstd: zstdCompressSync,
} as const;
const answer = Buffer.from(JSON.stringify({ error: "invalid_grant", detail: { code: 17 } }));

for (const [coding, pack] of Object.entries(codings)) {
  test(`reads a body that comes as ${coding}, in pieces`, () => {
    const { body } = read(coding, Buffer.from(pack(answer))).view;
    expect([body?.isReadable, body?.field("error"), body?.field("detail.code")]).toEqual([
      true,
      "invalid_grant",
      "17",
    ]);
  });

  test(`reads the beginning of a long body that comes as ${coding}, and nothing of a bomb or of damaged bytes`, () => {
    const noise = Buffer.from(crypto.getRandomValues(new Uint8Array(30_000))).toString("base64");
    const { view, seen } = read(coding, Buffer.from(pack(Buffer.from(`Wrong password. ${noise}`))), 1000);
    // zstd is unpacked by whole blocks, which are longer than what is waited for.
    expect(view.body?.text?.startsWith("Wrong password. ") ?? false).toBe(coding !== "zstd");
    expect(view.body?.isReadable).toBe(false);
    // No more than the first 16 KiB are waited for.
    expect(seen).toBeLessThanOrEqual(18_000);
    const bomb = read(coding, Buffer.from(pack(Buffer.alloc(8 << 20)))).view;
    expect(bomb.body?.isReadable).toBe(false);
    expect(bomb.body?.text).toBe(undefined);
    const damaged = read(coding, Buffer.from("these bytes were never packed by anybody")).view;
    expect(damaged.body?.isReadable).toBe(false);
  });
}

test("of a coding that nobody knows nothing is read", () => {
  expect(read("snappy", answer).view.body).toMatchObject({ isReadable: false, text: undefined });
});

const cookieOf = (field: string) => viewOfHead(headOf(`Set-Cookie: ${field}`)).cookie?.("sid");

test("a cookie that is taken away is none that was set", () => {
  expect(cookieOf("sid=abc; Path=/; Max-Age=60")).toBe("abc");
  expect(cookieOf("sid=abc; Expires=Wed, 01 Jan 2200 00:00:00 GMT")).toBe("abc");
  expect(cookieOf("sid=deleted; Max-Age=0")).toBe(undefined);
  expect(cookieOf("sid=deleted; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Path=/")).toBe(undefined);
});
