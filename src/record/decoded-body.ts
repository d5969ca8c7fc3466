/** Undoes the coding of a sampled body, off the request's path and within bounds. */
import { promisify } from "node:util";
import { brotliDecompress, gunzip, inflate, zstdDecompress } from "node:zlib";
import type { AnswerCoding } from "../perform/answer-template.ts";

/** Bytes of a decoded body; what unpacks to more is not learned from. */
const longestDecoded = 262_144;
const options = { maxOutputLength: longestDecoded };
const decoders = {
  gzip: promisify<Buffer, object, Buffer>(gunzip),
  br: promisify<Buffer, object, Buffer>(brotliDecompress),
  zstd: promisify<Buffer, object, Buffer>(zstdDecompress),
  deflate: promisify<Buffer, object, Buffer>(inflate),
};

/** The coding of a Content-Encoding value; false for one that cannot be undone. */
export function codingOf(value: string | undefined): AnswerCoding | undefined | false {
  const name = value?.trim().toLowerCase();
  if (name === undefined || name === "" || name === "identity") return undefined;
  if (name === "gzip" || name === "br" || name === "zstd" || name === "deflate") return name;
  return false;
}

/** The body as text; undefined when it is no UTF-8, damaged or too long. */
export async function decodedBody(
  bytes: Buffer,
  coding: AnswerCoding | undefined,
): Promise<string | undefined> {
  try {
    const plain = coding && bytes.length > 0 ? await decoders[coding](bytes, options) : bytes;
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(plain);
  } catch {
    return undefined;
  }
}
