import { expect, test } from "bun:test";
import { FieldDecoder } from "./field-decoder.ts";
import { decodeHuffman, encodeHuffman, huffmanLength } from "./huffman.ts";
import { staticTable } from "./static-table.ts";

const hex = (text: string) => Buffer.from(text.replaceAll(" ", ""), "hex");
const decode = (decoder: FieldDecoder, text: string) => {
  const fields = decoder.decode(hex(text), 100_000);
  return fields?.names.map((name, index) => `${name}: ${fields.values[index]}`);
};

test("RFC 7541 C.3: requests without Huffman coding share a table", () => {
  const decoder = new FieldDecoder();
  const first = [":method: GET", ":scheme: http", ":path: /", ":authority: www.example.com"];
  expect(decode(decoder, "8286 8441 0f77 7777 2e65 7861 6d70 6c65 2e63 6f6d")).toEqual(first);
  expect(decode(decoder, "8286 84be 5808 6e6f 2d63 6163 6865")).toEqual([
    ...first,
    "cache-control: no-cache",
  ]);
  expect(decode(decoder, "8287 85bf 400a 6375 7374 6f6d 2d6b 6579 0c63 7573 746f 6d2d 7661 6c75 65")).toEqual(
    [
      ":method: GET",
      ":scheme: https",
      ":path: /index.html",
      ":authority: www.example.com",
      "custom-key: custom-value",
    ],
  );
});

test("RFC 7541 C.4: the same with Huffman coding", () => {
  const decoder = new FieldDecoder();
  const first = [":method: GET", ":scheme: http", ":path: /", ":authority: www.example.com"];
  expect(decode(decoder, "8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff")).toEqual(first);
  expect(decode(decoder, "8286 84be 5886 a8eb 1064 9cbf")).toEqual([...first, "cache-control: no-cache"]);
  expect(decode(decoder, "8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf")?.at(-1)).toBe(
    "custom-key: custom-value",
  );
});

test("RFC 7541 C.6: responses evict what has no room", () => {
  const decoder = new FieldDecoder();
  // A table of 256 bytes, as in the example.
  expect(
    decode(
      decoder,
      "3fe101 4882 6402 5885 aec3 771a 4b61 96d0 7abe 9410 54d4 44a8 2005 9504 0b81 66e0 82a6 2d1b ff6e 919d 29ad 1718 63c7 8f0b 97c8 e9ae 82ae 43d3",
    ),
  ).toEqual([
    ":status: 302",
    "cache-control: private",
    "date: Mon, 21 Oct 2013 20:13:21 GMT",
    "location: https://www.example.com",
  ]);
  expect(decode(decoder, "4883 640e ffc1 c0bf")?.[0]).toBe(":status: 307");
  const third = decode(
    decoder,
    "88c1 6196 d07a be94 1054 d444 a820 0595 040b 8166 e084 a62d 1bff c05a 839b d9ab 77ad 94e7 821d d7f2 e6c7 b335 dfdf cd5b 3960 d5af 2708 7f36 72c1 ab27 0fb5 291f 9587 3160 65c0 03ed 4ee5 b106 3d50 07",
  );
  expect(third?.[0]).toBe(":status: 200");
  expect(third?.at(-1)).toBe("set-cookie: foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1");
});

test("an entry that the table had to evict, or that was never there, is an error", () => {
  expect(decode(new FieldDecoder(), "be")).toBeUndefined();
  const decoder = new FieldDecoder();
  expect(decode(decoder, "400161 0162")).toEqual(["a: b"]);
  expect(decode(decoder, "20")).toEqual([]);
  expect(decode(decoder, "be")).toBeUndefined();
});

test("an integer without end is an error", () => {
  expect(decode(new FieldDecoder(), "ffffffffffffffffff7f")).toBeUndefined();
  expect(decode(new FieldDecoder(), "ff80808080808080")).toBeUndefined();
});

test("a list beyond its bound is cut and said to be, and its fields enter the table all the same", () => {
  const decoder = new FieldDecoder();
  expect(decoder.decode(hex("400161 0162 400163 0164"), 40)).toEqual({
    names: ["a"],
    values: ["b"],
    isCut: true,
  });
  expect(decode(decoder, "be")).toEqual(["c: d"]);
});

test("the static table is the RFC's", () => {
  expect(staticTable.length).toBe(61);
  expect(staticTable[60]).toEqual(["www-authenticate", ""]);
  expect(staticTable[15]).toEqual(["accept-encoding", "gzip, deflate"]);
  expect(staticTable[7]).toEqual([":status", "200"]);
});

test("every byte survives the Huffman code, alone and in company", () => {
  const each = Array.from({ length: 256 }, (_, index) => String.fromCharCode(index));
  const all = each.join("");
  for (const text of [...each, all, `${all}${all}`, "", "a"]) {
    const bytes = Buffer.alloc(huffmanLength(text));
    expect(encodeHuffman(text, bytes, 0)).toBe(bytes.length);
    expect(decodeHuffman(bytes, 0, bytes.length)).toBe(text);
  }
});

test("a block of more fields than any client sends ends the connection: each costs much more than its byte", () => {
  expect(new FieldDecoder().decode(Buffer.alloc(1_024, 0x82), 40_000)?.names).toHaveLength(952);
  expect(new FieldDecoder().decode(Buffer.alloc(1_025, 0x82), 40_000)).toBeUndefined();
  expect(new FieldDecoder().decode(Buffer.alloc(1_025, 0x20), 40_000)).toBeUndefined();
});
