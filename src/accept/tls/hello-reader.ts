/**
 * Finds the ClientHello in the first bytes of a connection: over any TCP segments and over several records
 * (RFC 8446 §5.1), in bounded memory, without consuming a byte that the TLS library needs.
 */
import { PendingBytes } from "../pending-bytes.ts";
import { type ClientHello, type HelloFault, parseClientHello } from "./client-hello.ts";

/** BoringSSL takes no longer hello from a client, so neither is one kept. */
const maxHelloBytes = 16_384;
/** A record holds at most 2^14 bytes (RFC 8446 §5.1). */
const maxRecordBytes = 16_384;
/** All bytes kept, record headers included: a hello in records of one byte each is an attack, not a client. */
const maxKeptBytes = 32_768;

const recordHeaderBytes = 5;
const handshakeHeaderBytes = 4;
const handshakeRecord = 22;
const clientHelloMessage = 1;

/** Why the first bytes are no usable hello. `plain_http` is worth telling apart: people mistype the scheme. */
export type HelloProblem = "not_tls" | "plain_http" | "bad_record" | "too_large" | HelloFault;

/** What the bytes so far are. */
export type HelloReading = ClientHello | HelloProblem | "incomplete";

/** Collects one connection's first bytes. */
export class HelloReader {
  readonly #raw = new PendingBytes();
  /** Where the next record begins in `#raw`. */
  #nextRecord = 0;
  /** The handshake bytes of the complete records. */
  readonly #fragments: Uint8Array[] = [];
  #fragmentBytes = 0;

  /** Everything received so far, for the TLS library. */
  get received(): Buffer {
    return this.#raw.view ?? Buffer.alloc(0);
  }

  /** Takes a chunk; anything but "incomplete" is final. Never throws. */
  push(chunk: Uint8Array): HelloReading {
    this.#raw.append(chunk);
    for (;;) {
      const record = this.#readRecord();
      if (record !== "complete") return record;
      const hello = this.#findHello();
      if (hello !== "incomplete") return hello;
      if (this.#raw.length > maxKeptBytes) return "too_large";
    }
  }

  /** Takes the next record into the fragments, or judges its header as early as its bytes allow. */
  #readRecord(): "complete" | "incomplete" | HelloProblem {
    const raw = this.received;
    const start = this.#nextRecord;
    const type = raw[start];
    if (type === undefined) return "incomplete";
    if (type !== handshakeRecord) return start > 0 ? "bad_record" : isLetter(type) ? "plain_http" : "not_tls";
    const major = raw[start + 1];
    if (major === undefined) return "incomplete";
    // RFC 8446 §5.1: the record version is ignored, but 3 has stood in its first byte since SSL 3.0.
    if (major !== 3) return start > 0 ? "bad_record" : "not_tls";
    if (raw.length < start + recordHeaderBytes) return "incomplete";
    const length = raw.readUInt16BE(start + 3);
    // RFC 8446 §5.1: handshake records are never empty.
    if (length === 0 || length > maxRecordBytes) return "bad_record";
    const end = start + recordHeaderBytes + length;
    if (end > maxKeptBytes) return "too_large";
    if (raw.length < end) return "incomplete";
    this.#nextRecord = end;
    this.#fragments.push(raw.subarray(start + recordHeaderBytes, end));
    this.#fragmentBytes += length;
    return "complete";
  }

  #findHello(): HelloReading {
    if (this.#fragments[0]![0] !== clientHelloMessage) return "bad_hello";
    if (this.#fragmentBytes < handshakeHeaderBytes) return "incomplete";
    if (this.#fragments.length > 1 && this.#fragments[0]!.length < handshakeHeaderBytes) this.#join();
    const first = this.#fragments[0]!;
    const length = first[1]! * 65_536 + first[2]! * 256 + first[3]!;
    if (length > maxHelloBytes) return "too_large";
    const end = handshakeHeaderBytes + length;
    if (this.#fragmentBytes < end) return "incomplete";
    this.#join();
    return parseClientHello(this.#fragments[0]!.subarray(handshakeHeaderBytes, end));
  }

  #join(): void {
    if (this.#fragments.length > 1) this.#fragments.splice(0, Infinity, Buffer.concat(this.#fragments));
  }
}

function isLetter(byte: number): boolean {
  return (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a);
}
