/** Decodes HPACK field blocks (RFC 7541), within bounds that no client can stretch. */
import { decodeHuffman } from "./huffman.ts";
import { staticTable } from "./static-table.ts";

/** The table size that our settings leave at its default (RFC 9113 §6.5.2). */
const maxTableBytes = 4_096;
/** What an entry costs beside its text (RFC 7541 §4.1). */
const entryBytes = 32;
/** Fields and table updates of one block: one byte each can be enough, and each costs a hundred times as much here. */
const mostInstructions = 1_024;

/** A field block's content. */
export interface DecodedFields {
  /** Names and values as sent, in order, one character per byte. */
  readonly names: string[];
  readonly values: string[];
  /** The list passed its bound: it is cut there. */
  readonly isCut: boolean;
}

interface Entry {
  readonly name: string;
  readonly value: string;
}

class BlockFault extends Error {}

/** One direction's decoder: blocks must be decoded in their order, wanted or not, unless the connection ends. */
export class FieldDecoder {
  /** Newest last. */
  readonly #table: Entry[] = [];
  #tableBytes = 0;
  #tableLimit = maxTableBytes;
  #block: Buffer = Buffer.alloc(0);
  #at = 0;

  /** Decodes a whole block, keeping at most `maxListBytes` of it; undefined is a COMPRESSION_ERROR (RFC 9113 §4.3). */
  decode(block: Buffer, maxListBytes: number): DecodedFields | undefined {
    this.#block = block;
    this.#at = 0;
    try {
      return this.#fields(maxListBytes);
    } catch (error) {
      if (error instanceof BlockFault) return undefined;
      throw error;
    }
  }

  #fields(maxListBytes: number): DecodedFields {
    const names: string[] = [];
    const values: string[] = [];
    let bytes = 0;
    for (let count = 0; this.#at < this.#block.length; count++) {
      if (count === mostInstructions) throw new BlockFault();
      const first = this.#block[this.#at]!;
      if ((first & 0xe0) === 0x20) {
        this.#resize(this.#integer(5), names.length);
        continue;
      }
      const { name, value } = this.#field(first);
      bytes += name.length + value.length + entryBytes;
      if (bytes > maxListBytes) continue;
      names.push(name);
      values.push(value);
    }
    return { names, values, isCut: bytes > maxListBytes };
  }

  #field(first: number): Entry {
    if (first & 0x80) return this.#entry(this.#integer(7));
    const isIndexed = (first & 0x40) !== 0;
    const index = this.#integer(isIndexed ? 6 : 4);
    const name = index === 0 ? this.#text() : this.#entry(index).name;
    const entry = { name, value: this.#text() };
    if (isIndexed) this.#insert(entry);
    return entry;
  }

  #entry(index: number): Entry {
    const fixed = staticTable[index - 1];
    if (fixed) return { name: fixed[0], value: fixed[1] };
    const entry = this.#table[this.#table.length - (index - staticTable.length)];
    if (index === 0 || !entry) throw new BlockFault();
    return entry;
  }

  #insert(entry: Entry): void {
    const size = entry.name.length + entry.value.length + entryBytes;
    this.#evict(this.#tableLimit - size);
    // RFC 7541 §4.4: an entry larger than the table empties it, and is no error.
    if (size > this.#tableLimit) return;
    this.#table.push(entry);
    this.#tableBytes += size;
  }

  #evict(room: number): void {
    let count = 0;
    while (this.#tableBytes > room && count < this.#table.length) {
      const { name, value } = this.#table[count++]!;
      this.#tableBytes -= name.length + value.length + entryBytes;
    }
    if (count > 0) this.#table.splice(0, count);
  }

  #resize(limit: number, fieldsBefore: number): void {
    // RFC 7541 §4.2: before the first field only, and within the limit that was set.
    if (fieldsBefore > 0 || limit > maxTableBytes) throw new BlockFault();
    this.#tableLimit = limit;
    this.#evict(limit);
  }

  /** RFC 7541 §5.1; nothing here needs more than four bytes after the prefix. */
  #integer(prefixBits: number): number {
    const mask = 2 ** prefixBits - 1;
    let value = this.#byte() & mask;
    if (value < mask) return value;
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = this.#byte();
      value += (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    throw new BlockFault();
  }

  #text(): string {
    const isHuffman = (this.#block[this.#at] ?? 0) >= 0x80;
    const length = this.#integer(7);
    const from = this.#at;
    const to = from + length;
    if (to > this.#block.length) throw new BlockFault();
    this.#at = to;
    if (!isHuffman) return this.#block.toString("latin1", from, to);
    const text = decodeHuffman(this.#block, from, to);
    if (text === undefined) throw new BlockFault();
    return text;
  }

  #byte(): number {
    const byte = this.#block[this.#at++];
    if (byte === undefined) throw new BlockFault();
    return byte;
  }
}
