/** The beginning of a body whose coding is undone at once, as far as it came; bounded, since it happens within the request. */
import { brotliDecompressSync, constants, gunzipSync, inflateSync, zstdDecompressSync } from "node:zlib";
import type { AnswerCoding } from "../perform/answer-template.ts";

/** Bytes that the beginning may unpack to: more is a bomb, or nothing that an outcome is read from. */
const longestUnpacked = 262_144;

/** What the bytes unpack to, cut or whole; undefined where they are damaged, end within zstd's first block, or unpack to more than 256 KiB. */
export function decodedPrefix(bytes: Buffer, coding: AnswerCoding): Buffer | undefined {
  const bound = { maxOutputLength: longestUnpacked };
  const zlib = { ...bound, finishFlush: constants.Z_SYNC_FLUSH };
  try {
    switch (coding) {
      case "gzip":
        return gunzipSync(bytes, zlib);
      case "deflate":
        return inflateSync(bytes, zlib);
      case "br":
        return brotliDecompressSync(bytes, { ...bound, finishFlush: constants.BROTLI_OPERATION_FLUSH });
      case "zstd":
        return zstdDecompressSync(bytes, { ...bound, finishFlush: constants.ZSTD_e_flush });
    }
  } catch {
    return undefined;
  }
}
