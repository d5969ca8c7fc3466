/**
 * Events on their way to the writer: packed into one buffer that is handed over, not copied.
 *
 * Numbers lie at fixed places, texts follow, each behind a 16-bit head: length, and a bit for UTF-16.
 * Latin-1 needs one byte a character; anything else is written as UTF-16, lone surrogates included. Texts of
 * which a site has few (its apps, its clients' software) lie in a buffer once, and are decoded once.
 */
import { type EventRow, eventDecisions } from "./event-row.ts";

const numbersLength = 8 + 8 + 8 + 4 + 4 + 4 + 2 + 1 + 1;
const wideBit = 0x8000;
const absent = 0x7fff;
/** Marks the number of a text that came before in the same buffer; only texts shorter than this are given one. */
const repeatBit = 0x4000;
const maxRepeatable = 0x3fff;
const absentAsn = 0xffffffff;

/** Characters kept of a receipt; a longer one is replaced by a note. */
const maxReceipt = 32_000;
const oversizeReceipt = '{"labels":[],"matches":[],"isCut":true}';

/** Characters kept of each text, in the order in which they lie in the buffer. */
const textLimits = {
  app: 128,
  route: 128,
  method: 32,
  host: 255,
  path: 256,
  decider: 128,
  ip: 45,
  asName: 128,
  country: 16,
  networkClass: 32,
  skeleton: 64,
  shape: 64,
  stack: 64,
  ja4: 64,
  headerVector: 1024,
  stackVector: 1024,
  shapeVector: 1024,
  userAgent: 256,
  accountHash: 64,
  outcome: 128,
} as const;

const textBudget = Object.values(textLimits).reduce((sum, limit) => sum + 2 + limit * 2, 2);

/** Bytes that one event takes at most without its receipt. */
export const maxEventBytes = numbersLength + textBudget;

/** Packs events into one buffer after another. */
export class EventPacker {
  #bytes: Uint8Array<ArrayBuffer>;
  #view: DataView;
  #at = 0;
  #rows = 0;
  readonly #places = new Map<string, number>();

  constructor(buffer: ArrayBuffer) {
    this.#bytes = new Uint8Array(buffer);
    this.#view = new DataView(buffer);
  }

  get rows(): number {
    return this.#rows;
  }

  get usedBytes(): number {
    return this.#at;
  }

  /** Adds an event; false (and nothing added) when the buffer may be too small for it. */
  add(row: EventRow): boolean {
    const receipt = row.receipt;
    const receiptBytes = receipt === undefined ? 0 : Math.min(receipt.length, maxReceipt) * 2;
    if (this.#at + maxEventBytes + receiptBytes > this.#bytes.length) return false;
    this.#numbers(row);
    this.#repeatable(row.app, textLimits.app);
    this.#repeatable(row.route, textLimits.route);
    this.#repeatable(row.method, textLimits.method);
    this.#repeatable(row.host, textLimits.host);
    this.#text(row.path, textLimits.path);
    this.#repeatable(row.decider, textLimits.decider);
    this.#text(row.ip, textLimits.ip);
    this.#repeatable(row.asName, textLimits.asName);
    this.#repeatable(row.country, textLimits.country);
    this.#repeatable(row.networkClass, textLimits.networkClass);
    this.#repeatable(row.skeleton, textLimits.skeleton);
    this.#repeatable(row.shape, textLimits.shape);
    this.#repeatable(row.stack, textLimits.stack);
    this.#repeatable(row.ja4, textLimits.ja4);
    this.#repeatable(row.headerVector, textLimits.headerVector);
    this.#repeatable(row.stackVector, textLimits.stackVector);
    this.#repeatable(row.shapeVector, textLimits.shapeVector);
    this.#repeatable(row.userAgent, textLimits.userAgent);
    this.#text(row.accountHash, textLimits.accountHash);
    this.#repeatable(row.outcome, textLimits.outcome);
    this.#text(receipt !== undefined && receipt.length > maxReceipt ? oversizeReceipt : receipt, maxReceipt);
    this.#rows++;
    return true;
  }

  /** Gives the filled buffer away and goes on with another. */
  take(next: ArrayBuffer): ArrayBuffer {
    const filled = this.#bytes.buffer;
    this.#bytes = new Uint8Array(next);
    this.#view = new DataView(next);
    this.#at = 0;
    this.#rows = 0;
    this.#places.clear();
    return filled;
  }

  #numbers(row: EventRow): void {
    const view = this.#view;
    const at = this.#at;
    view.setFloat64(at, row.id, true);
    view.setFloat64(at + 8, row.bytesIn, true);
    view.setFloat64(at + 16, row.bytesOut, true);
    view.setUint32(at + 24, Math.min(row.durationUs, 0xffffffff), true);
    view.setUint32(at + 28, row.revision, true);
    view.setUint32(at + 32, row.asn ?? absentAsn, true);
    view.setUint16(at + 36, row.status, true);
    view.setUint8(at + 38, eventDecisions.indexOf(row.decision));
    this.#at = at + numbersLength;
  }

