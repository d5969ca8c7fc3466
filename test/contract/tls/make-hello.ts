/** Builds ClientHello records from lists of numbers, for tests. */

/** What to put in; extensions with contents that the parser reads are filled from the lists. */
export interface HelloParts {
  readonly legacyVersion?: number;
  readonly ciphers?: readonly number[];
  /** By number, in order. */
  readonly extensions?: readonly number[];
  readonly alpn?: readonly (string | Uint8Array)[];
  readonly signatureAlgorithms?: readonly number[];
  readonly supportedVersions?: readonly number[];
  readonly serverName?: string;
}

/** One record with the whole hello. */
export function makeHello(parts: HelloParts): Buffer {
  const extensions = (parts.extensions ?? []).map((id) =>
    Buffer.concat([u16(id), vector16(extensionData(id, parts))]),
  );
  const body = Buffer.concat([
    u16(parts.legacyVersion ?? 0x0303),
    Buffer.alloc(32, 0x5a),
    Buffer.from([0]),
    vector16(numbers(parts.ciphers ?? [0x1301])),
    Buffer.from([1, 0]),
    vector16(Buffer.concat(extensions)),
  ]);
  return record(Buffer.concat([Buffer.from([1, body.length >> 16]), u16(body.length & 0xffff), body]));
}

/** A handshake record around content. */
export function record(content: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from([22, 3, 1]), vector16(content)]);
}

function extensionData(id: number, parts: HelloParts): Buffer {
  switch (id) {
    case 0: {
      const name = Buffer.from(parts.serverName ?? "shop.example", "latin1");
      return vector16(Buffer.concat([Buffer.from([0]), vector16(name)]));
    }
    case 10:
      return vector16(numbers([0x001d]));
    case 13:
      return vector16(numbers(parts.signatureAlgorithms ?? []));
    case 16:
      return vector16(
        Buffer.concat((parts.alpn ?? ["h2", "http/1.1"]).map((name) => vector8(Buffer.from(name)))),
      );
    case 43:
      return vector8(numbers(parts.supportedVersions ?? [0x0304, 0x0303]));
    default:
      return Buffer.alloc(0);
  }
}

function numbers(values: readonly number[]): Buffer {
  return Buffer.concat(values.map(u16));
}

function u16(value: number): Buffer {
  return Buffer.from([value >> 8, value & 0xff]);
}

function vector8(content: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from([content.length]), content]);
}

function vector16(content: Uint8Array): Buffer {
  return Buffer.concat([u16(content.length), content]);
}