  #repeatable(text: string | undefined, limit: number): void {
    // Numbered as it is kept: another place may keep more of the same text.
    const kept = text !== undefined && text.length > limit ? text.slice(0, limit) : text;
    const places = this.#places;
    const place = kept === undefined ? undefined : places.get(kept);
    if (place !== undefined) {
      this.#view.setUint16(this.#at, repeatBit | place, true);
      this.#at += 2;
      return;
    }
    this.#text(kept, limit);
    if (kept !== undefined && places.size < maxRepeatable) places.set(kept, places.size);
  }

  #text(text: string | undefined, limit: number): void {
    const at = this.#at;
    if (text === undefined) {
      this.#view.setUint16(at, absent, true);
      this.#at = at + 2;
      return;
    }
    const length = Math.min(text.length, limit);
    const bytes = this.#bytes;
    const start = at + 2;
    for (let index = 0; index < length; index++) {
      const unit = text.charCodeAt(index);
      if (unit > 255) {
        this.#wideText(text, length);
        return;
      }
      bytes[start + index] = unit;
    }
    this.#view.setUint16(at, length, true);
    this.#at = start + length;
  }

  #wideText(text: string, length: number): void {
    const at = this.#at;
    this.#view.setUint16(at, length | wideBit, true);
    for (let index = 0; index < length; index++) {
      this.#view.setUint16(at + 2 + index * 2, text.charCodeAt(index), true);
    }
    this.#at = at + 2 + length * 2;
  }
}

/** Reads `rows` events back out of a packed buffer. */
export function unpackEvents(buffer: ArrayBuffer, rows: number): EventRow[] {
  const reader = new PackedReader(buffer);
  const events: EventRow[] = [];
  for (let index = 0; index < rows; index++) events.push(reader.event());
  return events;
}

class PackedReader {
  readonly #bytes: Buffer;
  readonly #texts: string[] = [];
  #at = 0;

  constructor(buffer: ArrayBuffer) {
    this.#bytes = Buffer.from(buffer);
  }

  event(): EventRow {
    const bytes = this.#bytes;
    const at = this.#at;
    const asn = bytes.readUInt32LE(at + 32);
    this.#at = at + numbersLength;
    // The order of the properties is the order of the texts in the buffer.
    return {
      id: bytes.readDoubleLE(at),
      bytesIn: bytes.readDoubleLE(at + 8),
      bytesOut: bytes.readDoubleLE(at + 16),
      durationUs: bytes.readUInt32LE(at + 24),
      revision: bytes.readUInt32LE(at + 28),
      asn: asn === absentAsn ? undefined : asn,
      status: bytes.readUInt16LE(at + 36),
      decision: eventDecisions[bytes.readUInt8(at + 38)] ?? "error",
      app: this.#repeatable() ?? "",
      route: this.#repeatable(),
      method: this.#repeatable() ?? "",
      host: this.#repeatable() ?? "",
      path: this.#text() ?? "",
      decider: this.#repeatable(),
      ip: this.#text() ?? "",
      asName: this.#repeatable(),
      country: this.#repeatable(),
      networkClass: this.#repeatable(),
      skeleton: this.#repeatable(),
      shape: this.#repeatable(),
      stack: this.#repeatable(),
      ja4: this.#repeatable(),
      headerVector: this.#repeatable(),
      stackVector: this.#repeatable(),
      shapeVector: this.#repeatable(),
      userAgent: this.#repeatable(),
      accountHash: this.#text(),
      outcome: this.#repeatable(),
      receipt: this.#text(),
    };
  }

  #repeatable(): string | undefined {
    const head = this.#bytes.readUInt16LE(this.#at);
    if (head !== absent && (head & wideBit) === 0 && (head & repeatBit) !== 0) {
      this.#at += 2;
      return this.#texts[head & ~repeatBit];
    }
    const text = this.#text();
    if (text !== undefined && this.#texts.length < maxRepeatable) this.#texts.push(text);
    return text;
  }

  #text(): string | undefined {
    const head = this.#bytes.readUInt16LE(this.#at);
    const start = this.#at + 2;
    if (head === absent) {
      this.#at = start;
      return undefined;
    }
    const length = head & ~wideBit;
    const isWide = (head & wideBit) !== 0;
    this.#at = start + (isWide ? length * 2 : length);
    return this.#bytes.toString(isWide ? "utf16le" : "latin1", start, this.#at);
  }
}
